import { createSignal, For, Match, Show, Switch } from "solid-js";
import { FilePiece } from "./file-piece.tsx";
import { type ChatModel, hopOf, isEmojiOnly, linkPieces, type ShownMessage } from "./model.ts";
import type { ChatEngine } from "./port.ts";
import { clockTime, dayAndTime, type Locale, type Words } from "./strings.ts";
import { Tick } from "./tick.tsx";

/** Text with its web addresses as links; nothing in it is ever markup. */
export function MessageText(props: { readonly text: string }) {
  return (
    <p class="text" classList={{ emoji: isEmojiOnly(props.text) }}>
      <For each={linkPieces(props.text)}>
        {(piece) => (
          <Show when={piece.href} fallback={piece.text}>
            {(href) => (
              <a href={href()} target="_blank" rel="noopener noreferrer nofollow">
                {piece.text}
              </a>
            )}
          </Show>
        )}
      </For>
    </p>
  );
}

/** The little menu has done its work: it would stand over what comes next. */
const closeActs = (inside: HTMLElement): void => inside.closest("details")?.removeAttribute("open");

/** One item of the history: a bubble, or a thin line for what the user did. */
export function Message(props: {
  readonly message: ShownMessage;
  readonly model: Pick<ChatModel, "state" | "uploads" | "refusedFiles">;
  readonly engine: Pick<ChatEngine, "write" | "file"> | undefined;
  readonly words: Words;
  readonly locale: Locale;
}) {
  const item = () => props.message.item;
  const [editing, setEditing] = createSignal<string>();
  const hop = () => hopOf(item(), props.model.state);
  const saveEdit = async (): Promise<void> => {
    const text = editing()?.trim() ?? "";
    if (text !== "" && text !== props.message.text) await props.engine?.write([{ kind: "edit", of: item().id, text }]);
    setEditing(undefined);
  };
  const isNewest = () => Date.now() - item().at < 3_600_000;

  return (
    <Switch>
      <Match when={item().kind === "reopen"}>
        <p class="event">{props.words.reopened}</p>
      </Match>
      <Match when={item().kind === "accept"}>
        <p class="event">{item().answer === "reopen" ? props.words.reopened : props.words.accepted}</p>
      </Match>
      <Match when={item().kind === "rating"}>
        <p class="event">{props.words.rated(item().score ?? 0)}</p>
      </Match>
      <Match when={item().kind === "message" || item().kind === "reply"}>
        <article
          class="bubble"
          classList={{ mine: item().mine }}
          aria-label={item().mine ? props.words.you : (item().name ?? props.words.desk)}
        >
          <Show when={!item().mine}>
            <p class="name">{item().name ?? props.words.desk}</p>
          </Show>
          <Show when={!props.message.erased} fallback={<p class="erased">{props.words.erased}</p>}>
            <For each={item().files ?? []}>
              {(file) => (
                <FilePiece
                  file={file}
                  item={item().id}
                  sent={props.model.uploads[file.sha]}
                  refused={props.model.refusedFiles.includes(file.sha)}
                  engine={props.engine}
                  words={props.words}
                  locale={props.locale}
                />
              )}
            </For>
            <Show
              when={editing() !== undefined}
              fallback={<Show when={props.message.text}>{(text) => <MessageText text={text()} />}</Show>}
            >
              <textarea
                class="edit"
                rows={3}
                value={editing()}
                aria-label={props.words.edit}
                onInput={(event) => setEditing(event.currentTarget.value)}
              />
              <div class="edit-row">
                <button type="button" onClick={() => setEditing(undefined)}>
                  {props.words.cancel}
                </button>
                <button type="button" class="primary" onClick={() => void saveEdit()}>
                  {props.words.saveEdit}
                </button>
              </div>
            </Show>
            <For each={item().buttons ?? []}>
              {(label) => (
                <button
                  type="button"
                  class="choice"
                  onClick={() => void props.engine?.write([{ kind: "message", text: label, replyTo: item().id }])}
                >
                  {label}
                </button>
              )}
            </For>
          </Show>
          <footer>
            <Show when={props.message.edited && !props.message.erased}>
              <span>{props.words.edited}</span>
            </Show>
            <Show when={item().writtenAt}>
              {(at) => <span>{props.words.writtenAt(dayAndTime(at(), props.locale))}</span>}
            </Show>
            <time dateTime={new Date(item().at).toISOString()} title={dayAndTime(item().at, props.locale)}>
              {clockTime(item().at, props.locale)}
            </time>
            <Show when={item().mine}>
              <Tick hop={hop().hop} at={hop().at} words={props.words} locale={props.locale} />
            </Show>
            <Show when={item().mine && item().kind === "message" && !props.message.erased && isNewest()}>
              <details class="acts">
                <summary aria-label={props.words.more}>⋯</summary>
                <div>
                  <button
                    type="button"
                    onClick={(event) => {
                      closeActs(event.currentTarget);
                      setEditing(props.message.text ?? "");
                    }}
                  >
                    {props.words.edit}
                  </button>
                  <button
                    type="button"
                    onClick={(event) => {
                      closeActs(event.currentTarget);
                      void props.engine?.write([{ kind: "erase", of: item().id }]);
                    }}
                  >
                    {props.words.erase}
                  </button>
                </div>
              </details>
            </Show>
          </footer>
        </article>
      </Match>
    </Switch>
  );
}
