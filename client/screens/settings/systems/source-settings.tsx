import { For, type JSX, Match, Switch } from "solid-js";
import { SECRET_SETTINGS, type SourceInfo, type SourcePatch } from "../../../../shared/protocol/systems.ts";
import { wordsOfSystems } from "../../../signals/system-words.ts";
import { Button } from "../../../widgets/button.tsx";
import { Select, TextField, Switch as Toggle } from "../../../widgets/field.tsx";
import settings from "../settings.module.css";
import { ASKED, settingText } from "./parts.ts";

/** What was changed and is not kept yet. */
export type Settings = NonNullable<SourcePatch["settings"]>;

type FieldWords = ReturnType<typeof wordsOfSystems>["fields"];
const labelOf = (name: string): string => {
  const known: Readonly<Record<string, FieldWords[keyof FieldWords]>> = wordsOfSystems().fields;
  const found = known[name];
  return typeof found === "string" ? found : name;
};
const HINTS: Readonly<Record<string, "urlHint" | "attributesHint" | "hookHint" | "systemHint">> = {
  url: "urlHint",
  attributes: "attributesHint",
  hook: "hookHint",
  system: "systemHint",
};

/** How a directory or a CRM is reached; a secret is typed and never shown again. */
export function SourceSettings(props: {
  readonly source: SourceInfo;
  readonly changed: Settings;
  readonly onChange: (changed: Settings) => void;
}): JSX.Element {
  const said = wordsOfSystems;
  const set = (name: string, value: string | boolean): void => props.onChange({ ...props.changed, [name]: value });
  const text = (name: string): string => {
    const now = props.changed[name];
    return typeof now === "string" ? now : settingText(props.source, name);
  };
  const hint = (name: string): string | undefined => {
    const key = HINTS[name];
    return key === undefined ? undefined : said().fields[key];
  };
  return (
    <div class={settings["pair"]}>
      <For each={[...ASKED[props.source.kind], "system"]}>
        {(name) => (
          <Switch
            fallback={
              <TextField
                label={labelOf(name)}
                hint={hint(name)}
                spellcheck={false}
                autocomplete="off"
                value={text(name)}
                onInput={(event) => set(name, event.currentTarget.value)}
              />
            }
          >
            <Match when={SECRET_SETTINGS.includes(name)}>
              <SecretLine
                label={labelOf(name)}
                hint={hint(name)}
                isSet={props.source.secrets.includes(name)}
                value={props.changed[name]}
                onInput={(value) => set(name, value)}
              />
            </Match>
            <Match when={name === "startTls"}>
              <Toggle
                label={labelOf(name)}
                checked={(props.changed[name] ?? props.source.settings[name]) === true}
                onChange={(checked) => set(name, checked)}
              />
            </Match>
            <Match when={name === "entity"}>
              <Select
                label={labelOf(name)}
                value={text(name) || "contact"}
                onChange={(event) => set(name, event.currentTarget.value)}
              >
                <option value="contact">{said().fields.entities.contact}</option>
                <option value="company">{said().fields.entities.company}</option>
              </Select>
            </Match>
          </Switch>
        )}
      </For>
    </div>
  );
}

function SecretLine(props: {
  readonly label: string;
  readonly hint: string | undefined;
  readonly isSet: boolean;
  readonly value: Settings[string] | undefined;
  readonly onInput: (value: string) => void;
}): JSX.Element {
  const said = wordsOfSystems;
  return (
    <Switch
      fallback={
        <TextField
          label={props.label}
          hint={props.hint}
          type="password"
          autocomplete="new-password"
          value={typeof props.value === "string" ? props.value : ""}
          onInput={(event) => props.onInput(event.currentTarget.value)}
        />
      }
    >
      <Match when={props.isSet && props.value === undefined}>
        <div class={settings["row"]}>
          <span>
            {props.label}: {said().secretSet}
          </span>
          <Button size="small" onClick={() => props.onInput("")}>
            {said().secretReplace}
          </Button>
        </div>
      </Match>
    </Switch>
  );
}
