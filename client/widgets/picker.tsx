import { createEffect, createMemo, createSignal, createUniqueId, For, type JSX, on, Show } from "solid-js";
import styles from "./picker.module.css";

/** A line that can be chosen. `group` headings appear where the group changes. */
export type PickerLine = {
  readonly key: string;
  readonly title: string;
  readonly detail?: string;
  readonly icon?: JSX.Element;
  readonly hint?: string;
  readonly group?: string;
  readonly onChoose: () => void;
};

/** A field that filters a list below it: arrows walk, Enter chooses. The list is what the caller makes of the text. */
export function Picker(props: {
  readonly label: string;
  readonly placeholder: string;
  readonly nothing: string;
  readonly lines: (text: string) => readonly PickerLine[];
  readonly initialText?: string;
  readonly onLeave?: () => void;
  readonly maxHeight?: string;
}): JSX.Element {
  const [text, setText] = createSignal(props.initialText ?? "");
  const [at, setAt] = createSignal(0);
  const lines = createMemo(() => props.lines(text()));
  const listId = createUniqueId();
  const optionId = (index: number): string => `${listId}-${index}`;

  createEffect(on(text, () => setAt(0), { defer: true }));
  createEffect(() => {
    const element = document.querySelector(`[id="${optionId(Math.min(at(), lines().length - 1))}"]`);
    element?.scrollIntoView({ block: "nearest" });
  });

  function onKeyDown(event: KeyboardEvent): void {
    const count = lines().length;
    if (event.key === "ArrowDown") setAt((index) => (count === 0 ? 0 : (index + 1) % count));
    else if (event.key === "ArrowUp") setAt((index) => (count === 0 ? 0 : (index + count - 1) % count));
    else if (event.key === "Home" && count > 0) setAt(0);
    else if (event.key === "End" && count > 0) setAt(count - 1);
    else if (event.key === "Enter") lines()[at()]?.onChoose();
    else if (event.key === "Escape" && props.onLeave) props.onLeave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div class={styles["picker"]}>
      <input
        type="text"
        class={styles["input"]}
        role="combobox"
        aria-label={props.label}
        aria-expanded="true"
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={lines().length > 0 ? optionId(at()) : undefined}
        placeholder={props.placeholder}
        value={text()}
        autocomplete="off"
        spellcheck={false}
        ref={(element) => queueMicrotask(() => element.focus())}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <div
        id={listId}
        role="listbox"
        aria-label={props.label}
        class={styles["list"]}
        style={{ "max-height": props.maxHeight ?? "360px" }}
      >
        <For each={lines()}>
          {(line, index) => (
            <>
              <Show when={line.group && line.group !== lines()[index() - 1]?.group}>
                <div class={styles["group"]} role="presentation">
                  {line.group}
                </div>
              </Show>
              <div
                id={optionId(index())}
                role="option"
                aria-selected={index() === at()}
                class={styles["line"]}
                onPointerMove={() => setAt(index())}
                onClick={() => line.onChoose()}
              >
                <Show when={line.icon}>
                  <span class={styles["icon"]} aria-hidden="true">
                    {line.icon}
                  </span>
                </Show>
                <span class={styles["words"]}>
                  <span class={styles["title"]}>{line.title}</span>
                  <Show when={line.detail}>
                    <span class={styles["detail"]}>{line.detail}</span>
                  </Show>
                </span>
                <Show when={line.hint}>
                  <span class={styles["hint"]}>{line.hint}</span>
                </Show>
              </div>
            </>
          )}
        </For>
      </div>
      <Show when={lines().length === 0}>
        <p class={styles["nothing"]} role="status">
          {props.nothing}
        </p>
      </Show>
    </div>
  );
}
