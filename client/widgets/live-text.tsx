import { createEffect, createUniqueId, type JSX, onCleanup, Show } from "solid-js";
import styles from "./live-text.module.css";

/** Where a caret goes when the text around it was changed by somebody else: it stays before or behind the same letters. */
export function movedCaret(before: string, after: string, caret: number): number {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  if (caret <= start) return caret;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const wasEnd = before.length - end;
  return caret >= wasEnd ? caret + after.length - before.length : Math.min(caret, after.length - end);
}

/** Where the browser measures a field's text itself; by hand it is laid out three times, which a long text feels. */
const growsByItself = typeof CSS !== "undefined" && CSS.supports?.("field-sizing", "content") === true;

/**
 * A text that others write at the same time: it grows with its lines, and what comes from them leaves the caret where it was.
 * `onText` gets the whole text; `onRest` is told when the field is left.
 */
export function LiveText(props: {
  readonly label: string;
  readonly text: string;
  readonly placeholder?: string;
  /** The label is for screen readers only. */
  readonly bare?: boolean;
  /** One line: Enter leaves it. */
  readonly line?: boolean;
  readonly look?: "title" | "text";
  readonly readOnly?: boolean;
  readonly maxLength?: number;
  readonly onText: (text: string) => void;
  readonly onRest?: () => void;
}): JSX.Element {
  const id = createUniqueId();
  let field: HTMLTextAreaElement | undefined;
  let isComposing = false;

  function fit(): void {
    if (!field || growsByItself) return;
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  }

  function show(next: string): void {
    if (!field || isComposing || field.value === next) return;
    const { value, selectionStart, selectionEnd, selectionDirection } = field;
    const isHere = document.activeElement === field;
    field.value = next;
    if (isHere) {
      const from = movedCaret(value, next, selectionStart);
      field.setSelectionRange(from, Math.max(from, movedCaret(value, next, selectionEnd)), selectionDirection);
    }
    fit();
  }

  createEffect(() => show(props.text));

  return (
    <div class={styles["place"]}>
      <Show
        when={!props.bare}
        fallback={
          <label class="visually-hidden" for={id}>
            {props.label}
          </label>
        }
      >
        <label class={styles["label"]} for={id}>
          {props.label}
        </label>
      </Show>
      <textarea
        ref={(element) => {
          field = element;
          if (growsByItself) return;
          // Its width is known when it stands on the page, and changes with it.
          let width = 0;
          const watch = new ResizeObserver(([entry]) => {
            const next = Math.round(entry?.contentRect.width ?? 0);
            if (next === width) return;
            width = next;
            fit();
          });
          watch.observe(element);
          onCleanup(() => watch.disconnect());
        }}
        id={id}
        rows={1}
        class={styles["field"]}
        classList={{ [styles["title"] ?? ""]: props.look === "title" }}
        placeholder={props.placeholder}
        readOnly={props.readOnly ?? false}
        maxlength={props.maxLength}
        dir="auto"
        onInput={(event) => {
          fit();
          const text = event.currentTarget.value;
          props.onText(props.line ? text.replace(/\s*\n\s*/g, " ") : text);
        }}
        onCompositionStart={() => (isComposing = true)}
        onCompositionEnd={() => (isComposing = false)}
        onBlur={() => props.onRest?.()}
        onKeyDown={(event) => {
          const isEnd = event.key === "Escape" || (event.key === "Enter" && props.line === true);
          if (!isEnd || event.isComposing) return;
          event.preventDefault();
          event.currentTarget.blur();
        }}
      />
    </div>
  );
}
