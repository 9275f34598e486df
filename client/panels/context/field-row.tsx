import { createSignal, createUniqueId, type JSX, Show } from "solid-js";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { mayEdit } from "../../signals/act-rules.ts";
import { useDesk } from "../../signals/desk.ts";
import { fieldText } from "../../signals/fields.ts";
import { say, words } from "../../signals/words.ts";
import { tellNotSaved } from "../acts/perform.ts";
import styles from "./field-row.module.css";

/**
 * One fact that can be corrected where it stands: Enter keeps it, Esc leaves it; works off line. Of a person who is known by
 * several threads it is the profile's, and is corrected in the thread that it comes from.
 */
export function FieldRow(props: {
  readonly thread: ThreadId;
  readonly field: string;
  readonly label: string;
  readonly type?: "text" | "tel" | "email";
  readonly disabled?: boolean;
  /** What is wrong with what was typed, in words: then it stays as it was typed, with the reason under it. */
  readonly check?: (text: string) => string | undefined;
}): JSX.Element {
  const desk = useDesk();
  const id = createUniqueId();
  const place = () => desk.directory.profiles.placeOf(props.thread, props.field);
  const head = () => desk.heads.get(place());
  const value = () => fieldText(head(), props.field);
  const [editing, setEditing] = createSignal<string>();
  const [fault, setFault] = createSignal<string>();
  const isFixed = () => {
    const now = head();
    return props.disabled === true || (now !== undefined && !mayEdit(now, desk.me()));
  };
  const kept = () => head()?.fields[props.field];
  const hint = (): string | undefined => {
    const now = kept();
    return now ? `${desk.directory.nameOf(now.by)}, ${say.since(now.at, desk.now())}` : undefined;
  };

  function keep(): void {
    const next = editing()?.trim();
    const found = next ? props.check?.(next) : undefined;
    setFault(found);
    if (found !== undefined) return;
    setEditing(undefined);
    if (next === undefined || next === value()) return;
    void desk.acts.setFields(place(), { [props.field]: next === "" ? null : next }).catch(tellNotSaved);
  }

  return (
    <div class={styles["row"]}>
      <label class={styles["label"]} for={id}>
        {props.label}
      </label>
      <Show
        when={!isFixed()}
        fallback={
          <span id={id} class={styles["fixed"]}>
            {value() || words().context.empty}
          </span>
        }
      >
        <input
          id={id}
          class={styles["input"]}
          type={props.type ?? "text"}
          value={editing() ?? value()}
          placeholder={words().context.empty}
          title={hint()}
          autocomplete="off"
          aria-invalid={fault() !== undefined}
          aria-describedby={fault() === undefined ? undefined : `${id}-fault`}
          onInput={(event) => setEditing(event.currentTarget.value)}
          onBlur={keep}
          onKeyDown={(event) => {
            if (event.key === "Enter") event.currentTarget.blur();
            if (event.key !== "Escape") return;
            setEditing(undefined);
            setFault(undefined);
            event.currentTarget.value = value();
            event.currentTarget.blur();
          }}
        />
      </Show>
      <Show when={fault()}>
        {(said) => (
          <p id={`${id}-fault`} class={styles["fault"]} role="alert">
            {said()}
          </p>
        )}
      </Show>
    </div>
  );
}
