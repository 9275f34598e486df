import type { ChannelSetup, SetupField } from "../../../../shared/channels/setup.ts";
import type { Json } from "../../../../shared/kernel/canonical.ts";
import type { ThreadId } from "../../../../shared/kernel/ids.ts";
import type { ChannelBody, ChannelHours, ChannelPatch, ChannelRow } from "../../../../shared/protocol/channels.ts";

/** A field's value as its input shows it; a switch is on or off. */
export type ShownValue = string | boolean;

/** What is to become of a secret: a text sets it, null takes it away; one that is not named stays as it is. */
export type SecretChange = string | null;

/** A channel as it stands in the form. Secrets that are kept are not in it: nobody can read them. */
export type ChannelDraft = {
  readonly name: string;
  readonly team: ThreadId | "";
  readonly outsideTeam: ThreadId | "";
  readonly hours: ChannelHours | undefined;
  readonly values: Readonly<Record<string, ShownValue>>;
  readonly secrets: Readonly<Record<string, SecretChange>>;
};

/** What is wrong with a value; its words stand with the form. */
export type FieldFault = "required" | "url" | "host" | "email" | "number" | "days" | "refused";
export type DraftFaults = Readonly<Record<string, FieldFault>>;

/** Names of what every channel has, among the faults; fields of a setup go by their own. */
export const COMMON = { name: "*name", team: "*team", hours: "*hours" } as const;

const EMPTY_DRAFT = { name: "", outsideTeam: "", hours: undefined, secrets: {} } as const;

/** An empty form of that channel. */
export const newDraft = (
  setup: ChannelSetup,
  given: { readonly name: string; readonly team: ThreadId | "" },
): ChannelDraft => ({
  ...EMPTY_DRAFT,
  ...given,
  values: valuesOf(setup, {}),
});

/** The form of a channel that is there. */
export const draftOf = (setup: ChannelSetup, row: ChannelRow): ChannelDraft => ({
  ...EMPTY_DRAFT,
  name: row.name,
  team: row.team,
  outsideTeam: row.outsideTeam ?? "",
  hours: row.hours,
  values: valuesOf(setup, row.settings),
});

function valuesOf(setup: ChannelSetup, settings: Readonly<Record<string, Json>>): Record<string, ShownValue> {
  const shown = plainFields(setup).map((field): [string, ShownValue] => [
    field.name,
    shownValue(field, settings[field.name] ?? field.initial ?? null),
  ]);
  return Object.fromEntries(shown);
}

const plainFields = (setup: ChannelSetup): readonly SetupField[] =>
  setup.fields.filter((field) => field.type !== "secret");

