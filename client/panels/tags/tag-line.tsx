import { For, type JSX, Show } from "solid-js";
import type { DeviceHead } from "../../../shared/thread/head.ts";
import { openOverlay } from "../../signals/ui.ts";
import { words } from "../../signals/words.ts";
import styles from "./tag-line.module.css";

/** A thread's tags, and the way to change them. */
export function TagLine(props: { readonly head: DeviceHead; readonly mayEdit: boolean }): JSX.Element {
  return (
    <div class={styles["tags"]}>
      <For each={props.head.tags}>{(tag) => <span class={styles["tag"]}>{tag}</span>}</For>
      <Show when={props.mayEdit}>
        <button
          type="button"
          class={styles["add"]}
          onClick={() => openOverlay({ kind: "tags", thread: props.head._id })}
        >
          + {words().acts.addTag}
        </button>
      </Show>
    </div>
  );
}
