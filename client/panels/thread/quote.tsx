import type { JSX } from "solid-js";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { useDesk } from "../../signals/desk.ts";
import type { Quote } from "../../signals/thread-lines.ts";
import { askLine } from "../../signals/ui.ts";
import { words } from "../../signals/words.ts";
import styles from "./bubble.module.css";

/** The message that a line answers: who, and how it begins; leads to it. */
export function QuoteLine(props: { readonly thread: ThreadId; readonly quote: Quote }): JSX.Element {
  const desk = useDesk();
  const text = (): string => {
    const { quote } = props;
    if (quote.text === undefined) return words().thread.quoteAway;
    return quote.text.trim() || words().common.files(quote.files);
  };
  return (
    <button
      type="button"
      class={styles["quote"]}
      title={words().thread.toQuoted}
      onClick={() => askLine({ thread: props.thread, item: props.quote.id })}
    >
      {props.quote.author !== undefined && (
        <span class={styles["quote-name"]}>{props.quote.name ?? desk.directory.nameOf(props.quote.author)}</span>
      )}
      <span class={styles["quote-text"]}>{text()}</span>
    </button>
  );
}
