import { createSignal, type JSX, lazy, Show, Suspense } from "solid-js";
import { type MailExtra, readMailExtra } from "../../../shared/channels/email-extra.ts";
import type { FieldSet } from "../../../shared/items/base.ts";
import type { ItemId, ThreadId } from "../../../shared/kernel/ids.ts";
import { mailWords } from "../../signals/mail-words.ts";
import styles from "./mail.module.css";

const MailWindow = lazy(() => import("./mail-window.tsx").then((room) => ({ default: room.MailWindow })));

/** The words of a mail: what its author wrote, the rest behind a button; and what only mails have. */
export function MailText(props: {
  readonly thread: ThreadId;
  readonly item: ItemId;
  readonly text: string;
  readonly extra: FieldSet;
  /** Draws a text with its addresses to follow. */
  readonly draw: (text: string) => JSX.Element;
}): JSX.Element {
  const [isOpen, setOpen] = createSignal(false);
  const mail = (): MailExtra | undefined => readMailExtra(props.extra);
  const parts = () => partsOf(props.text, mail());
  const said = () => mailWords();
  return (
    <>
      <Show when={mail()}>{(now) => <Facts mail={now()} />}</Show>
      <p class={styles["text"]} dir="auto">
        {props.draw(parts().own)}
      </p>
      <Fold text={parts().signature} words={said().signature} draw={props.draw} />
      <Fold text={parts().quoted} words={said().quoted} draw={props.draw} />
      <Show when={mail()?.html !== undefined && mail()}>
        {(now) => (
          <>
            <button type="button" class={styles["act"]} aria-haspopup="dialog" onClick={() => setOpen(true)}>
              {said().asSent}
            </button>
            <Show when={isOpen()}>
              <Suspense>
                <MailWindow
                  mail={{ thread: props.thread, item: props.item, extra: now() }}
                  onClose={() => setOpen(false)}
                />
              </Suspense>
            </Show>
          </>
        )}
      </Show>
    </>
  );
}

type Parts = { readonly own: string; readonly signature: string; readonly quoted: string };

function partsOf(text: string, mail: MailExtra | undefined): Parts {
  const quoted = Math.min(mail?.quoted ?? text.length, text.length);
  const signature = Math.min(mail?.signature ?? quoted, quoted);
  return {
    own: text.slice(0, signature).trimEnd(),
    signature: text.slice(signature, quoted).trim(),
    quoted: text.slice(quoted).trim(),
  };
}

function Fold(props: {
  readonly text: string;
  readonly words: { readonly show: string; readonly hide: string };
  readonly draw: (text: string) => JSX.Element;
}): JSX.Element {
  const [isOpen, setOpen] = createSignal(false);
  return (
    <Show when={props.text !== ""}>
      <button type="button" class={styles["act"]} aria-expanded={isOpen()} onClick={() => setOpen((open) => !open)}>
        {isOpen() ? props.words.hide : props.words.show}
      </button>
      <Show when={isOpen()}>
        <blockquote class={styles["folded"]} dir="auto">
          {props.draw(props.text)}
        </blockquote>
      </Show>
    </Show>
  );
}

/** Who else got it, that a program wrote it, that it is locked: a line each, where there is something to say. */
function Facts(props: { readonly mail: MailExtra }): JSX.Element {
  const said = () => mailWords();
  const lines = (): readonly string[] => {
    const { program, crypt, calendar, shortened, date, cc } = props.mail;
    const names = (cc ?? []).map(({ mail, name }) => name ?? mail).join(", ");
    return [
      ...(program === undefined ? [] : [said().programs[program]]),
      ...(names === "" ? [] : [said().copies(names)]),
      ...(crypt === undefined ? [] : [said().crypt[crypt]]),
      ...(calendar === undefined ? [] : [said().calendar]),
      ...(date === undefined ? [] : [said().dated(date)]),
      ...(shortened === undefined ? [] : [said().shortened]),
    ];
  };
  return (
    <Show when={lines().length > 0}>
      <ul class={styles["facts"]}>
        {lines().map((line) => (
          <li>{line}</li>
        ))}
      </ul>
    </Show>
  );
}
