import { createSignal, Index, type JSX, Show } from "solid-js";
import { FIELD_KINDS, offered } from "../../../../shared/ticket/type.ts";
import { Button } from "../../../widgets/button.tsx";
import { Select, Switch, TextArea, TextField } from "../../../widgets/field.tsx";
import settings from "../settings.module.css";
import { type DraftField, type DraftStatus, moved, optionLines, optionsOf } from "./draft.ts";
import { RowActs } from "./row-acts.tsx";
import { newKey, said, typeWords } from "./words.ts";

/** The custom fields of a type. One that tickets may hold already is not removed, only offered no more. */
export function FieldList(props: {
  readonly fields: readonly DraftField[];
  readonly kept: readonly DraftField[];
  readonly statuses: readonly DraftStatus[];
  readonly isFixed: boolean;
  readonly onChange: (fields: readonly DraftField[]) => void;
}): JSX.Element {
  const isKept = (field: DraftField): boolean => props.kept.some(({ id }) => id === field.id);
  const replace = (at: number, part: Partial<DraftField>): void =>
    props.onChange(props.fields.map((field, index) => (index === at ? { ...field, ...part } : field)));
  /** Without a member, where a value would not be right any more. */
  function drop(at: number, ...names: readonly (keyof DraftField)[]): void {
    props.onChange(
      props.fields.map((field, index) => {
        if (index !== at) return field;
        // What is dropped is optional.
        return Object.fromEntries(
          Object.entries(field).filter(([name]) => !names.some((one) => one === name)),
        ) as DraftField;
      }),
    );
  }

  return (
    <section aria-label={typeWords().fields}>
      <h3 class={settings["group"]}>{typeWords().fields}</h3>
      <Show when={props.fields.length === 0}>
        <p class={settings["lead"]}>{typeWords().fieldsEmpty}</p>
      </Show>
      <Index each={props.fields}>
        {(field, at) => (
          <section class={settings["card"]} aria-label={typeWords().fieldLabel(said(field().name))}>
            <RowActs
              title={said(field().name) || typeWords().kinds[field().kind]}
              isArchived={field().archived === true}
              isKept={isKept(field())}
              isFixed={props.isFixed}
              isFirst={at === 0}
              isLast={at === props.fields.length - 1}
              onMove={(by) => props.onChange(moved(props.fields, at, by))}
              onArchive={(archived) => (archived ? replace(at, { archived }) : drop(at, "archived"))}
              onRemove={() => props.onChange(props.fields.filter((_field, index) => index !== at))}
            />
            <div class={settings["pair"]}>
              <TextField
                label={typeWords().nameRu}
                value={field().name.ru}
                maxlength={120}
                disabled={props.isFixed}
                onInput={(event) => replace(at, { name: { ...field().name, ru: event.currentTarget.value } })}
              />
              <TextField
                label={typeWords().nameEn}
                value={field().name.en}
                maxlength={120}
                disabled={props.isFixed}
                onInput={(event) => replace(at, { name: { ...field().name, en: event.currentTarget.value } })}
              />
              <Select
                label={typeWords().kind}
                value={field().kind}
                disabled={props.isFixed || isKept(field())}
                onChange={(event) => {
                  const kind = FIELD_KINDS.find((one) => one === event.currentTarget.value);
                  if (kind !== undefined) replace(at, { kind });
                }}
              >
                {FIELD_KINDS.map((kind) => (
                  <option value={kind}>{typeWords().kinds[kind]}</option>
                ))}
              </Select>
              <Show when={field().kind === "text" || field().kind === "number" || field().kind === "date"}>
                <TextField
                  label={typeWords().initial}
                  type={field().kind === "text" ? "text" : field().kind}
                  value={field().initial ?? ""}
                  disabled={props.isFixed}
                  onChange={(event) => {
                    const text = event.currentTarget.value.trim();
                    if (text === "") return drop(at, "initial");
                    replace(at, { initial: field().kind === "number" ? Number(text) : text });
                  }}
                />
              </Show>
              <Show when={field().kind === "choice"}>
                <Select
                  label={typeWords().initial}
                  value={String(field().initial ?? "")}
                  disabled={props.isFixed}
                  onChange={(event) => {
                    const chosen = event.currentTarget.value;
                    if (chosen === "") drop(at, "initial");
                    else replace(at, { initial: chosen });
                  }}
                >
                  <option value="">—</option>
                  {offered(field().options).map((option) => (
                    <option value={option.id}>{said(option.name)}</option>
                  ))}
                </Select>
              </Show>
            </div>
            <Show when={field().kind === "choice"}>
              <OptionLines
                label={typeWords().options}
                options={field().options}
                newId={() => newKey("o")}
                isFixed={props.isFixed}
                onChange={(options) => replace(at, { options })}
              />
            </Show>
            <Show when={field().kind === "checklist"}>
              <OptionLines
                label={typeWords().rows}
                options={field().rows}
                newId={() => newKey("r")}
                isFixed={props.isFixed}
                onChange={(rows) => replace(at, { rows })}
              />
            </Show>
            <fieldset class={settings["teams"]}>
              <legend>{typeWords().requiredBy}</legend>
              <div class={settings["checks"]}>
                {props.statuses.map((status) => (
                  <label class={settings["check"]}>
                    <input
                      type="checkbox"
                      disabled={props.isFixed}
                      checked={field().requiredBy?.includes(status.id) === true}
                      onChange={(event) => {
                        const others = (field().requiredBy ?? []).filter((id) => id !== status.id);
                        const next = event.currentTarget.checked ? [...others, status.id] : others;
                        if (next.length === 0) drop(at, "requiredBy");
                        else replace(at, { requiredBy: next });
                      }}
                    />
                    {said(status.name)}
                  </label>
                ))}
              </div>
            </fieldset>
            <Switch
              label={typeWords().public}
              checked={field().public === true}
              disabled={props.isFixed}
              onChange={(on) => (on ? replace(at, { public: true }) : drop(at, "public"))}
            />
            <Switch
              label={typeWords().half}
              checked={field().half}
              disabled={props.isFixed}
              onChange={(half) => replace(at, { half })}
            />
          </section>
        )}
      </Index>
      <Show when={!props.isFixed}>
        <div class={settings["acts"]}>
          <Button
            onClick={() =>
              props.onChange([
                ...props.fields,
                { id: newKey("f"), kind: "text", name: { ru: "", en: "" }, half: false },
              ])
            }
          >
            {typeWords().addField}
          </Button>
        </div>
      </Show>
    </section>
  );
}

type Options = NonNullable<DraftField["options"]>;

/** Options or rows, one a line. What is typed counts at once: its ids follow from what stood there before it was typed. */
export function OptionLines(props: {
  readonly label: string;
  readonly options: Options | undefined;
  readonly newId: () => string;
  readonly isFixed: boolean;
  readonly onChange: (options: Options) => void;
}): JSX.Element {
  const [typed, setTyped] = createSignal<{ readonly text: string; readonly before: Options }>();
  return (
    <TextArea
      label={props.label}
      hint={typeWords().bothHint}
      value={typed()?.text ?? optionLines(props.options)}
      disabled={props.isFixed}
      onInput={(event) => {
        const text = event.currentTarget.value;
        const before = typed()?.before ?? props.options ?? [];
        setTyped({ text, before });
        props.onChange(optionsOf(text, before, props.newId));
      }}
      onBlur={() => setTyped(undefined)}
    />
  );
}