function shownValue(field: SetupField, value: Json): ShownValue {
  if (field.type === "switch") return value === true;
  if (Array.isArray(value)) return value.filter((one) => typeof one === "string").join("\n");
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

type Setting = string | number | boolean | string[] | null;

/** A value as the server takes it; null: there is none. */
export function settingOf(field: SetupField, shown: ShownValue | undefined): Setting {
  if (field.type === "switch") return shown === true;
  const text = typeof shown === "string" ? shown.trim() : "";
  if (field.type === "lines") {
    const lines = text
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
    return lines.length > 0 ? lines : null;
  }
  if (text === "") return null;
  return field.type === "number" ? Number(text.replace(",", ".")) : text;
}

/** Whether a secret will be there once this form is saved. */
export function hasSecret(name: string, draft: ChannelDraft, row: ChannelRow | undefined): boolean {
  const change = draft.secrets[name];
  if (change === undefined) return row?.secrets.includes(name) ?? false;
  return change !== null && change.trim() !== "";
}

/** Whether the desk asks the channel itself, by the form's own choice: then nobody calls the desk. */
export const isPolled = (setup: ChannelSetup, draft: ChannelDraft): boolean =>
  setup.fields.some((field) => field.type === "choice" && draft.values[field.name] === "poll");

/** Everything that is wrong, by field; empty: it can be sent. */
export function faultsOf(setup: ChannelSetup, draft: ChannelDraft, row: ChannelRow | undefined): DraftFaults {
  const faults: Record<string, FieldFault> = {};
  if (draft.name.trim() === "") faults[COMMON.name] = "required";
  if (draft.team === "") faults[COMMON.team] = "required";
  if (draft.hours?.days.length === 0) faults[COMMON.hours] = "days";
  for (const field of setup.fields) {
    const fault =
      field.type === "secret" ? secretFault(field, draft, row) : valueFault(field, draft.values[field.name]);
    if (fault !== undefined) faults[field.name] = fault;
  }
  return faults;
}

const secretFault = (field: SetupField, draft: ChannelDraft, row: ChannelRow | undefined): FieldFault | undefined =>
  field.required && !hasSecret(field.name, draft, row) ? "required" : undefined;

const HOST =
  /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)*[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?$|^\[?[\da-f:]+\]?$/iu;
const EMAIL = /^[^\s@,;<>"]+@[^\s@,;<>"]+$/;

function valueFault(field: SetupField, shown: ShownValue | undefined): FieldFault | undefined {
  const value = settingOf(field, shown);
  if (value === null) return field.required ? "required" : undefined;
  if (field.type === "number") return Number.isFinite(value) ? undefined : "number";
  if (typeof value !== "string") return undefined;
  if (field.type === "url") return /^https?:$/.test(schemeOf(value)) ? undefined : "url";
  if (field.type === "host") return HOST.test(value) ? undefined : "host";
  if (field.type === "email") return EMAIL.test(value) ? undefined : "email";
  return undefined;
}

const schemeOf = (text: string): string => (URL.canParse(text) ? new URL(text).protocol : "");

/** A new channel as it is sent. */
export function bodyOf(setup: ChannelSetup, draft: ChannelDraft): ChannelBody | undefined {
  if (draft.team === "") return undefined;
  const settings: ChannelBody["settings"] = {};
  for (const field of setup.fields) {
    const value =
      field.type === "secret" ? secretOf(draft.secrets[field.name]) : settingOf(field, draft.values[field.name]);
    if (value !== null && value !== undefined) settings[field.name] = value;
  }
  return {
    kind: setup.kind,
    name: draft.name.trim(),
    team: draft.team,
    ...(draft.hours === undefined ? {} : { hours: draft.hours }),
    ...(draft.outsideTeam === "" ? {} : { outsideTeam: draft.outsideTeam }),
    settings,
  };
}

/** What the form changes of a channel that is there: nothing else is sent, and of secrets only what somebody typed. */
export function patchOf(setup: ChannelSetup, draft: ChannelDraft, row: ChannelRow): ChannelPatch {
  const before = draftOf(setup, row);
  const settings: NonNullable<ChannelPatch["settings"]> = {};
  for (const field of setup.fields) {
    if (field.type === "secret") {
      const change = secretOf(draft.secrets[field.name]);
      if (change !== undefined) settings[field.name] = change;
      continue;
    }
    const value = settingOf(field, draft.values[field.name]);
    if (!isSame(value, settingOf(field, before.values[field.name]))) settings[field.name] = value;
  }
  return {
    ...(draft.name.trim() === row.name ? {} : { name: draft.name.trim() }),
    ...(draft.team === row.team || draft.team === "" ? {} : { team: draft.team }),
    ...(isSame(draft.hours ?? null, row.hours ?? null) ? {} : { hours: draft.hours ?? null }),
    ...(draft.outsideTeam === (row.outsideTeam ?? "") ? {} : { outsideTeam: draft.outsideTeam || null }),
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
  };
}

/** A secret that was typed, or is to go; an empty field is no change. */
function secretOf(change: SecretChange | undefined): SecretChange | undefined {
  if (change === undefined || change === null) return change;
  return change.trim() === "" ? undefined : change.trim();
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
