import type { ItemOf } from "../items/registry.ts";
import type { Stamp, StampedItem } from "../items/stamp.ts";
import { assert, unreachable } from "../kernel/assert.ts";
import type { ThreadId } from "../kernel/ids.ts";
import { kindOf } from "../kernel/ids.ts";
import { applyDelivery, applyMerge, applyRedeliver } from "./fold-delivery.ts";
import type { Draft } from "./fold-facts.ts";
import {
  applyOpen,
  applyTalk,
  closeThread,
  openThread,
  setFields,
  withDue,
  withLink,
  withTags,
  withTeams,
  withWatchers,
} from "./fold-facts.ts";
import { applyChange, applyStatus, applyTold, applyVisit, beginTicket, withFormerOwner } from "./fold-ticket.ts";
import type { Head } from "./head.ts";

/**
 * The head after one more item: everything comes from the stamp and the head before, never from a lease or a clock. Does
 * not touch `v`, `cursors`, `decided` and `pend`, which no item makes. Copies the head once, shallowly.
 */
export function applyItem(before: Head | undefined, item: StampedItem): Head {
  const stamp = item.stamp;
  const head = raiseInc(before ?? emptyHead(item.thread), stamp.inc);
  assert(stamp.n === head.n + 1, `items of ${head._id} follow each other`);
  const draft: Draft = { ...head, n: stamp.n };
  if (stamp.u !== undefined) draft.u = stamp.u;
  if (before === undefined) draft.createdAt = stamp.at;
  if (stamp.was === undefined) {
    if (stamp.epoch !== head.epoch) applyOwner(draft, item);
    applyKind(draft, item);
  } else {
    applyGivenBack(draft, item, before === undefined);
  }
  return draft;
}

/** The head of a thread's items in the order of `n`. `inc`: the incarnation that the thread has reached without items. */
export function fold(items: readonly StampedItem[], inc?: number): Head | undefined {
  let head: Head | undefined;
  for (const item of items) head = applyItem(head, item);
  return head === undefined || inc === undefined ? head : raiseInc(head, inc);
}

/** CL3, CL27: a later incarnation begins where the head stands. */
export function raiseInc(head: Head, inc: number): Head {
  if (inc <= head.inc) return head;
  const starts = [...head.starts];
  for (let passed = head.inc; passed < inc; passed += 1) starts.push(head.n);
  return { ...head, inc, starts };
}

/** The part of a head that its items make: equal for equal items (I4). */
export function foldable(head: Head): Omit<Head, "v" | "cursors" | "decided" | "pend"> {
  const { v: _v, cursors: _cursors, decided: _decided, pend: _pend, ...rest } = head;
  return rest;
}

/** A thread before its first item. */
export function emptyHead(thread: ThreadId): Head {
  const start = { upTo: 0, at: 0 };
  return {
    _id: thread,
    kind: kindOf(thread),
    inc: 1,
    v: 0,
    epoch: 0,
    owner: null,
    ownerSince: 0,
    lastOwner: null,
    state: "open",
    n: 0,
    u: 0,
    team: null,
    watchers: [],
    by: null,
    lastUser: 0,
    lastReply: null,
    lastOtherReply: 0,
    held: [],
    starts: [],
    createdAt: 0,
    lastAt: 0,
    waitingSince: null,
    person: null,
    user: null,
    channel: null,
    last: null,
    tags: [],
    priority: 1,
    links: [],
    fields: {},
    cursors: { userDelivered: start, userRead: start, teamDelivered: start, teamRead: start },
    decided: [],
    pend: [],
  };
}

function beginThread(draft: Draft, item: StampedItem & ItemOf<"open">): void {
  applyOpen(draft, item);
  if (draft.kind === "ticket") beginTicket(draft, item);
}

