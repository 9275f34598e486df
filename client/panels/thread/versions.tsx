import { createSignal, For, type JSX, Show } from "solid-js";
import { wordsOfChannels } from "../../signals/channel-words.ts";
import type { TalkLine } from "../../signals/thread-lines.ts";
import { say } from "../../signals/words.ts";
import styles from "./versions.module.css";

/** What a message said before it was edited or taken back: it stays in the log, and is shown to agents who ask. */
export function Versions(props: { readonly line: TalkLine }): JSX.Element {
  const [isOpen, setOpen] = createSignal(false);
  const said = () => wordsOfChannels().versions;
  const texts = () => [
    ...(props.line.versions ?? []),
    ...(props.line.isErased ? [{ text: props.line.text, at: props.line.editedAt ?? props.line.at }] : []),
  ];
  const act = (): string => {
    if (props.line.isErased) return isOpen() ? said().erasedHide : said().erasedShow;
    return isOpen() ? said().hide : said().show(texts().length);
  };
  return (
    <>
      <button type="button" class={styles["act"]} aria-expanded={isOpen()} onClick={() => setOpen((open) => !open)}>
        {act()}
      </button>
      <Show when={isOpen()}>
        <ul class={styles["texts"]} aria-label={said().title}>
          <For each={texts()}>
            {(version) => (
              <li>
                <time dateTime={new Date(version.at).toISOString()}>{say.moment(version.at)}</time>
                <p dir="auto">{version.text || "—"}</p>
              </li>
            )}
          </For>
          <Show when={props.line.isErased && props.line.files.length > 0}>
            <li>{props.line.files.map(({ name }) => name).join(", ")}</li>
          </Show>
        </ul>
      </Show>
    </>
  );
}
