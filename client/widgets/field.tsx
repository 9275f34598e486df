import { children, createEffect, createUniqueId, type JSX, Show, splitProps } from "solid-js";
import styles from "./field.module.css";

type Shared = {
  readonly label: string;
  /** A line under the field that helps. */
  readonly hint?: string | undefined;
  /** What is wrong with the value, in words. */
  readonly error?: string | undefined;
  /** The label is for screen readers only: the place says enough to the eye. */
  readonly bare?: boolean;
};

function Frame(props: Shared & { readonly id: string; readonly children: JSX.Element }): JSX.Element {
  return (
    <div class={styles["field"]}>
      <label for={props.id} class={props.bare ? "visually-hidden" : styles["label"]}>
        {props.label}
      </label>
      {props.children}
      <Show when={props.error ?? props.hint}>
        {(text) => (
          <p
            id={`${props.id}-hint`}
            class={styles["hint"]}
            classList={{ [styles["wrong"] ?? ""]: props.error !== undefined }}
            role={props.error === undefined ? undefined : "alert"}
          >
            {text()}
          </p>
        )}
      </Show>
    </div>
  );
}

const SHARED = ["label", "hint", "error", "bare"] as const;
const hintOf = (shared: Shared, id: string): string | undefined =>
  (shared.error ?? shared.hint) === undefined ? undefined : `${id}-hint`;

/** A line of text with its label. */
export function TextField(props: Shared & Omit<JSX.InputHTMLAttributes<HTMLInputElement>, "id">): JSX.Element {
  const [own, rest] = splitProps(props, SHARED);
  const id = createUniqueId();
  return (
    <Frame {...own} id={id}>
      <input
        type="text"
        {...rest}
        id={id}
        class={styles["input"]}
        aria-invalid={own.error !== undefined}
        aria-describedby={hintOf(own, id)}
      />
    </Frame>
  );
}

/** Several lines of text with their label. */
export function TextArea(props: Shared & Omit<JSX.TextareaHTMLAttributes<HTMLTextAreaElement>, "id">): JSX.Element {
  const [own, rest] = splitProps(props, SHARED);
  const id = createUniqueId();
  return (
    <Frame {...own} id={id}>
      <textarea
        rows={4}
        {...rest}
        id={id}
        class={styles["input"]}
        aria-invalid={own.error !== undefined}
        aria-describedby={hintOf(own, id)}
      />
    </Frame>
  );
}

/** One of several, by the system's own list. */
export function Select(
  props: Shared & Omit<JSX.SelectHTMLAttributes<HTMLSelectElement>, "id" | "value"> & { readonly value: string },
): JSX.Element {
  const [own, rest] = splitProps(props, [...SHARED, "children", "value"]);
  const id = createUniqueId();
  let list: HTMLSelectElement | undefined;
  const options = children(() => own.children);
  // A list takes a value only when the line that has it is there.
  createEffect(() => {
    options();
    if (list) list.value = own.value;
  });
  return (
    <Frame {...own} id={id}>
      <select {...rest} ref={list} id={id} class={styles["input"]} aria-describedby={hintOf(own, id)}>
        {options()}
      </select>
    </Frame>
  );
}

/** On or off, with a line that explains. */
export function Switch(props: {
  readonly label: string;
  readonly hint?: string;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
}): JSX.Element {
  const id = createUniqueId();
  return (
    <div class={styles["switch"]}>
      <div>
        <label for={id} class={styles["switch-label"]}>
          {props.label}
        </label>
        <Show when={props.hint}>
          <p id={`${id}-hint`} class={styles["hint"]}>
            {props.hint}
          </p>
        </Show>
      </div>
      <input
        id={id}
        type="checkbox"
        role="switch"
        class={styles["toggle"]}
        checked={props.checked}
        disabled={props.disabled ?? false}
        aria-describedby={props.hint ? `${id}-hint` : undefined}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
    </div>
  );
}