/** The epoch is the stamp's, and so is the owner that it belongs to. */
function applyOwner(draft: Draft, item: StampedItem): void {
  const { epoch, owner, since, at } = item.stamp;
  draft.epoch = epoch;
  draft.by = item.id;
  if (owner === undefined) return;
  if (draft.owner !== null) {
    draft.lastOwner = draft.owner;
    if (draft.kind === "ticket") draft.formerOwners = withFormerOwner(draft.formerOwners ?? [], draft.owner);
  }
  draft.owner = owner;
  draft.ownerSince = since ?? at;
}

function applyKind(draft: Draft, item: StampedItem): void {
  const stamp: Stamp = item.stamp;
  const isWon = stamp.verdict === "won";
  switch (item.kind) {
    case "open":
      if (stamp.verdict === "noted") beginThread(draft, item);
      return;
    case "message":
    case "edit":
    case "erase":
    case "reply":
    case "resend":
    case "discard":
    case "note":
    case "notice":
    case "rating":
    case "call":
      return applyTalk(draft, item);
    case "close":
    case "auto-close":
      if (isWon) closeThread(draft, stamp.at);
      return;
    case "snooze":
      if (!isWon) return;
      draft.state = "snoozed";
      draft.snoozedUntil = item.until;
      return;
    case "reopen":
      if (stamp.verdict === "moved") return setNext(draft, stamp);
      if (!isWon) return;
      openThread(draft);
      if (item.author === draft.user) draft.waitingSince ??= stamp.at;
      draft.lastAt = Math.max(draft.lastAt, stamp.at);
      return;
    case "wake":
      if (isWon) openThread(draft);
      return;
    case "transfer":
    case "route":
      if (!isWon) return;
      draft.team = item.team;
      draft.lastOwner = null; // the other team's thread must not spring back to him (CL23)
      return;
    case "status":
      return applyStatus(draft, item);
    case "due":
      draft.due = withDue(draft.due, item);
      return;
    case "change":
      return applyChange(draft, item);
    case "told":
      return applyTold(draft, item);
    case "delivery":
      return applyDelivery(draft, item);
    case "redeliver":
      return applyRedeliver(draft, item);
    case "merge":
    case "unmerge":
      return applyMerge(draft, item);
    case "tag":
      draft.tags = withTags(draft.tags, item);
      return;
    case "priority":
      draft.priority = item.value;
      return;
    case "link":
      draft.links = withLink(draft.links, item);
      if (item.relation === "person") draft.person = item.to;
      return;
    case "set-field":
      return setFields(draft, item, item.set);
    case "watch":
      draft.watchers = withWatchers(draft.watchers, item);
      if (item.addTeams !== undefined || item.removeTeams !== undefined) {
        draft.sharedWith = withTeams(draft.sharedWith ?? [], item);
      }
      return;
    case "claim":
    case "takeover":
    case "assign":
    case "handover":
    case "release":
    case "accept":
    case "ack":
      return;
    default:
      unreachable(item);
  }
}

/**
 * CL27: changes neither owner, state nor fields; talk counts, a user's message reopens, and a ticket's content has what
 * its changes make it, whenever they come.
 */
function applyGivenBack(draft: Draft, item: StampedItem, isFirst: boolean): void {
  if (item.kind === "open" && isFirst) beginThread(draft, item);
  if (item.stamp.verdict === "moved") setNext(draft, item.stamp);
  switch (item.kind) {
    case "message":
    case "edit":
    case "erase":
    case "reply":
    case "resend":
    case "discard":
    case "note":
    case "notice":
    case "rating":
    case "call":
      applyTalk(draft, item);
      return;
    case "delivery":
      return applyDelivery(draft, item);
    case "change":
      return applyChange(draft, item);
    case "told":
      return applyTold(draft, item);
    case "status":
      return applyVisit(draft, item);
    default:
      return;
  }
}

/** CL23: the first thread that followed is the one that follows. */
function setNext(draft: Draft, stamp: Stamp): void {
  if (stamp.to !== undefined && draft.next === undefined) draft.next = stamp.to;
}
