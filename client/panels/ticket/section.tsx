import { type JSX, Show } from "solid-js";
import styles from "./section.module.css";

/** A part of a ticket under its own heading. */
export function Section(props: {
  readonly title: string;
  /** A short word at the end of the heading: how much, how far. */
  readonly note?: string | undefined;
  readonly children: JSX.Element;
}): JSX.Element {
  return (
    <section class={styles["section"]} aria-label={props.title}>
      <div class={styles["head"]}>
        <h3 class={styles["title"]}>{props.title}</h3>
        <Show when={props.note}>
          <span class={styles["note"]}>{props.note}</span>
        </Show>
      </div>
      {props.children}
    </section>
  );
}
