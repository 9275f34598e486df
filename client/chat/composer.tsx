import { createEffect, createSignal, onCleanup, onMount, Show } from "solid-js";
import { LIMITS } from "../../shared/kernel/schema.ts";
import { AttachButton, ChosenFiles, createAttachments, whenOpen } from "./attachments.tsx";
import type { ChatEngine } from "./port.ts";
import type { Locale, Words } from "./strings.ts";

const TYPING_EVERY_MS = 3_000;

/** Where the user writes: text, files by button, camera, paste and drop. Nothing is lost by a reload. */
export function Composer(props: {
  readonly token: string;
  readonly words: Words;
  readonly locale: Locale;
  readonly engine: Pick<ChatEngine, "write" | "keepFile" | "typing"> | undefined;
  readonly disabled: boolean;
  readonly full: boolean;
  /** False where something else is read first. */
  readonly takesFocus?: boolean;
}) {
  const draftKey = `otklik-chat-draft:${props.token}`;
  const [text, setText] = createSignal(localStorage.getItem(draftKey) ?? "");
  const attached = createAttachments({ engine: () => props.engine, words: () => props.words });
  const { files, fault, setFault } = attached;
  const [dragging, setDragging] = createSignal(false);
  const [isSending, setIsSending] = createSignal(false);
  const busy = () => isSending() || attached.busy();
  let area: HTMLTextAreaElement | undefined;
  let toldTypingAt = 0;

  const fit = (): void => {
    if (area === undefined) return;
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, 160)}px`;
  };
  const onInput = (value: string): void => {
    setText(value);
    localStorage.setItem(draftKey, value);
    fit();
    if (Date.now() - toldTypingAt > TYPING_EVERY_MS && value !== "") {
      toldTypingAt = Date.now();
      props.engine?.typing(true);
    }
  };
  const send = async (): Promise<void> => {
    const value = text().trim();
    if (busy() || (value === "" && files().length === 0)) return;
    if (value.length > LIMITS.textLength) return setFault(props.words.faults["too-long"]);
    setIsSending(true);
    try {
      const engine = await whenOpen(() => props.engine);
      await engine.write([{ kind: "message", text: value, ...(files().length > 0 ? { files: [...files()] } : {}) }]);
      setText("");
      attached.clear();
      localStorage.removeItem(draftKey);
      engine.typing(false);
      toldTypingAt = 0;
    } catch {
      setFault(props.words.faults.full);
    } finally {
      setIsSending(false);
      queueMicrotask(fit);
      area?.focus();
    }
  };
  const onKey = (event: KeyboardEvent): void => {
    // On a phone Enter makes a new line; the button sends.
    const isTouch = matchMedia("(pointer: coarse)").matches;
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || (isTouch && !event.ctrlKey)) return;
    event.preventDefault();
    void send();
  };
  const add = (list: Iterable<File>): void => {
    void attached.add(list).then(() => area?.focus());
  };
  const onPaste = (event: ClipboardEvent): void => {
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (pasted.length === 0) return;
    event.preventDefault();
    add(pasted);
  };
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") === true;
  const onDragOver = (event: DragEvent): void => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    setDragging(true);
  };
  const onDrop = (event: DragEvent): void => {
    setDragging(false);
    if (!hasFiles(event)) return;
    event.preventDefault();
    add(event.dataTransfer?.files ?? []);
  };
  const onLeave = (event: DragEvent): void => {
    if (event.relatedTarget === null) setDragging(false);
  };
  onMount(() => {
    addEventListener("dragover", onDragOver);
    addEventListener("drop", onDrop);
    addEventListener("dragleave", onLeave);
    fit();
  });
  createEffect(() => {
    if (props.disabled || props.takesFocus === false) return;
    // A touch screen would put its keyboard over the chat; who is elsewhere stays there.
    if (matchMedia("(pointer: fine)").matches && document.activeElement === document.body) area?.focus();
  });
  onCleanup(() => {
    removeEventListener("dragover", onDragOver);
    removeEventListener("drop", onDrop);
    removeEventListener("dragleave", onLeave);
  });

  return (
    <footer class="composer" classList={{ dragging: dragging() }}>
      <Show when={fault() !== "" || props.full}>
        <p class="fault" role="alert">
          {fault() || props.words.faults.full}
        </p>
      </Show>
      <ChosenFiles attached={attached} words={props.words} locale={props.locale} />
      <div class="row">
        <AttachButton words={props.words} disabled={props.disabled} onFiles={add} />
        <textarea
          ref={area}
          rows={1}
          value={text()}
          placeholder={props.words.placeholder}
          aria-label={props.words.placeholder}
          disabled={props.disabled}
          enterkeyhint="enter"
          onInput={(event) => onInput(event.currentTarget.value)}
          onKeyDown={onKey}
          onPaste={onPaste}
        />
        <button
          type="button"
          class="send"
          aria-label={props.words.send}
          title={props.words.send}
          disabled={props.disabled || busy() || (text().trim() === "" && files().length === 0)}
          onClick={() => void send()}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M4 12l16-8-5 16-3.5-6.5z" />
          </svg>
        </button>
      </div>
    </footer>
  );
}
