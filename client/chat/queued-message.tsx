import { For, Match, Show, Switch } from "solid-js";
import { FilePiece } from "./file-piece.tsx";
import { filesOf } from "./items.ts";
import { MessageText } from "./message.tsx";
import type { ChatModel, Queued } from "./model.ts";
import type { ChatEngine } from "./port.ts";
import { clockTime, type Locale, type Words } from "./strings.ts";
import { Tick } from "./tick.tsx";

/** An own item that is on this device only: an honest clock, or the reason why it was refused. */
export function QueuedMessage(props: {
  readonly row: Queued;
  readonly model: Pick<ChatModel, "uploads" | "refusedFiles">;
  readonly engine: Pick<ChatEngine, "file" | "forget"> | undefined;
  readonly words: Words;
  readonly locale: Locale;
}) {
  const item = () => props.row.item;
  const text = (): string => {
    const own = item();
    if (own.kind === "message" || own.kind === "edit") return own.text;
    if (own.kind === "rating") return props.words.rated(own.score);
    if (own.kind === "erase") return props.words.erased;
    return own.kind === "reopen" ? props.words.reopened : props.words.accepted;
  };
  const reason = (): string => {
    const code = props.row.code ?? "";
    return props.words.refusals[code] ?? props.words.refusedOther(code);
  };
  return (
    <article class="bubble mine" classList={{ refused: props.row.state === "refused" }} aria-label={props.words.you}>
      <For each={filesOf(item())}>
        {(file) => (
          <FilePiece
            file={file}
            item={item().id}
            sent={props.model.uploads[file.sha] ?? 0}
            refused={props.model.refusedFiles.includes(file.sha)}
            engine={props.engine}
            words={props.words}
            locale={props.locale}
          />
        )}
      </For>
      <Show when={text() !== ""}>
        <MessageText text={text()} />
      </Show>
      <footer>
        <time dateTime={new Date(props.row.savedAt).toISOString()}>{clockTime(props.row.savedAt, props.locale)}</time>
        <Switch>
          <Match when={props.row.state === "saved"}>
            <Tick hop="device" at={props.row.savedAt} words={props.words} locale={props.locale} />
          </Match>
          <Match when={props.row.state === "refused"}>
            <strong>
              ! {props.words.refused}: {reason()}
            </strong>
            <button type="button" onClick={() => void navigator.clipboard?.writeText(text())}>
              {props.words.copyText}
            </button>
            <button type="button" onClick={() => void props.engine?.forget(props.row.seq)}>
              {props.words.forget}
            </button>
          </Match>
        </Switch>
      </footer>
    </article>
  );
}
