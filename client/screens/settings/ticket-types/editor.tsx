import { createMemo, createSignal, type JSX, Show } from "solid-js";
import { DEFAULT_TICKET_TYPE_ID, type TicketType } from "../../../../shared/ticket/type.ts";
import { tellNotSaved } from "../../../panels/acts/perform.ts";
import { useDesk } from "../../../signals/desk.ts";
import { words } from "../../../signals/words.ts";
import { Button } from "../../../widgets/button.tsx";
import { Switch, TextField } from "../../../widgets/field.tsx";
import { showToast } from "../../../widgets/toasts.tsx";
import settings from "../settings.module.css";
import { changedFields, draftOf, faultOfDraft, fieldsOfDraft, type TypeDraft } from "./draft.ts";
import { FieldList } from "./field-list.tsx";
import { TypePreview } from "./preview.tsx";
import { StatusList } from "./status-list.tsx";
import { typeWords } from "./words.ts";

/** One type: its names, due times, fields, statuses, and how the card looks. Nothing is stored before it is saved. */
export function TypeEditor(props: {
  readonly type: TicketType;
  readonly isStored: boolean;
  readonly isFixed: boolean;
  readonly onLeave: () => void;
}): JSX.Element {
  const desk = useDesk();
  const kept = createMemo(() => draftOf(props.type));
  const [changed, setChanged] = createSignal<TypeDraft>();
  const draft = () => changed() ?? kept();
  const fault = createMemo(() => faultOfDraft(draft()));
  const change = (part: Partial<TypeDraft>): void => void setChanged({ ...draft(), ...part });

  async function save(): Promise<void> {
    const { id, ...before } = props.type;
    const after = fieldsOfDraft(draft());
    try {
      if (props.isStored) await desk.acts.setFields(id, changedFields(before, after));
      else await desk.acts.begin("ticket-type", { set: changedFields(undefined, after), thread: id });
      showToast({ title: words().common.saved });
      props.onLeave();
    } catch (error) {
      tellNotSaved(error);
    }
  }

  function setMinutes(name: "respondMinutes" | "resolveMinutes", text: string): void {
    const minutes = Number(text);
    const { [name]: _before, ...rest } = draft();
    setChanged(text.trim() === "" || !(minutes >= 1) ? rest : { ...rest, [name]: Math.round(minutes) });
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (fault() === undefined && changed() !== undefined) void save();
      }}
    >
      <section class={settings["card"]}>
        <div class={settings["pair"]}>
          <TextField
            label={typeWords().nameRu}
            value={draft().name.ru}
            disabled={props.isFixed}
            maxlength={120}
            onInput={(event) => change({ name: { ...draft().name, ru: event.currentTarget.value } })}
          />
          <TextField
            label={typeWords().nameEn}
            value={draft().name.en}
            disabled={props.isFixed}
            maxlength={120}
            onInput={(event) => change({ name: { ...draft().name, en: event.currentTarget.value } })}
          />
          <TextField
            label={typeWords().respond}
            hint={typeWords().dueHint}
            type="number"
            min="1"
            disabled={props.isFixed}
            value={draft().respondMinutes ?? ""}
            onChange={(event) => setMinutes("respondMinutes", event.currentTarget.value)}
          />
          <TextField
            label={typeWords().resolve}
            hint={typeWords().dueHint}
            type="number"
            min="1"
            disabled={props.isFixed}
            value={draft().resolveMinutes ?? ""}
            onChange={(event) => setMinutes("resolveMinutes", event.currentTarget.value)}
          />
        </div>
        <Show when={props.type.id !== DEFAULT_TICKET_TYPE_ID}>
          <Switch
            label={typeWords().archive}
            checked={draft().archived === true}
            disabled={props.isFixed}
            onChange={(on) => change({ archived: on })}
          />
        </Show>
      </section>
      <FieldList
        fields={draft().fields}
        kept={kept().fields}
        statuses={draft().statuses}
        isFixed={props.isFixed}
        onChange={(fields) => change({ fields })}
      />
      <StatusList
        statuses={draft().statuses}
        kept={kept().statuses}
        isFixed={props.isFixed}
        onChange={(statuses) => change({ statuses })}
      />
      <TypePreview draft={draft()} />
      <Show when={!props.isFixed}>
        <div class={`${settings["acts"]} ${settings["kept"]}`}>
          <Show when={changed() !== undefined}>
            <p class={settings[fault() === undefined ? "sub" : "problem"]} role="status">
              {fault() === undefined ? typeWords().unsaved : typeWords().faults[fault() ?? "malformed"]}
            </p>
          </Show>
          <Button look="quiet" onClick={() => (changed() === undefined ? props.onLeave() : setChanged(undefined))}>
            {words().common.cancel}
          </Button>
          <Button type="submit" look="primary" disabled={changed() === undefined || fault() !== undefined}>
            {words().common.save}
          </Button>
        </div>
      </Show>
    </form>
  );
}
