import * as v from "valibot";
import type { FieldSet, FileRef } from "../../shared/items/base.ts";
import { type Item, type ItemKind, itemSchema } from "../../shared/items/registry.ts";
import type { Json } from "../../shared/kernel/canonical.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import { type AuthorId, CHANNEL_DEVICE, channelItemId, itemDocId, type ThreadId } from "../../shared/kernel/ids.ts";
import { LIMITS } from "../../shared/kernel/schema.ts";
import type { Words } from "../reactions/reaction.ts";

/** Where a user's item stands, and which event made it: equal events make equal items. */
export type Origin = {
  readonly channel: ThreadId;
  /** The event's id, with a sign behind it where one event makes several items. */
  readonly event: string;
  readonly thread: ThreadId;
  readonly user: AuthorId;
  readonly at: Ms;
};

/** An item in a user's own name, as a page of ours would have written it. */
export function makeUserItem<Kind extends ItemKind>(origin: Origin, kind: Kind, words: Words<Kind>): Item {
  const { channel, event, thread, user } = origin;
  const at = Math.max(0, Math.floor(origin.at));
  const id = channelItemId(channel, event);
  const item = {
    _id: itemDocId(thread, id),
    id,
    thread,
    author: user,
    device: CHANNEL_DEVICE,
    hlc: [at, 0],
    at,
    offset: 0,
    mode: "online",
    kind,
    ...words,
  };
  return item as unknown as Item; // the kind and its words come from one case of the union
}

/** Why an item of ours would not be one; nothing when it is. */
export function faultOfItem(item: Item): string | undefined {
  const read = v.safeParse(itemSchema, item, { abortEarly: true });
  if (!read.success) return v.getDotPath(read.issues[0]) ?? "shape";
  return Buffer.byteLength(JSON.stringify(item)) > LIMITS.itemBytes ? "size" : undefined;
}

/** A message of any length as texts that items hold; cut between lines or words where that can be. */
export function textsOf(text: string): readonly string[] {
  const whole = text.replaceAll("\u0000", "");
  if (whole.length <= LIMITS.textLength) return [whole];
  const parts: string[] = [];
  for (let rest = whole; rest !== ""; ) {
    const part = rest.length <= LIMITS.textLength ? rest : rest.slice(0, cutAt(rest));
    parts.push(part);
    rest = rest.slice(part.length);
  }
  return parts;
}

function cutAt(text: string): number {
  const most = LIMITS.textLength;
  const line = text.lastIndexOf("\n", most - 1);
  if (line > most / 2) return line + 1;
  const word = text.lastIndexOf(" ", most - 1);
  if (word > most / 2) return word + 1;
  // Not in the middle of a pair of surrogates.
  const code = text.charCodeAt(most - 1);
  return code >= 0xd800 && code <= 0xdbff ? most - 1 : most;
}

/** Files by items: each holds so many. */
export function filesByItem(files: readonly FileRef[]): readonly (readonly FileRef[])[] {
  const parts: FileRef[][] = [];
  for (let at = 0; at < files.length; at += LIMITS.filesPerItem) parts.push(files.slice(at, at + LIMITS.filesPerItem));
  return parts;
}

/** What is said of a message beside its text, within the limits of one item: what is too large is left out and named. */
export function fittingExtra(extra: Readonly<Record<string, Json>>): FieldSet | undefined {
  const fitting: Record<string, Json> = {};
  const cut: string[] = [];
  let left = MOST_EXTRA_BYTES;
  for (const [name, value] of Object.entries(extra)) {
    const bytes = Buffer.byteLength(JSON.stringify(value));
    const isNamed = /^[a-zA-Z][a-zA-Z0-9_.-]*$/.test(name) && name.length <= LIMITS.fieldNameLength;
    if (!isNamed || bytes > LIMITS.fieldBytes || bytes > left || Object.keys(fitting).length >= 60) {
      cut.push(name.slice(0, 64));
      continue;
    }
    left -= bytes;
    fitting[name] = value;
  }
  if (cut.length > 0) fitting["cut"] = cut.slice(0, 20);
  return Object.keys(fitting).length === 0 ? undefined : fitting;
}

/** A text of 20,000 Cyrillic letters takes 40 kB of the 96 that an item may have. */
const MOST_EXTRA_BYTES = 40 * 1024;
