import FileIcon from "lucide-solid/icons/file";
import X from "lucide-solid/icons/x";
import { For, type JSX, Show } from "solid-js";
import type { FileRef } from "../../../shared/items/base.ts";
import { useDesk } from "../../signals/desk.ts";
import type { ThreadDraft } from "../../signals/drafts.ts";
import { say, words } from "../../signals/words.ts";
import { IconButton } from "../../widgets/icon-button.tsx";
import styles from "./attached.module.css";

/** Files that will go with the answer; one that the server will not have says so. */
export function Attached(props: { readonly draft: ThreadDraft }): JSX.Element {
  const desk = useDesk();
  const why = (file: FileRef): string | undefined => {
    const refusal = desk.refusedFiles.why(file.sha);
    return refusal && words().thread.fileRefused[refusal];
  };
  function remove(file: FileRef): void {
    props.draft.setFiles(props.draft.files().filter((other) => other !== file));
    void desk.refusedFiles.giveUp([file]).catch(() => undefined); // its bytes stay pinned: nothing that he must know
  }
  return (
    <Show when={props.draft.files().length > 0}>
      <ul class={styles["files"]}>
        <For each={props.draft.files()}>
          {(file) => (
            <li class={styles["file"]} classList={{ [styles["refused"] ?? ""]: why(file) !== undefined }}>
              <FileIcon size={14} />
              <span class={styles["name"]}>{file.name}</span>
              <Show when={why(file)} fallback={<span class={styles["size"]}>{say.bytes(file.size)}</span>}>
                {(reason) => <span role="status">{reason()}</span>}
              </Show>
              <IconButton size="small" label={words().composer.removeFile(file.name)} onClick={() => remove(file)}>
                <X size={14} />
              </IconButton>
            </li>
          )}
        </For>
      </ul>
    </Show>
  );
}
