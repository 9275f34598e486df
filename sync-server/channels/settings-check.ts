import type { ChannelSetup, SetupField } from "../../shared/channels/setup.ts";
import type { Json } from "../../shared/kernel/canonical.ts";
import { fail, ok, type Result } from "../../shared/kernel/result.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";

/** Values of a setup's form, taken apart: secrets stand elsewhere. */
export type CheckedSettings = {
  readonly plain: Readonly<Record<string, Json>>;
  readonly secrets: Readonly<Record<string, Json>>;
};

const MOST_TEXT = 4_000;

/**
 * Puts new values over those that are kept and checks the whole against the form; on failure the name of the first field that
 * is not right. An absent value leaves the kept one, `null` takes it away; what the form does not know is refused. Where the
 * address changes, the secrets are to be given again: a key that is kept goes to no other place than the one it was given for.
 */
export function checkSettings(
  setup: ChannelSetup,
  kept: CheckedSettings,
  given: Readonly<Record<string, Json>>,
): Result<CheckedSettings, string> {
  const known = new Set(setup.fields.map(({ name }) => name));
  const stranger = Object.keys(given).find((name) => !known.has(name));
  if (stranger !== undefined) return fail(stranger);
  const plain: Record<string, Json> = {};
  const secrets: Record<string, Json> = {};
  const isElsewhere = setup.fields.some((field) => {
    const value = field.name in given ? given[field.name] : undefined;
    const before = kept.plain[field.name];
    return (
      (field.type === "url" || field.type === "host") && before !== undefined && value !== undefined && value !== before
    );
  });
  for (const field of setup.fields) {
    const place = field.type === "secret" ? secrets : plain;
    const before =
      field.type === "secret" ? (isElsewhere ? undefined : kept.secrets[field.name]) : kept.plain[field.name];
    const value = field.name in given ? given[field.name] : (before ?? field.initial);
    if (value === undefined || value === null || value === "" || isEmptyList(value)) {
      if (field.required) return fail(field.name);
      continue;
    }
    const read = readValue(field, value);
    if (read === undefined) return fail(field.name);
    place[field.name] = read;
  }
  return ok({ plain, secrets });
}

const isEmptyList = (value: Json): boolean => Array.isArray(value) && value.length === 0;

/** The value as its field wants it; nothing when it is none. */
function readValue(field: SetupField, value: Json): Json | undefined {
  if (field.type === "switch") return typeof value === "boolean" ? value : undefined;
  if (field.type === "number") {
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    return typeof number === "number" && Number.isFinite(number) ? number : undefined;
  }
  if (field.type === "lines") {
    const lines = typeof value === "string" ? value.split("\n") : value;
    if (!Array.isArray(lines)) return undefined;
    const texts = lines.filter((line): line is string => typeof line === "string").map((line) => line.trim());
    return texts.length === lines.length && texts.every((line) => line.length <= MOST_TEXT)
      ? texts.filter((line) => line !== "")
      : undefined;
  }
  if (typeof value !== "string" || value.length > MOST_TEXT) return undefined;
  const text = value.trim();
  switch (field.type) {
    case "url":
      return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) ? text.replace(/\/+$/, "") : undefined;
    case "host":
      return /^[0-9a-zA-Z._:[\]-]{1,253}$/.test(text) ? text : undefined;
    case "email":
      return /^[^\s@<>]+@[^\s@<>]+$/.test(text) ? text : undefined;
    case "choice":
      return field.options?.some((option) => option.value === text) === true ? text : undefined;
    default:
      return text === "" ? undefined : text;
  }
}

/** What a channel's thread tells everybody of its settings. */
export function plainSettings(head: DeviceHead | undefined): Readonly<Record<string, Json>> {
  const value = head?.fields["settings"]?.value;
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, Json>>) // an object has string keys
    : {};
}
