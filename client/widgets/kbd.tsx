import { For, type JSX } from "solid-js";
import styles from "./kbd.module.css";

/** Keys as they stand on the board, one after the other. */
export const Keys = (props: { readonly keys: readonly string[] }): JSX.Element => (
  <span class={styles["keys"]}>
    <For each={props.keys}>{(key) => <kbd class={styles["key"]}>{key}</kbd>}</For>
  </span>
);
