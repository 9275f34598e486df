import type { Json } from "../kernel/canonical.ts";

/**
 * By what a person is known to a channel or to another system: a field `id.<kind>` of his thread, `{ value, verified }`.
 * `verified`: the channel vouches for it (its own id of the user, a signed `identify`, a confirmed address). `channel`: the
 * value means something within that channel only (two systems may both have a user 77); an address or a number never does.
 */
export type Identifier = {
  readonly kind: string;
  readonly value: string;
  readonly verified: boolean;
  /** He has closed his ears to the desk there. */
  readonly blocked?: true;
  /** Equal for equal identifiers, also across kinds of one family: a WhatsApp id is a phone number. */
  readonly key: string;
};

type Fields = Readonly<Record<string, { readonly value: Json }>>;

const PREFIX = "id.";
/** Kinds whose values are numbers of the world's phone network. */
const PHONES: ReadonlySet<string> = new Set(["phone", "whatsapp"]);

/** The field in which an identifier of that kind stands. */
export const identifierField = (kind: string): string => `${PREFIX}${kind}`;

/** Identifiers of a person's thread; what cannot be read is none. In the order of their kinds. */
export function identifiersOf(fields: Fields): readonly Identifier[] {
  const found: Identifier[] = [];
  for (const name of Object.keys(fields).sort()) {
    if (!name.startsWith(PREFIX)) continue;
    const kind = name.slice(PREFIX.length);
    const read = readIdentifier(fields[name]?.value);
    if (kind === "" || read === undefined) continue;
    const { channel, ...known } = read;
    const key = identifierKey(kind, read.value);
    if (key === undefined) continue;
    const isWorlds = kind === "email" || PHONES.has(kind);
    found.push({ kind, ...known, key: channel === undefined || isWorlds ? key : `${channel}:${key}` });
  }
  return found;
}

type Read = {
  readonly value: string;
  readonly verified: boolean;
  readonly blocked?: true;
  readonly channel?: string;
};

function readIdentifier(value: Json | undefined): Read | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const { value: text, verified, blocked, channel } = value as { readonly [name: string]: Json };
  if ((typeof text !== "string" && typeof text !== "number") || String(text).trim() === "") return undefined;
  return {
    value: String(text).trim(),
    verified: verified === true,
    ...(blocked === true ? { blocked } : {}),
    ...(typeof channel === "string" ? { channel } : {}),
  };
}

/** What two identifiers of one kind must share to be the same; undefined where the value cannot be one. */
export function identifierKey(kind: string, value: string): string | undefined {
  if (kind === "email") {
    const email = emailKey(value);
    return email && `email:${email}`;
  }
  if (PHONES.has(kind)) {
    const phone = phoneDigits(value);
    return phone && `phone:${phone}`;
  }
  return value.trim() === "" ? undefined : `${kind}:${value.trim()}`;
}

/** An address as it is compared: lower case; undefined for what is none. */
export function emailKey(text: string): string | undefined {
  const email = text.trim().toLowerCase();
  return /^[^\s@]+@[^\s@]+$/.test(email) ? email : undefined;
}

/**
 * A phone number as it is compared, in digits with the country in front: `+7 (912) 345-67-89`, `8 912 345-67-89` and `9123456789`
 * are one; other countries' need their `+` or `00`. With an extension behind it, if it has one: those who share a switchboard
 * are not one. Undefined for what is too short to be anybody's own: an office's inner numbers.
 */
export function phoneDigits(text: string): string | undefined {
  const [, main = "", extension = ""] =
    /^\s*(.*?)(?:\s*(?:;?ext\.?=?|x|доб\.?|вн\.?|#|,)\s*(\d{1,8}))?\s*$/i.exec(text) ?? [];
  const digits = main.replace(/\D/g, "");
  const isWorld = main.includes("+") || digits.startsWith("00");
  const number = isWorld ? digits.replace(/^00/, "") : homeNumber(digits);
  if (number.length < 7 || number.length > 15) return undefined;
  return extension === "" ? number : `${number}x${extension}`;
}

/** Numbers written without their country are read as Russian ones. */
function homeNumber(digits: string): string {
  if (digits.length === 11 && digits.startsWith("8")) return `7${digits.slice(1)}`;
  return digits.length === 10 ? `7${digits}` : digits;
}
