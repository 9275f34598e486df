import { createUniqueId, For, type JSX, Match, Show, Switch } from "solid-js";
import type { SetupField } from "../../../../shared/channels/setup.ts";
import { wordsOfChannels } from "../../../signals/channel-words.ts";
import { Button } from "../../../widgets/button.tsx";
import { Select, TextArea, TextField, Switch as Toggle } from "../../../widgets/field.tsx";
import styles from "./channels.module.css";
import type { FieldFault, SecretChange, ShownValue } from "./draft.ts";
import { said } from "./words.ts";

type FieldProps = {
  readonly field: SetupField;
  readonly fault: FieldFault | undefined;
  readonly disabled: boolean;
};

const errorOf = (fault: FieldFault | undefined): string | undefined =>
  fault === undefined ? undefined : wordsOfChannels().form.faults[fault];
const hintOf = (field: SetupField): string | undefined => (field.hint === undefined ? undefined : said(field.hint));

/** A field of a channel's form by its type; secrets have their own. */
export function PlainField(
  props: FieldProps & { readonly value: ShownValue | undefined; readonly onChange: (value: ShownValue) => void },
): JSX.Element {
  const text = () => (typeof props.value === "string" ? props.value : "");
  const shared = () => ({
    label: said(props.field.label),
    hint: hintOf(props.field) ?? (props.field.type === "lines" ? wordsOfChannels().form.linesHint : undefined),
    error: errorOf(props.fault),
    disabled: props.disabled,
    required: props.field.required,
  });
  return (
    <Switch
      fallback={
        <TextField
          {...shared()}
          {...INPUTS[props.field.type]}
          name={`channel-${props.field.name}`}
          autocomplete="off"
          spellcheck={false}
          value={text()}
          onInput={(event) => props.onChange(event.currentTarget.value)}
        />
      }
    >
      <Match when={props.field.type === "switch"}>
        <Toggle
          label={said(props.field.label)}
          {...(props.field.hint === undefined ? {} : { hint: said(props.field.hint) })}
          checked={props.value === true}
          disabled={props.disabled}
          onChange={props.onChange}
        />
      </Match>
      <Match when={props.field.type === "choice"}>
        <Select {...shared()} value={text()} onChange={(event) => props.onChange(event.currentTarget.value)}>
          <Show when={!props.field.required || text() === ""}>
            <option value="" />
          </Show>
          <For each={props.field.options ?? []}>
            {(option) => <option value={option.value}>{said(option.label)}</option>}
          </For>
        </Select>
      </Match>
      <Match when={props.field.type === "lines"}>
        <TextArea
          {...shared()}
          rows={3}
          spellcheck={false}
          value={text()}
          onInput={(event) => props.onChange(event.currentTarget.value)}
        />
      </Match>
    </Switch>
  );
}

/** How the browser is to treat a line of that type: its keyboard on a phone above all. */
const INPUTS: Readonly<Record<SetupField["type"], JSX.InputHTMLAttributes<HTMLInputElement>>> = {
  text: {},
  secret: {},
  url: { inputmode: "url" },
  host: { inputmode: "url", autocapitalize: "none" },
  email: { inputmode: "email", autocapitalize: "none" },
  number: { inputmode: "decimal" },
  switch: {},
  choice: {},
  lines: {},
};

/**
 * A secret: it is typed and goes to the server, and nothing ever brings it back. Where there is one, the form says so and offers
 * to replace it, or to take it away where it is not needed.
 */
export function SecretField(
  props: FieldProps & {
    /** Whether the server has one. */
    readonly isSet: boolean;
    readonly change: SecretChange | undefined;
    readonly onChange: (change: SecretChange | undefined) => void;
  },
): JSX.Element {
  const id = createUniqueId();
  const form = () => wordsOfChannels().form;
  const label = () => said(props.field.label);
  return (
    <Show
      when={props.isSet && typeof props.change !== "string" && props.fault === undefined}
      fallback={
        <div class={styles["secret"]}>
          <TextField
            label={label()}
            hint={
              [hintOf(props.field), props.isSet ? form().secretWillChange : undefined].filter(Boolean).join(" ") ||
              undefined
            }
            error={errorOf(props.fault)}
            type="password"
            autocomplete="new-password"
            spellcheck={false}
            disabled={props.disabled}
            required={props.field.required}
            value={props.change ?? ""}
            onInput={(event) => props.onChange(event.currentTarget.value)}
          />
          <Show when={props.isSet}>
            <div>
              <Button size="small" onClick={() => props.onChange(undefined)}>
                {form().keep}
              </Button>
            </div>
          </Show>
        </div>
      }
    >
      <div class={styles["secret"]} role="group" aria-labelledby={id}>
        <span id={id} class={styles["label"]}>
          {label()}
        </span>
        <div class={styles["secret-line"]}>
          <span data-secret={props.change === null ? "goes" : "set"}>
            {props.change === null ? form().secretWillGo : form().secretSet}
          </span>
          <Show
            when={props.change === undefined}
            fallback={
              <Button size="small" disabled={props.disabled} onClick={() => props.onChange(undefined)}>
                {form().keep}
              </Button>
            }
          >
            <Button size="small" disabled={props.disabled} onClick={() => props.onChange("")}>
              {form().replace}
            </Button>
            <Show when={!props.field.required}>
              <Button size="small" disabled={props.disabled} onClick={() => props.onChange(null)}>
                {form().remove}
              </Button>
            </Show>
          </Show>
        </div>
      </div>
    </Show>
  );
}
