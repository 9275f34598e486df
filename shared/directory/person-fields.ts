import * as v from "valibot";
import type { Json } from "../kernel/canonical.ts";
import { LIMITS } from "../kernel/schema.ts";

/** Whose cards have fields that an admin adds. */
export const CARD_KINDS = ["person", "company", "asset"] as const;
export type CardKind = (typeof CARD_KINDS)[number];

/** What such a field holds. */
export const CARD_FIELD_KINDS = ["text", "number", "date", "choice", "switch"] as const;
export type CardFieldKind = (typeof CARD_FIELD_KINDS)[number];

const words = v.strictObject({ ru: v.pipe(v.string(), v.maxLength(120)), en: v.pipe(v.string(), v.maxLength(120)) });
const key = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,39}$/));
const option = v.strictObject({ id: key, name: words, archived: v.exactOptional(v.boolean()) });

const cardField = v.strictObject({
  id: key,
  kind: v.picklist(CARD_FIELD_KINDS),
  name: words,
  /** Of a choice. */
  options: v.exactOptional(v.pipe(v.array(option), v.maxLength(200))),
  /** Not offered any more; cards go on showing what they hold. */
  archived: v.exactOptional(v.boolean()),
});
/** A field of a card that an admin added (S50): the card's thread holds its value as `x.<id>`. */
export type CardField = v.InferOutput<typeof cardField>;

const cardFields = v.pipe(v.array(cardField), v.maxLength(60));

/** The field of the settings in which the fields of such cards are defined. */
export const settingOfCards = (kind: CardKind): string => `${kind}-fields`;
const CUSTOM = "x.";
/** The field of a card's thread that holds the value. */
export const fieldOfCard = (id: string): string => `${CUSTOM}${id}`;

/** Reads the settings' field; each definition that cannot be read is left out, and of two of one id the later. */
export function parseCardFields(value: unknown): readonly CardField[] {
  if (!Array.isArray(value)) return [];
  const fields = new Map<string, CardField>();
  for (const entry of value) {
    const read = v.safeParse(cardField, entry);
    if (read.success && !fields.has(read.output.id)) fields.set(read.output.id, read.output);
  }
  return [...fields.values()];
}

/**
 * Fields that cards hold and nobody has defined: brought by an import, or by a site that tells of its visitors. Those whose
 * name can be a definition's, in the order of their names.
 */
export function undefinedCardFields(
  fields: readonly CardField[],
  cards: readonly { readonly fields: Readonly<Record<string, unknown>> }[],
): readonly string[] {
  const defined = new Set(fields.map(({ id }) => id));
  const found = new Set(cards.flatMap((card) => Object.keys(card.fields)));
  return [...found]
    .flatMap((name) => (name.startsWith(CUSTOM) ? name.slice(CUSTOM.length) : []))
    .filter((id) => !defined.has(id) && v.is(key, id))
    .sort((a, b) => (a < b ? -1 : 1));
}

/** What keeps definitions from being stored; nothing when they are sound. */
export type CardFault = "no-name" | "no-options" | "duplicate" | "malformed";

export function faultOfCards(fields: readonly CardField[]): CardFault | undefined {
  if (fields.some(({ name }) => name.ru.trim() === "" && name.en.trim() === "")) return "no-name";
  const offered = (field: CardField): number =>
    (field.options ?? []).filter(({ archived }) => archived !== true).length;
  if (fields.some((field) => field.kind === "choice" && field.archived !== true && offered(field) < 2))
    return "no-options";
  if (new Set(fields.map(({ id }) => id)).size !== fields.length) return "duplicate";
  // All of them are one value of the settings.
  const isSmall = JSON.stringify(fields).length <= LIMITS.fieldBytes;
  return isSmall && v.is(cardFields, fields) ? undefined : "malformed";
}

/** Why a value does not fit its field. */
export type CardValueFault = "not-a-number" | "not-a-date" | "no-such-option" | "too-long";

const TEXT_LENGTH = 2_000;

/** Reads what a person typed into such a field; `null` clears it. */
export function readCardValue(
  field: CardField,
  typed: string,
): { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly fault: CardValueFault } {
  const text = typed.trim();
  if (text === "") return { ok: true, value: null };
  switch (field.kind) {
    case "text":
      return text.length > TEXT_LENGTH ? { ok: false, fault: "too-long" } : { ok: true, value: text };
    case "number": {
      const number = Number(text.replace(/[\s\u00a0]/g, "").replace(",", "."));
      return Number.isFinite(number) ? { ok: true, value: number } : { ok: false, fault: "not-a-number" };
    }
    case "date":
      return isDate(text) ? { ok: true, value: text } : { ok: false, fault: "not-a-date" };
    case "choice":
      return field.options?.some(({ id }) => id === text) === true
        ? { ok: true, value: text }
        : { ok: false, fault: "no-such-option" };
    case "switch":
      return { ok: true, value: text === "true" };
  }
}

/** `YYYY-MM-DD` of a day that there is. */
function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}
