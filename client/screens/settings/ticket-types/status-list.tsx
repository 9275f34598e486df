import { Index, type JSX, Show } from "solid-js";
import type { Role } from "../../../../shared/policy/actor.ts";
import { STATUS_CATEGORIES } from "../../../../shared/ticket/type.ts";
import { Button } from "../../../widgets/button.tsx";
import { Select, Switch, TextField } from "../../../widgets/field.tsx";
import settings from "../settings.module.css";
import { type DraftStatus, moved } from "./draft.ts";
import { RowActs } from "./row-acts.tsx";
import { newKey, said, typeWords } from "./words.ts";

const WHO: Readonly<Record<"everybody" | "leads" | "field", readonly Role[] | undefined>> = {
  everybody: undefined,
  leads: ["lead", "admin"],
  field: ["technician", "lead", "admin"],
};
const whoOf = (roles: readonly Role[] | undefined): keyof typeof WHO =>
  roles === undefined ? "everybody" : roles.includes("technician") ? "field" : "leads";

/** The statuses of a type, what each means, and how it is reached. One that is stored is not removed, only offered no more. */
export function StatusList(props: {
  readonly statuses: readonly DraftStatus[];
  readonly kept: readonly DraftStatus[];
  readonly isFixed: boolean;
  readonly onChange: (statuses: readonly DraftStatus[]) => void;
}): JSX.Element {
  const isKept = (status: DraftStatus): boolean => props.kept.some(({ id }) => id === status.id);
  const replace = (at: number, part: Partial<DraftStatus>): void =>
    props.onChange(props.statuses.map((status, index) => (index === at ? { ...status, ...part } : status)));

  function setFlag(at: number, name: "quiet" | "archived", on: boolean): void {
    props.onChange(
      props.statuses.map((status, index) => {
        if (index !== at) return status;
        const { [name]: _before, ...rest } = status;
        return on ? { ...rest, [name]: true } : rest;
      }),
    );
  }

  return (
    <section aria-label={typeWords().statuses}>
      <h3 class={settings["group"]}>{typeWords().statuses}</h3>
      <Index each={props.statuses}>
        {(status, at) => (
          <section class={settings["card"]} aria-label={typeWords().statusLabel(said(status().name))}>
            <RowActs
              title={said(status().name)}
              isArchived={status().archived === true}
              isKept={isKept(status())}
              isFixed={props.isFixed}
              isFirst={at === 0}
              isLast={at === props.statuses.length - 1}
              onMove={(by) => props.onChange(moved(props.statuses, at, by))}
              onArchive={(on) => setFlag(at, "archived", on)}
              onRemove={() => {
                const { id } = status();
                props.onChange(
                  props.statuses
                    .filter((other) => other.id !== id)
                    .map((other) => ({ ...other, from: other.from?.filter((start) => start !== id) })),
                );
              }}
            />
            <div class={settings["pair"]}>
              <TextField
                label={typeWords().nameRu}
                value={status().name.ru}
                maxlength={120}
                disabled={props.isFixed}
                onInput={(event) => replace(at, { name: { ...status().name, ru: event.currentTarget.value } })}
              />
              <TextField
                label={typeWords().nameEn}
                value={status().name.en}
                maxlength={120}
                disabled={props.isFixed}
                onInput={(event) => replace(at, { name: { ...status().name, en: event.currentTarget.value } })}
              />
              <Select
                label={typeWords().category}
                value={status().category}
                disabled={props.isFixed}
                onChange={(event) => {
                  const category = STATUS_CATEGORIES.find((one) => one === event.currentTarget.value);
                  if (category !== undefined) replace(at, { category });
                }}
              >
                {STATUS_CATEGORIES.map((category) => (
                  <option value={category}>{typeWords().categories[category]}</option>
                ))}
              </Select>
              <Select
                label={typeWords().who}
                value={whoOf(status().roles)}
                disabled={props.isFixed}
                onChange={(event) => {
                  const who = event.currentTarget.value;
                  if (who === "everybody" || who === "leads" || who === "field") replace(at, { roles: WHO[who] });
                }}
              >
                <option value="everybody">{typeWords().everybody}</option>
                <option value="leads">{typeWords().leads}</option>
                <option value="field">{typeWords().field}</option>
              </Select>
            </div>
            <Switch
              label={typeWords().quiet}
              checked={status().quiet === true}
              disabled={props.isFixed}
              onChange={(on) => setFlag(at, "quiet", on)}
            />
            <Switch
              label={typeWords().fromAnywhere}
              checked={status().from === undefined}
              disabled={props.isFixed}
              onChange={(on) =>
                replace(at, {
                  from: on ? undefined : props.statuses.map(({ id }) => id).filter((id) => id !== status().id),
                })
              }
            />
            <Show when={status().from !== undefined}>
              <fieldset class={settings["teams"]}>
                <legend>{typeWords().from}</legend>
                <div class={settings["checks"]}>
                  {props.statuses
                    .filter((other) => other.id !== status().id)
                    .map((other) => (
                      <label class={settings["check"]}>
                        <input
                          type="checkbox"
                          disabled={props.isFixed}
                          checked={status().from?.includes(other.id) === true}
                          onChange={(event) => {
                            const rest = (status().from ?? []).filter((id) => id !== other.id);
                            replace(at, { from: event.currentTarget.checked ? [...rest, other.id] : rest });
                          }}
                        />
                        {said(other.name)}
                      </label>
                    ))}
                </div>
              </fieldset>
            </Show>
          </section>
        )}
      </Index>
      <Show when={!props.isFixed}>
        <div class={settings["acts"]}>
          <Button
            onClick={() =>
              props.onChange([
                ...props.statuses,
                { id: newKey("s"), name: { ru: "", en: "" }, category: "active", from: undefined, roles: undefined },
              ])
            }
          >
            {typeWords().addStatus}
          </Button>
        </div>
      </Show>
    </section>
  );
}
