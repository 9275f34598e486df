import { Index, type JSX, Show } from "solid-js";
import { CARD_FIELD_KINDS, type CardField } from "../../../../shared/directory/person-fields.ts";
import { personWords } from "../../../signals/people.ts";
import { Button } from "../../../widgets/button.tsx";
import { Select, TextField } from "../../../widgets/field.tsx";
import settings from "../settings.module.css";
import { moved } from "../ticket-types/draft.ts";
import { OptionLines } from "../ticket-types/field-list.tsx";
import { RowActs } from "../ticket-types/row-acts.tsx";
import { newKey, said, typeWords } from "../ticket-types/words.ts";

/** The fields of one kind of card. One that cards may hold already is put away instead of removed, and keeps its kind. */
export function CardFieldList(props: {
  readonly fields: readonly CardField[];
  readonly kept: readonly CardField[];
  readonly isFixed: boolean;
  readonly onChange: (fields: readonly CardField[]) => void;
}): JSX.Element {
  const isKept = (field: CardField): boolean => props.kept.some(({ id }) => id === field.id);
  const replace = (at: number, part: Partial<CardField>): void =>
    props.onChange(props.fields.map((field, index) => (index === at ? { ...field, ...part } : field)));
  function archive(at: number, archived: boolean): void {
    if (archived) return replace(at, { archived });
    props.onChange(
      props.fields.map((field, index) => {
        if (index !== at) return field;
        const { archived: _archived, ...rest } = field;
        return rest;
      }),
    );
  }

  return (
    <>
      <Index each={props.fields} fallback={<p class={settings["lead"]}>{personWords().settings.empty}</p>}>
        {(field, at) => (
          <section class={settings["card"]} aria-label={typeWords().fieldLabel(said(field().name))}>
            <RowActs
              title={said(field().name) || personWords().settings.fieldKinds[field().kind]}
              isArchived={field().archived === true}
              isKept={isKept(field())}
              isFixed={props.isFixed}
              isFirst={at === 0}
              isLast={at === props.fields.length - 1}
              onMove={(by) => props.onChange(moved(props.fields, at, by))}
              onArchive={(archived) => archive(at, archived)}
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
                  const kind = CARD_FIELD_KINDS.find((one) => one === event.currentTarget.value);
                  if (kind !== undefined) replace(at, { kind });
                }}
              >
                {CARD_FIELD_KINDS.map((kind) => (
                  <option value={kind}>{personWords().settings.fieldKinds[kind]}</option>
                ))}
              </Select>
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
          </section>
        )}
      </Index>
      <Show when={!props.isFixed}>
        <div class={`${settings["acts"]} ${settings["apart"]}`}>
          <Button
            onClick={() =>
              props.onChange([...props.fields, { id: newKey("f"), kind: "text", name: { ru: "", en: "" } }])
            }
          >
            {typeWords().addField}
          </Button>
        </div>
      </Show>
    </>
  );
}
