import { For, type JSX, Show } from "solid-js";
import { CONVERSIONS, type Mapping, SYNC_TARGETS } from "../../../../shared/systems/mapping.ts";
import { wordsOfSystems } from "../../../signals/system-words.ts";
import { Select } from "../../../widgets/field.tsx";
import settings from "../settings.module.css";
import { FIELDS, fieldOf, guessMapping, ownField } from "./parts.ts";
import styles from "./systems.module.css";

/** Which column is what, beside a few of its values. */
export function MappingForm(props: {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, string>>[];
  readonly mapping: Mapping;
  readonly onChange: (mapping: Mapping) => void;
}): JSX.Element {
  const said = wordsOfSystems;
  const fieldFor = (column: string) => props.mapping.fields.find(({ from }) => from === column);
  const sample = (column: string): string =>
    [...new Set(props.rows.map((row) => row[column] ?? "").filter(Boolean))].slice(0, 3).join(", ");
  const setFields = (fields: Mapping["fields"]): void => props.onChange({ ...props.mapping, fields });

  function choose(column: string, to: string): void {
    // A field is filled by one column.
    const others = props.mapping.fields.filter((field) => field.from !== column && field.to !== to);
    setFields(to === "" ? others : [...others, fieldOf(column, to)]);
  }
  const change = (column: string, part: Partial<Mapping["fields"][number]>): void =>
    setFields(props.mapping.fields.map((field) => (field.from === column ? { ...field, ...part } : field)));

  return (
    <section class={settings["card"]} aria-label={said().mapping}>
      <div>
        <h3 class={settings["card-title"]}>{said().mapping}</h3>
        <p class={settings["sub"]}>{said().mappingHint}</p>
      </div>
      <div class={settings["pair"]}>
        <Select
          label={said().target}
          value={props.mapping.target}
          onChange={(event) => {
            const target = SYNC_TARGETS.find((one) => one === event.currentTarget.value);
            if (target !== undefined)
              props.onChange({ ...guessMapping(props.columns, target), key: props.mapping.key });
          }}
        >
          <For each={SYNC_TARGETS}>{(target) => <option value={target}>{said().targets[target]}</option>}</For>
        </Select>
        <Select
          label={said().key}
          value={props.mapping.key}
          onChange={(event) => props.onChange({ ...props.mapping, key: event.currentTarget.value })}
        >
          <For each={props.columns}>{(column) => <option value={column}>{column}</option>}</For>
        </Select>
      </div>
      <ul class={styles["columns"]}>
        <For each={props.columns}>
          {(column) => (
            <li class={styles["column"]}>
              <div class={styles["sample"]}>
                <strong>{column}</strong>
                <span class={settings["sub"]}>{sample(column)}</span>
              </div>
              <Select
                bare
                label={`${said().field}: ${column}`}
                value={fieldFor(column)?.to ?? ""}
                onChange={(event) => choose(column, event.currentTarget.value)}
              >
                <option value="">{said().none}</option>
                <For each={FIELDS[props.mapping.target]}>
                  {(field) => <option value={field}>{said().fieldNames[field] ?? field}</option>}
                </For>
                <option value={ownField(column)}>{said().own(ownField(column).slice(2))}</option>
              </Select>
              <Show when={fieldFor(column)}>
                {(field) => (
                  <div class={styles["reading"]}>
                    <Select
                      bare
                      label={`${said().conversions.text}: ${column}`}
                      value={field().as ?? "text"}
                      onChange={(event) => {
                        const as = CONVERSIONS.find((one) => one === event.currentTarget.value);
                        if (as !== undefined) change(column, { as });
                      }}
                    >
                      <For each={CONVERSIONS}>
                        {(conversion) => <option value={conversion}>{said().conversions[conversion]}</option>}
                      </For>
                    </Select>
                    <label class={settings["check"]}>
                      <input
                        type="checkbox"
                        checked={field().required === true}
                        onChange={(event) => change(column, { required: event.currentTarget.checked })}
                      />
                      {said().required}
                    </label>
                  </div>
                )}
              </Show>
            </li>
          )}
        </For>
      </ul>
    </section>
  );
}
