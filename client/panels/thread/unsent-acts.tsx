import { type JSX, Show } from "solid-js";
import { filesOf } from "../../../shared/items/files-of.ts";
import { useDesk } from "../../signals/desk.ts";
import { saysMore } from "../../signals/refused-files.ts";
import type { Unsent } from "../../signals/replica-types.ts";
import { words } from "../../signals/words.ts";
import { showToast } from "../../widgets/toasts.tsx";
import { tellNotSaved } from "../acts/perform.ts";
import styles from "./line-acts.module.css";

/** Why an own item has not left or was refused, and what can be done: nothing vanishes unseen. */
export function UnsentActs(props: { readonly entry: Unsent | undefined; readonly text: string }): JSX.Element {
  const desk = useDesk();
  /** Its files that the server will not have. */
  const refused = () =>
    props.entry ? filesOf(props.entry.item).filter(({ sha }) => desk.refusedFiles.why(sha) !== undefined) : [];
  const sendsMore = () => props.entry !== undefined && refused().length > 0 && saysMore(props.entry.item, refused());
  async function discard(entry: Unsent): Promise<void> {
    await desk.acts.discardRefused(entry.item.id);
    await desk.refusedFiles.giveUp(filesOf(entry.item));
  }
  const refusedWords = (entry: Unsent): string => words().unsent.refused(words().refusal[entry.code ?? "malformed"]);
  return (
    <Show when={props.entry}>
      {(entry) => (
        <div class={styles["acts"]} classList={{ [styles["wrong"] ?? ""]: entry().state === "refused" }}>
          <Show
            when={entry().state === "refused"}
            fallback={<Show when={entry().why}>{(why) => <p>{words().retry[why()]}</p>}</Show>}
          >
            <p role="status">{refusedWords(entry())}</p>
            <Show when={sendsMore()}>
              <button
                type="button"
                class={styles["act"]}
                onClick={() => void desk.refusedFiles.sendWithout(desk.outbox(), entry().item.id).catch(tellNotSaved)}
              >
                {words().unsent.sendWithoutFiles(refused().length)}
              </button>
            </Show>
            <Show when={props.text !== ""}>
              <button
                type="button"
                class={styles["act"]}
                onClick={() =>
                  void navigator.clipboard
                    ?.writeText(props.text)
                    .then(() => showToast({ title: words().common.copied }))
                }
              >
                {words().unsent.copyText}
              </button>
            </Show>
            <button type="button" class={styles["act"]} onClick={() => void discard(entry()).catch(tellNotSaved)}>
              {words().unsent.discard}
            </button>
          </Show>
        </div>
      )}
    </Show>
  );
}
