import type { FieldSet } from "../items/base.ts";
import type { ItemOf } from "../items/registry.ts";
import type { StampedItem } from "../items/stamp.ts";
import type { Ms } from "../kernel/clock.ts";
import type { AuthorId, TeamId } from "../kernel/ids.ts";
import type { FieldValue, Head, LastLine } from "./head.ts";

/** A head under construction: a fresh shallow copy whose members are replaced, never changed in place. */
export type Draft = { -readonly [Key in keyof Head]: Head[Key] };

/** How much of an item's text lists show. */
const LINE_LENGTH = 140;

/** Where the thread belongs, and its first fields. */
export function applyOpen(draft: Draft, item: StampedItem & ItemOf<"open">): void {
  if (item.team !== undefined) draft.team = item.team;
  if (item.person !== undefined) draft.person = item.person;
  if (item.user !== undefined) draft.user = item.user;
  if (item.channel !== undefined) draft.channel = item.channel;
  if (item.link !== undefined) draft.link = item.link;
  if (item.set !== undefined) setFields(draft, item, item.set);
  draft.lastAt = Math.max(draft.lastAt, item.stamp.at);
}

type Talk = StampedItem &
  ItemOf<"message" | "edit" | "erase" | "reply" | "resend" | "discard" | "note" | "notice" | "rating" | "call">;

/** What is said: who waits since when, what the shield must know (CL22), what is held (CL21). */
export function applyTalk(draft: Draft, item: Talk): void {
  const { verdict, at, n } = item.stamp;
  switch (item.kind) {
    case "message":
      if (verdict === "moved") {
        if (item.stamp.to !== undefined && draft.next === undefined) draft.next = item.stamp.to;
        return;
      }
      openThread(draft);
      draft.lastUser = n;
      draft.waitingSince ??= at;
      return setLast(draft, item, item.text);
    case "edit":
    case "erase":
      draft.lastUser = n;
      draft.lastAt = Math.max(draft.lastAt, at);
      return;
    case "reply":
      if (verdict === "sent") return applySent(draft, item, item.text);
      if (verdict === "held" && item.stamp.ended === undefined) {
        const via = item.via === undefined ? {} : { via: item.via };
        draft.held = [...draft.held, { id: item.id, author: item.author, n, ...via }];
      }
      return;
    case "resend":
      if (verdict !== "sent") return;
      draft.held = draft.held.filter((row) => row.id !== item.of);
      return applySent(draft, item, item.text ?? "");
    case "discard":
      if (verdict === "won") draft.held = draft.held.filter((row) => row.id !== item.of);
      return;
    case "note":
      return setLast(draft, item, item.text);
    case "notice":
      return setLast(draft, item, item.code);
    case "call":
      if (item.direction === "in" && item.outcome === "missed") {
        openThread(draft);
        draft.waitingSince ??= at;
      } else if (item.outcome === "answered") draft.waitingSince = null;
      return setLast(draft, item, item.outcome);
    case "rating":
      draft.rating = { score: item.score, n };
      draft.lastAt = Math.max(draft.lastAt, at);
      return;
  }
}

function applySent(draft: Draft, item: StampedItem & ItemOf<"reply" | "resend">, text: string): void {
  const { n, at } = item.stamp;
  if (draft.lastReply !== null && draft.lastReply.author !== item.author) draft.lastOtherReply = draft.lastReply.n;
  draft.lastReply = { n, author: item.author };
  draft.waitingSince = null;
  draft.firstReplyAt ??= at;
  setLast(draft, item, text);
}

function setLast(draft: Draft, item: StampedItem, text: string): void {
  const { at, n } = item.stamp;
  draft.lastAt = Math.max(draft.lastAt, at);
  const files = "files" in item && item.files !== undefined ? item.files.length : 0;
  const line: LastLine = { kind: item.kind, text: text.slice(0, LINE_LENGTH), author: item.author, at, n, files };
  draft.last = line;
}

/** Into work: neither closed nor asleep. */
export function openThread(draft: Draft): void {
  if (draft.state === "open") return;
  draft.state = "open";
  delete draft.closedAt;
  delete draft.snoozedUntil;
}

/** Ended; the owner stays, and nobody waits any more. */
export function closeThread(draft: Draft, at: Ms): void {
  draft.state = "closed";
  draft.closedAt = at;
  delete draft.snoozedUntil;
  draft.waitingSince = null;
  draft.lastAt = Math.max(draft.lastAt, at);
}

/** Last admitted wins a field; what it overwrote is kept for undo. */
export function setFields(draft: Draft, item: StampedItem, set: FieldSet): void {
  const fields: Record<string, FieldValue> = { ...draft.fields };
  for (const [name, value] of Object.entries(set)) {
    const before = fields[name];
    const { n, at } = item.stamp;
    fields[name] = { value, by: item.author, n, at, ...(before === undefined ? {} : { before: before.value }) };
  }
  draft.fields = fields;
}

export function withTags(tags: readonly string[], item: ItemOf<"tag">): readonly string[] {
  const kept = tags.filter((tag) => item.remove?.includes(tag) !== true);
  const added = item.add?.filter((tag) => !kept.includes(tag)) ?? [];
  return [...kept, ...new Set(added)];
}

export function withLink(links: Head["links"], item: ItemOf<"link">): Head["links"] {
  const isKnown = links.some((link) => link.to === item.to && link.relation === item.relation);
  return isKnown ? links : [...links, { to: item.to, relation: item.relation }];
}

export function withWatchers(watchers: readonly AuthorId[], item: ItemOf<"watch">): readonly AuthorId[] {
  const kept = watchers.filter((watcher) => item.remove?.includes(watcher) !== true);
  const added = item.add?.filter((watcher) => !kept.includes(watcher)) ?? [];
  return [...kept, ...new Set(added)];
}

export function withTeams(teams: readonly TeamId[], item: ItemOf<"watch">): readonly TeamId[] {
  const kept = teams.filter((team) => item.removeTeams?.includes(team) !== true);
  const added = item.addTeams?.filter((team) => !kept.includes(team)) ?? [];
  return [...kept, ...new Set(added)];
}

/** `null` takes a time away; what the item does not name stays. */
export function withDue(due: Head["due"], item: ItemOf<"due">): NonNullable<Head["due"]> {
  const respond = item.respond === undefined ? due?.respond : item.respond;
  const resolve = item.resolve === undefined ? due?.resolve : item.resolve;
  return {
    ...(respond === undefined || respond === null ? {} : { respond }),
    ...(resolve === undefined || resolve === null ? {} : { resolve }),
  };
}
