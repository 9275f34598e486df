import { createSignal, For, type JSX, Match, Show, Switch } from "solid-js";
import { isThreadId, type ThreadId, type ThreadKind } from "../../../shared/kernel/ids.ts";
import { fieldOf } from "../../../shared/ticket/content.ts";
import type { TicketField } from "../../../shared/ticket/type.ts";
import { useDesk } from "../../signals/desk.ts";
import { fieldText } from "../../signals/fields.ts";
import { foldText } from "../../signals/inbox-list.ts";
import { parseNumber } from "../../signals/ticket-fields.ts";
import { inLocale } from "../../signals/ticket-types.ts";
import { words } from "../../signals/words.ts";
import { Select, TextField } from "../../widgets/field.tsx";
import { Modal } from "../../widgets/modal.tsx";
import { Picker } from "../../widgets/picker.tsx";
import styles from "./custom-field.module.css";
import { useTicketHere } from "./ticket-here.ts";

const FIELD_LENGTH = 4000;
const SHOWN = 40;

/** One custom field that holds one value. It is kept when the field is left, or at once where it is chosen. */
export function CustomField(props: { readonly field: TicketField }): JSX.Element {
  const here = useTicketHere();
  const value = () => fieldOf(here.content(), props.field.id)?.value ?? null;
  const text = () => (value() === null ? "" : String(value()));
  const [typed, setTyped] = createSignal<string>();
  const [isWrong, setWrong] = createSignal(false);
  const label = () => inLocale(props.field.name);
  const isAsked = () => fieldOf(here.content(), props.field.id)?.conflict !== undefined;
  const hint = () => (isAsked() ? words().ticket.conflict.title(label()) : undefined);
  /** What is put away is there as long as the ticket holds it. */
  const choices = () => (props.field.options ?? []).filter(({ id, archived }) => archived !== true || id === text());
  const set = (next: string | number | null): void => {
    if (next !== value()) here.open.edit([{ f: "set", field: props.field.id, value: next }]);
  };

  function keep(): void {
    const next = typed();
    if (next === undefined) return;
    if (props.field.kind === "number" && next.trim() !== "") {
      const number = parseNumber(next);
      setWrong(number === undefined);
      if (number === undefined) return; // it stays as it was typed, with the reason under it
      set(number);
    } else {
      setWrong(false);
      set(next.trim() === "" ? null : next.trim());
    }
    setTyped(undefined);
  }
  const shared = () => ({
    label: label(),
    disabled: !here.mayEdit(),
    hint: hint(),
    error: isWrong() ? words().ticket.numberWrong : undefined,
  });

  return (
    <Switch>
      <Match when={props.field.kind === "choice"}>
        <Select {...shared()} value={text()} onChange={(event) => set(event.currentTarget.value || null)}>
          <option value="">{words().ticket.noChoice}</option>
          <For each={choices()}>{(option) => <option value={option.id}>{inLocale(option.name)}</option>}</For>
          <Show when={text() !== "" && choices().every(({ id }) => id !== text())}>
            <option value={text()}>{text()}</option>
          </Show>
        </Select>
      </Match>
      <Match when={props.field.kind === "date"}>
        <TextField
          {...shared()}
          type="date"
          value={text()}
          onChange={(event) => set(event.currentTarget.value || null)}
        />
      </Match>
      <Match when={props.field.kind === "person" || props.field.kind === "asset"}>
        <ThreadField field={props.field} value={text()} label={label()} onChoose={set} />
      </Match>
      <Match when={props.field.kind === "text" || props.field.kind === "number"}>
        <TextField
          {...shared()}
          value={typed() ?? text()}
          maxlength={FIELD_LENGTH}
          autocomplete="off"
          inputmode={props.field.kind === "number" ? "decimal" : undefined}
          onInput={(event) => setTyped(event.currentTarget.value)}
          onBlur={keep}
          onKeyDown={(event) => {
            if (event.key === "Enter") keep();
            if (event.key !== "Escape") return;
            setTyped(undefined);
            setWrong(false);
            event.currentTarget.value = text();
            event.currentTarget.blur();
          }}
        />
      </Match>
    </Switch>
  );
}

/** A person or a device: chosen by name, kept by its thread. */
function ThreadField(props: {
  readonly field: TicketField;
  readonly value: string;
  readonly label: string;
  readonly onChoose: (thread: ThreadId | null) => void;
}): JSX.Element {
  const desk = useDesk();
  const here = useTicketHere();
  const [isOpen, setOpen] = createSignal(false);
  const kind = (): ThreadKind => (props.field.kind === "asset" ? "asset" : "person");
  const nameOf = (id: string): string => {
    const head = isThreadId(id) ? desk.heads.get(id) : undefined;
    return (
      [fieldText(head, "name"), fieldText(head, "model")].filter(Boolean).join(", ") || words().common.unknownPerson
    );
  };
  const choose = (thread: ThreadId | null): void => {
    setOpen(false);
    props.onChoose(thread);
  };
  return (
    <div class={styles["field"]}>
      <span class={styles["label"]}>{props.label}</span>
      <button
        type="button"
        class={styles["value"]}
        disabled={!here.mayEdit()}
        aria-label={`${props.label}: ${props.value === "" ? words().ticket.noValue : nameOf(props.value)}`}
        onClick={() => setOpen(true)}
      >
        {props.value === "" ? <span class={styles["none"]}>{words().ticket.choice}</span> : nameOf(props.value)}
      </button>
      <Show when={isOpen()}>
        <Modal
          open
          bare
          width="small"
          title={props.label}
          closeLabel={words().common.close}
          onClose={() => setOpen(false)}
        >
          <Picker
            label={props.label}
            placeholder={props.label}
            nothing={words().common.nothingFound}
            onLeave={() => setOpen(false)}
            lines={(typed) => [
              ...(props.value === "" || typed !== ""
                ? []
                : [{ key: "none", title: words().ticket.noValue, onChoose: () => choose(null) }]),
              ...(kind() === "person" ? desk.directory.profiles.all() : desk.heads.all(kind()))
                .map((head) => ({ head, title: nameOf(head._id) }))
                .filter(({ title }) => foldText(title).includes(foldText(typed.trim())))
                .sort((a, b) => a.title.localeCompare(b.title))
                .slice(0, SHOWN)
                .map(({ head, title }) => ({
                  key: head._id,
                  title,
                  detail: fieldText(head, kind() === "asset" ? "serial" : "room"),
                  onChoose: () => choose(head._id),
                })),
            ]}
          />
        </Modal>
      </Show>
    </div>
  );
}
