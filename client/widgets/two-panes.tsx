import type { JSX } from "solid-js";
import styles from "./two-panes.module.css";

/** A list and what is chosen in it; on a phone one of the two. */
export function TwoPanes(props: {
  readonly first: JSX.Element;
  readonly second: JSX.Element;
  readonly isInSecond: boolean;
}): JSX.Element {
  return (
    <div class={styles["panes"]} classList={{ [styles["second"] ?? ""]: props.isInSecond }}>
      <div class={styles["list"]}>{props.first}</div>
      <div class={styles["detail"]}>{props.second}</div>
    </div>
  );
}
