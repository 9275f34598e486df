import { createEffect, createRoot, createSignal, For, onCleanup, onMount, Show } from "solid-js";
import type { FileRef } from "../../shared/items/base.ts";
import { LIMITS } from "../../shared/kernel/schema.ts";
import type { ChatEngine } from "./port.ts";
import { fileSize, type Locale, type Words } from "./strings.ts";
import { readFile } from "./uploads.ts";

const TYPING_EVERY_MS = 3_000;

/** Where the user writes: text, files by button, camera, paste and drop. Nothing is lost by a reload. */
export function Composer(props: {
  readonly token: string;
  readonly words: Words;
  readonly locale: Locale;
  readonly engine: Pick<ChatEngine, "write" | "keepFile" | "typing"> | undefined;
  readonly disabled: boolean;
  readonly full: boolean;
}) {
  const draftKey = `otklik-chat-draft:${props.token}`;
  const [text, setText] = createSignal(localStorage.getItem(draftKey) ?? "");
  const [files, setFiles] = createSignal<readonly FileRef[]>([]);
  const [fault, setFault] = createSignal("");
  const [dragging, setDragging] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  let area: HTMLTextAreaElement | undefined;
  let picker: HTMLInputElement | undefined;
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
  /** The engine opens a moment after the page: what a person does before that is done then, never dropped. */
  const opened = (): Promise<NonNullable<typeof props.engine>> =>
    new Promise((resolve) => {
      createRoot((dispose) => {
        createEffect(() => {
          if (props.engine === undefined) return;
          resolve(props.engine);
          queueMicrotask(dispose);
        });
      });
    });
  const add = async (list: Iterable<File>): Promise<void> => {
    setBusy(true);
    for (const file of list) {
      const read = await readFile(file);
      if ("fault" in read) {
        setFault(props.words.faults[read.fault](file.name));
        continue;
      }
      try {
        await (await opened()).keepFile(read.ref, read.blob);
        setFiles((present) =>
          present.some((one) => one.sha === read.ref.sha)
            ? present
            : [...present, read.ref].slice(0, LIMITS.filesPerItem),
        );
        setFault("");
      } catch {
        setFault(props.words.faults.full);
      }
    }
    setBusy(false);
    area?.focus();
  };
  const send = async (): Promise<void> => {
    const value = text().trim();
    if (busy() || (value === "" && files().length === 0)) return;
    if (value.length > LIMITS.textLength) return void setFault(props.words.faults["too-long"]);
    setBusy(true);
    try {
      const engine = await opened();
      await engine.write([{ kind: "message", text: value, ...(files().length > 0 ? { files: [...files()] } : {}) }]);
      setText("");
      setFiles([]);
      setFault("");
      localStorage.removeItem(draftKey);
      engine.typing(false);
      toldTypingAt = 0;
    } catch {
      setFault(props.words.faults.full);
    } finally {
      setBusy(false);
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
  const onPaste = (event: ClipboardEvent): void => {
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (pasted.length === 0) return;
    event.preventDefault();
    void add(pasted);
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
    void add(event.dataTransfer?.files ?? []);
  };
  const onLeave = (event: DragEvent): void => {
    if (event.relatedTarget === null) setDragging(false);
  };
  onMount(() => {
    addEventListener("dragover", onDragOver);
    addEventListener("drop", onDrop);
    addEventListener("dragleave", onLeave);
    fit();
    if (matchMedia("(pointer: fine)").matches) area?.focus();
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
      <Show when={files().length > 0}>
        <ul class="chosen">
          <For each={files()}>
            {(file) => (
              <li>
                <span class="file-name">{file.name}</span>{" "}
                <span class="file-size">{fileSize(file.size, props.locale)}</span>
                <button
                  type="button"
                  aria-label={props.words.removeFile(file.name)}
                  onClick={() => setFiles((list) => list.filter((one) => one.sha !== file.sha))}
                >
                  ×
                </button>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <div class="row">
        <button
          type="button"
          class="icon"
          aria-label={props.words.attach}
          title={props.words.attach}
          disabled={props.disabled}
          onClick={() => picker?.click()}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M20 11.5l-8.2 8.2a5.2 5.2 0 0 1-7.4-7.4l8.6-8.6a3.5 3.5 0 0 1 5 5l-8.6 8.6a1.8 1.8 0 0 1-2.5-2.5l7.9-7.9" />
          </svg>
        </button>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            void add([...(event.currentTarget.files ?? [])]);
            event.currentTarget.value = "";
          }}
        />
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
