import { createSignal, onMount, Show } from "solid-js";
import { LIMITS } from "../../shared/kernel/schema.ts";
import { AttachButton, ChosenFiles, createAttachments, whenOpen } from "../chat/attachments.tsx";
import type { Locale, Words } from "../chat/strings.ts";
import { hashOf } from "./address.ts";
import type { PortalEngine } from "./engine.ts";
import type { PortalModel } from "./model.ts";
import type { PortalWords } from "./words.ts";

const DRAFT_KEY = "otklik-portal-request";
type Draft = { readonly title: string; readonly text: string };

/** What stood in the form when the page was left; nothing typed is lost by a reload. */
function readDraft(): Draft {
  try {
    const kept = JSON.parse(localStorage.getItem(DRAFT_KEY) ?? "{}") as Partial<Draft>; // written below
    return { title: String(kept.title ?? ""), text: String(kept.text ?? "") };
  } catch {
    return { title: "", text: "" };
  }
}

/** A new request: what happened, a subject if he likes, files; nothing else is asked (S7, S19). */
export function NewRequest(props: {
  readonly model: PortalModel;
  readonly engine: PortalEngine | undefined;
  readonly words: PortalWords;
  readonly chatWords: Words;
  readonly locale: Locale;
}) {
  const [draft, setDraft] = createSignal(readDraft());
  const [busy, setBusy] = createSignal(false);
  const attached = createAttachments({ engine: () => props.engine, words: () => props.chatWords });
  let heading: HTMLHeadingElement | undefined;
  onMount(() => heading?.focus());
  const change = (next: Partial<Draft>): void => {
    setDraft({ ...draft(), ...next });
    localStorage.setItem(DRAFT_KEY, JSON.stringify(draft()));
  };
  const send = async (): Promise<void> => {
    const text = draft().text.trim();
    if (busy() || attached.busy()) return;
    if (text === "" && attached.files().length === 0) return attached.setFault(props.words.needsText);
    if (text.length > LIMITS.textLength) return attached.setFault(props.chatWords.faults["too-long"]);
    setBusy(true);
    try {
      const engine = await whenOpen(() => props.engine);
      await engine.ask({ title: draft().title.trim(), text, files: attached.files() });
      localStorage.removeItem(DRAFT_KEY);
      attached.clear();
      location.hash = hashOf({ at: "list" });
    } catch {
      attached.setFault(props.chatWords.faults.full);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section class="ticket-view">
      <a class="back" href={hashOf({ at: "list" })}>
        ← {props.words.back}
      </a>
      <Show
        when={props.model.me?.opening}
        fallback={
          <div class="empty">
            <h2>{props.words.cannotAsk[0]}</h2>
            <p>{props.words.cannotAsk[1]}</p>
          </div>
        }
      >
        {(opening) => (
          <form
            class="new-form"
            onSubmit={(event) => {
              event.preventDefault();
              void send();
            }}
          >
            <h2 ref={heading} tabindex="-1">
              {props.words.newRequest}
            </h2>
            <label>
              {props.words.subject}
              <input
                type="text"
                maxLength={140}
                value={draft().title}
                onInput={(event) => change({ title: event.currentTarget.value })}
              />
            </label>
            <label>
              {props.words.text}
              <textarea
                rows={6}
                value={draft().text}
                placeholder={props.words.textHint}
                onInput={(event) => change({ text: event.currentTarget.value })}
                onPaste={(event) => {
                  const pasted = [...(event.clipboardData?.files ?? [])];
                  if (pasted.length === 0) return;
                  event.preventDefault();
                  void attached.add(pasted);
                }}
              />
            </label>
            <ChosenFiles attached={attached} words={props.chatWords} locale={props.locale} />
            <Show when={attached.fault() !== "" || props.model.full}>
              <p class="fault" role="alert">
                {attached.fault() || props.chatWords.faults.full}
              </p>
            </Show>
            <div class="new-acts">
              <AttachButton words={props.chatWords} disabled={false} onFiles={(files) => void attached.add(files)} />
              <button type="submit" class="primary" disabled={busy() || attached.busy()}>
                {props.words.send}
              </button>
            </div>
            <Show when={opening().teamName !== ""}>
              <p class="hint">{props.words.toTeam(opening().teamName)}</p>
            </Show>
          </form>
        )}
      </Show>
    </section>
  );
}
