import { type JSX, Show } from "solid-js";
import styles from "./empty.module.css";

/** A state in words, where there is nothing to show: what it means and what to do. */
export function Empty(props: {
  readonly title: string;
  readonly text?: string | undefined;
  readonly icon?: JSX.Element;
  readonly children?: JSX.Element;
}): JSX.Element {
  return (
    <div class={styles["empty"]}>
      <Show when={props.icon}>
        <span class={styles["icon"]} aria-hidden="true">
          {props.icon}
        </span>
      </Show>
      <p class={styles["title"]}>{props.title}</p>
      <Show when={props.text}>
        <p class={styles["text"]}>{props.text}</p>
      </Show>
      <Show when={props.children}>
        <div class={styles["acts"]}>{props.children}</div>
      </Show>
    </div>
  );
}

/** Rows that have not come yet; says so to screen readers, and to the eye without moving anything. */
export function Skeleton(props: {
  readonly label: string;
  readonly rows: number;
  readonly height?: number;
}): JSX.Element {
  return (
    <div role="status" class={styles["skeleton"]}>
      <span class="visually-hidden">{props.label}</span>
      {Array.from({ length: props.rows }, () => (
        <span class={styles["bone"]} style={{ height: `${props.height ?? 48}px` }} />
      ))}
    </div>
  );
}
