import type { Ms } from "./clock.ts";
import { sha256Hex } from "./hash.ts";

declare const brand: unique symbol;
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/** Kinds of thread; a thread's id begins with its kind. */
export const THREAD_KINDS = [
  "dialog",
  "ticket",
  "person",
  "company",
  "asset",
  "article",
  "template",
  "team",
  "agent",
  "link",
  "channel",
  "settings",
  "ticket-type",
] as const;
export type ThreadKind = (typeof THREAD_KINDS)[number];

/** `<kind>.<18 base32 digits>`, time-sortable within a kind; also the `_id` of the thread's head. */
export type ThreadId = Branded<string, "ThreadId">;
/** `<device>-<14 base32 digits>`; made on the device, so sending an item again changes nothing. */
export type ItemId = Branded<string, "ItemId">;
/** `<thread>:<item id>`: the `_id` of an item's document, so that one id range holds a thread. */
export type ItemDocId = Branded<string, "ItemDocId">;
/** 10 base32 digits. */
export type DeviceId = Branded<string, "DeviceId">;
/** Who wrote something: `agent.<18>` (its directory thread), `user.<16>` or `system`. */
export type AuthorId = Branded<string, "AuthorId">;
/** `team.<18>`: a team's directory thread. */
export type TeamId = ThreadId;

/** Crockford's base 32, lower case: sortable, no look-alikes. */
const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
const DIGIT = "[0-9a-hjkmnp-tv-z]";

/** Uniform numbers in [0, 1): chance comes in from outside. */
export type Random = () => number;

/** `length` random base32 digits. */
export function randomDigits(random: Random, length: number): string {
  let text = "";
  for (let i = 0; i < length; i += 1) text += DIGITS.charAt(Math.floor(random() * 32));
  return text;
}

/** `at` as 10 sortable base32 digits (good until the year 37648). */
export function timeDigits(at: Ms): string {
  let rest = Math.max(0, Math.floor(at));
  let text = "";
  for (let i = 0; i < 10; i += 1) {
    text = DIGITS.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** Base32 digits of the SHA-256 of `cause`: equal causes make equal ids. */
export function derivedDigits(cause: string, length: number): string {
  const hex = sha256Hex(cause);
  let text = "";
  for (let i = 0; i < length; i += 1) text += DIGITS.charAt(Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16) % 32);
  return text;
}

// The only place where strings become ids; each cast is the brand.
export const makeThreadId = (kind: ThreadKind, at: Ms, random: Random): ThreadId =>
  `${kind}.${timeDigits(at)}${randomDigits(random, 8)}` as ThreadId;
/** Thread whose id follows from its cause: a crash repeats nothing. */
export const derivedThreadId = (kind: ThreadKind, cause: string): ThreadId =>
  `${kind}.${derivedDigits(`thread:${cause}`, 18)}` as ThreadId;
export const makeDeviceId = (random: Random): DeviceId => randomDigits(random, 10) as DeviceId;
export const makeItemId = (device: DeviceId, at: Ms, random: Random): ItemId =>
  `${device}-${timeDigits(at)}${randomDigits(random, 4)}` as ItemId;
/** The device under which the server itself writes. */
export const SYSTEM_DEVICE = "system0000" as DeviceId;
/** Author of what the desk itself writes. */
export const SYSTEM = "system" as AuthorId;
/** Item of the server whose id follows from its cause. */
export const derivedItemId = (cause: string): ItemId =>
  `${SYSTEM_DEVICE}-${derivedDigits(`item:${cause}`, 14)}` as ItemId;
/** The device under which the server writes down what users said by a channel that is no page of ours. */
export const CHANNEL_DEVICE = "channel000" as DeviceId;
/** Item of such a user: equal events of a channel make equal items, so that an event that comes twice is one item. */
export const channelItemId = (channel: ThreadId, event: string): ItemId =>
  `${CHANNEL_DEVICE}-${derivedDigits(`channel:${channel}:${event}`, 14)}` as ItemId;
/** The user behind an identifier that a channel vouches for: the same one by each channel of that kind. */
export const userOfIdentifier = (kind: string, value: string): AuthorId =>
  `user.${derivedDigits(`identifier:${kind}:${value}`, 16)}` as AuthorId;
/** A user's id follows from the secret of his chat, which only he holds: `user.<16>`. */
export const userIdOfSecret = (secret: string): AuthorId => `user.${derivedDigits(`user:${secret}`, 16)}` as AuthorId;
/** The person thread that stands for a user until it is merged with another. */
export const personOfUser = (user: AuthorId): ThreadId => derivedThreadId("person", user);
/** An agent's author id is his directory thread's id. */
export const agentAuthor = (agent: ThreadId): AuthorId => agent as string as AuthorId;
export const itemDocId = (thread: ThreadId, item: ItemId): ItemDocId => `${thread}:${item}` as ItemDocId;

const THREAD = new RegExp(`^(?:${THREAD_KINDS.join("|")})\\.${DIGIT}{18}$`);
const ITEM = new RegExp(`^[0-9a-z]{10}-${DIGIT}{14}$`);
const DEVICE = /^[0-9a-z]{10}$/;
const AUTHOR = new RegExp(`^(?:system|agent\\.${DIGIT}{18}|user\\.${DIGIT}{16})$`);

export const isThreadId = (text: unknown): text is ThreadId => typeof text === "string" && THREAD.test(text);
export const isItemId = (text: unknown): text is ItemId => typeof text === "string" && ITEM.test(text);
export const isDeviceId = (text: unknown): text is DeviceId => typeof text === "string" && DEVICE.test(text);
export const isAuthorId = (text: unknown): text is AuthorId => typeof text === "string" && AUTHOR.test(text);

/** The kind that a thread's id names. */
export const kindOf = (thread: ThreadId): ThreadKind => thread.slice(0, thread.indexOf(".")) as ThreadKind;
/** The device that an item's id names. */
export const deviceOf = (item: ItemId): DeviceId => item.slice(0, 10) as DeviceId;

/** Takes a document's `_id` apart; `undefined` when it is neither a head's nor an item's. */
export function parseDocId(id: string): { readonly thread: ThreadId; readonly item?: ItemId } | undefined {
  const colon = id.indexOf(":");
  if (colon < 0) return isThreadId(id) ? { thread: id } : undefined;
  const thread = id.slice(0, colon);
  const item = id.slice(colon + 1);
  return isThreadId(thread) && isItemId(item) ? { thread, item } : undefined;
}

/** Inclusive id range of a thread's items (the head stands before it). */
export const itemRange = (thread: ThreadId): { readonly start: string; readonly end: string } => ({
  start: `${thread}:`,
  end: `${thread}:~`,
});
