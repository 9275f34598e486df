import type { JSX } from "solid-js";
import type { ComposerMode } from "../../signals/drafts.ts";
import { words } from "../../signals/words.ts";
import styles from "./composer.module.css";
import type { ComposerWords } from "./composer-words.ts";

/** For whom one writes: the user, or colleagues only. */
export function ComposerTabs(props: {
  readonly isNote: boolean;
  readonly words: ComposerWords;
  readonly onChoose: (mode: ComposerMode) => void;
}): JSX.Element {
  return (
    <div role="tablist" class={styles["tabs"]} aria-label={words().composer.label}>
      <button
        type="button"
        role="tab"
        class={styles["tab"]}
        aria-selected={!props.isNote}
        onClick={() => props.onChoose("reply")}
      >
        {props.words.replyTab}
      </button>
      <button
        type="button"
        role="tab"
        class={styles["tab"]}
        aria-selected={props.isNote}
        onClick={() => props.onChoose("note")}
      >
        {props.words.noteTab}
      </button>
    </div>
  );
}
