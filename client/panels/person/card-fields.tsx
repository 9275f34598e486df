import { Switch as Choose, createSignal, createUniqueId, For, type JSX, Match, Show } from "solid-js";
import { type CardField, type CardKind, fieldOfCard, readCardValue } from "../../../shared/directory/person-fields.ts";
import type { Json } from "../../../shared/kernel/canonical.ts";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { mayEdit } from "../../signals/act-rules.ts";
import { useDesk } from "../../signals/desk.ts";
import { cardFieldsOf, personWords } from "../../signals/people.ts";
import { inLocale } from "../../signals/ticket-types.ts";
import { words } from "../../signals/words.ts";
import { tellNotSaved } from "../acts/perform.ts";
import styles from "./card-fields.module.css";
import { cardValueWords, undefinedFields } from "./card-words.ts";

/** Fields that an admin added to cards of this kind (S50); what was put away is shown where it still holds something. */
export function CardFields(props: { readonly kind: CardKind; readonly thread: ThreadId }): JSX.Element {
  const desk = useDesk();
  const head = () =>
    props.kind === "person" ? desk.directory.profiles.headOf(props.thread) : desk.heads.get(props.thread);
  const valueOf = (field: CardField): Json => head()?.fields[fieldOfCard(field.id)]?.value ?? null;
  const shown = () =>
    cardFieldsOf(desk, props.kind).filter((field) => field.archived !== true || valueOf(field) !== null);
  const isFixed = () => {
    const now = head();
    return now !== undefined && !mayEdit(now, desk.me());
  };
  function keep(field: CardField, value: Json): void {
    const name = fieldOfCard(field.id);
    const place = desk.directory.profiles.placeOf(props.thread, name);
    void desk.acts.setFields(place, { [name]: value }).catch(tellNotSaved);
  }
  return (
    <>
      <For each={shown()}>
        {(field) => (
          <CardFieldRow
            field={field}
            value={valueOf(field)}
            isFixed={isFixed() || field.archived === true}
            onKeep={(value) => keep(field, value)}
          />
        )}
      </For>
      <For each={undefinedFields(desk, props.kind, head())}>
        {({ name, value }) => <p class={styles["forgotten"]}>{personWords().custom.forgotten(name, value)}</p>}
      </For>
    </>
  );
}

/** One such field. Kept when it is left, or at once where it is chosen; what does not fit stays as it was typed, with the reason. */
export function CardFieldRow(props: {
  readonly field: CardField;
  readonly value: Json;
  readonly isFixed: boolean;
  readonly onKeep: (value: Json) => void;
}): JSX.Element {
  const id = createUniqueId();
  const [typed, setTyped] = createSignal<string>();
  const [fault, setFault] = createSignal<string>();
  const text = (): string =>
    typeof props.value === "string" || typeof props.value === "number" ? String(props.value) : "";

  function keep(given: string): void {
    const read = readCardValue(props.field, given);
    setFault(read.ok ? undefined : personWords().custom.faults[read.fault]);
    if (!read.ok) return;
    setTyped(undefined);
    if (read.value !== props.value) props.onKeep(read.value);
  }
  const offered = () =>
    (props.field.options ?? []).filter((option) => option.archived !== true || option.id === props.value);

  return (
    <div class={styles["row"]}>
      <label class={styles["label"]} for={id}>
        {inLocale(props.field.name)}
      </label>
      <Choose
        fallback={
          <input
            id={id}
            class={styles["input"]}
            type={props.field.kind === "date" ? "date" : "text"}
            inputmode={props.field.kind === "number" ? "decimal" : undefined}
            value={typed() ?? text()}
            placeholder={words().context.empty}
            autocomplete="off"
            aria-invalid={fault() !== undefined}
            aria-describedby={fault() === undefined ? undefined : `${id}-fault`}
            onInput={(event) => setTyped(event.currentTarget.value)}
            onBlur={() => {
              const now = typed();
              if (now !== undefined) keep(now);
            }}
            onKeyDown={(event) => {
              if (event.key === "Enter") event.currentTarget.blur();
              if (event.key !== "Escape") return;
              setTyped(undefined);
              setFault(undefined);
              event.currentTarget.value = text();
              event.currentTarget.blur();
            }}
          />
        }
      >
        <Match when={props.isFixed}>
          <span id={id} class={styles["fixed"]}>
            {props.value === null ? words().context.empty : cardValueWords(props.field, props.value)}
          </span>
        </Match>
        <Match when={props.field.kind === "switch"}>
          <input
            id={id}
            class={styles["check"]}
            type="checkbox"
            checked={props.value === true}
            onChange={(event) => props.onKeep(event.currentTarget.checked)}
          />
        </Match>
        <Match when={props.field.kind === "choice"}>
          <select id={id} class={styles["input"]} value={text()} onChange={(event) => keep(event.currentTarget.value)}>
            <option value="">{personWords().custom.nothing}</option>
            <For each={offered()}>
              {(option) => (
                <option value={option.id} selected={option.id === props.value}>
                  {inLocale(option.name)}
                </option>
              )}
            </For>
          </select>
        </Match>
      </Choose>
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
