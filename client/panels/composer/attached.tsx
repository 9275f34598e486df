import FileIcon from "lucide-solid/icons/file";
import X from "lucide-solid/icons/x";
import { For, type JSX, Show } from "solid-js";
import type { ThreadDraft } from "../../signals/drafts.ts";
import { say, words } from "../../signals/words.ts";
import { IconButton } from "../../widgets/icon-button.tsx";
import styles from "./attached.module.css";

/** Files that will go with the answer. */
export function Attached(props: { readonly draft: ThreadDraft }): JSX.Element {
  return (
    <Show when={props.draft.files().length > 0}>
      <ul class={styles["files"]}>
        <For each={props.draft.files()}>
          {(file) => (
            <li class={styles["file"]}>
              <FileIcon size={14} />
              <span class={styles["name"]}>{file.name}</span>
              <span class={styles["size"]}>{say.bytes(file.size)}</span>
              <IconButton
                size="small"
                label={words().composer.removeFile(file.name)}
                onClick={() => props.draft.setFiles(props.draft.files().filter((other) => other !== file))}
              >
                <X size={14} />
              </IconButton>
            </li>
          )}
        </For>
      </ul>
    </Show>
  );
}
