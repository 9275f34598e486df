import { createMemo, For, type JSX, Show } from "solid-js";
import { useDesk } from "../../signals/desk.ts";
import type { ThreadView } from "../../signals/replica-types.ts";
import { textParts } from "../../signals/text-parts.ts";
import { isEmojiOnly, type TalkLine } from "../../signals/thread-lines.ts";
import { say, words } from "../../signals/words.ts";
import { Avatar } from "../../widgets/avatar.tsx";
import styles from "./bubble.module.css";
import { FileList } from "./file-list.tsx";
import { HeldActs } from "./held-acts.tsx";
import { Ticks } from "./ticks.tsx";
import { UnsentActs } from "./unsent-acts.tsx";

/** Something that was said: by the user on the left, by the team on the right, a note on yellow. */
export function Bubble(props: { readonly line: TalkLine; readonly view: ThreadView }): JSX.Element {
  const desk = useDesk();
  const name = () =>
    props.line.side === "user"
      ? desk.directory.nameOfDialog(props.view.head)
      : desk.directory.nameOf(props.line.item.author);
  const seed = () => props.line.item.author;
  const parts = createMemo(() => textParts(props.line.text));
  const isBig = createMemo(() => !props.line.isNote && isEmojiOnly(props.line.text));
  const who = () => (props.line.isOwn ? words().thread.you : name());

  return (
    <article
      class={styles["line"]}
      classList={{
        [styles["team"] ?? ""]: props.line.side === "team",
        [styles["own"] ?? ""]: props.line.isOwn,
        [styles["note"] ?? ""]: props.line.isNote,
        [styles["joined"] ?? ""]: props.line.isJoined,
        [styles["held"] ?? ""]: props.line.held?.state === "open",
        [styles["dropped"] ?? ""]: props.line.held?.state === "dropped",
        [styles["refused"] ?? ""]: props.line.unsent?.state === "refused",
        [styles["unsent"] ?? ""]: props.line.unsent !== undefined,
      }}
      aria-label={`${who()}, ${say.time(props.line.at)}`}
      data-item={props.line.item.id}
    >
      <Show when={props.line.side === "user"}>
        <span class={styles["face"]}>
          <Show when={!props.line.isJoined}>
            <Avatar name={name()} seed={seed()} size="small" />
          </Show>
        </span>
      </Show>
      <div class={styles["column"]}>
        <Show when={!props.line.isJoined && (!props.line.isOwn || props.line.isNote)}>
          <p class={styles["name"]}>
            {who()}
            <Show when={props.line.isNote}>
              <span class={styles["kind"]}> · {words().thread.note}</span>
            </Show>
          </p>
        </Show>
        <div class={styles["bubble"]} classList={{ [styles["big"] ?? ""]: isBig() && props.line.files.length === 0 }}>
          <Show when={!props.line.isErased} fallback={<p class={styles["erased"]}>{words().thread.erased}</p>}>
            <Show when={props.line.files.length > 0}>
              <FileList
                thread={props.view.head._id}
                item={props.line.item.id}
                files={props.line.files}
                sending={props.line.unsent?.files}
              />
            </Show>
            <Show when={props.line.text !== ""}>
              <p class={styles["text"]} dir="auto">
                <For each={parts()}>
                  {(part) => (
                    <Show when={part.href} fallback={part.text}>
                      <a class={styles["link"]} href={part.href} target="_blank" rel="noopener noreferrer">
                        {part.text}
                      </a>
                    </Show>
                  )}
                </For>
              </p>
            </Show>
            <Show when={props.line.buttons.length > 0}>
              <ul class={styles["buttons"]}>
                <For each={props.line.buttons}>{(button) => <li class={styles["button"]}>{button}</li>}</For>
              </ul>
            </Show>
          </Show>
          <p class={styles["foot"]}>
            <Show when={props.line.editedAt}>
              {(at) => <span title={words().thread.editedAt(say.moment(at()))}>{words().thread.edited}</span>}
            </Show>
            <Show when={props.line.writtenAt}>
              {(at) => <span>{words().thread.writtenAt(say.since(at(), desk.now()))}</span>}
            </Show>
            <time dateTime={new Date(props.line.at).toISOString()} title={say.moment(props.line.at)}>
              {say.time(props.line.at)}
            </time>
            <Show when={props.line.side === "team"}>
              <Ticks line={props.line} view={props.view} />
            </Show>
          </p>
        </div>
        <Show when={props.line.held?.state === "open"}>
          <HeldActs line={props.line} view={props.view} />
        </Show>
        <Show when={props.line.unsent?.state === "refused" || props.line.unsent?.why !== undefined}>
          <UnsentActs entry={props.line.unsent} text={props.line.text} />
        </Show>
      </div>
    </article>
  );
}
