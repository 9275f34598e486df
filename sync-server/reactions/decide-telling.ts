import type { FieldSet } from "../../shared/items/base.ts";
import { assert } from "../../shared/kernel/assert.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { Head, Untold } from "../../shared/thread/head.ts";
import type { TicketType } from "../../shared/ticket/type.ts";
import { wordsOfStatus } from "./ticket-types.ts";

/** What is to be done about what a ticket's user was not told yet. */
export type Telling =
  | { readonly t: "nothing" }
  /** Look again after so many ms: more may come of what was done off line. */
  | { readonly t: "wait"; readonly ms: Ms }
  /** One notice about these events, oldest first. */
  | { readonly t: "tell"; readonly events: readonly [Untold, ...Untold[]] };

/** What was done off line is told when nothing has come for so long ... */
export const QUIET_MS = 3_000;
/** ... and after so long in any case. */
export const LONGEST_WAIT_MS = 15_000;
/** A notice names no more items than this. */
const MOST_EVENTS = 64;

/**
 * [S20] What happens on line is told at once, each by itself. What was done off line waits until its ticket is quiet and is
 * told in one notice, with all that came behind it: an order of events is never turned round. Pure.
 */
export function decideTelling(head: Pick<Head, "untold" | "lastAt">, now: Ms): Telling {
  const [first, ...rest] = head.untold ?? [];
  if (first === undefined) return { t: "nothing" };
  if (!first.offline) return { t: "tell", events: [first] };
  const waited = Math.max(0, now - first.admittedAt);
  const newest = Math.max(head.lastAt, ...[first, ...rest].map((event) => event.admittedAt));
  const quiet = Math.max(0, now - newest);
  if (quiet >= QUIET_MS || waited >= LONGEST_WAIT_MS) {
    return { t: "tell", events: [first, ...rest.slice(0, MOST_EVENTS - 1)] };
  }
  return { t: "wait", ms: Math.min(QUIET_MS - quiet, LONGEST_WAIT_MS - waited) };
}

/**
 * [S22] "Done, please check" is a notice of its own: where several events end so, the others are told first, and it by the next
 * look. Pure.
 */
export function withoutCheck(type: TicketType, events: readonly [Untold, ...Untold[]]): readonly [Untold, ...Untold[]] {
  const [first, ...rest] = events;
  const last = rest.at(-1);
  return last !== undefined && isDone(type, last) ? [first, ...rest.slice(0, -1)] : events;
}

/** The notice that tells of these events, in words of both languages. Pure. */
export function noticeOfEvents(
  ticket: Pick<Head, "number" | "_id">,
  type: TicketType,
  events: readonly [Untold, ...Untold[]],
): { readonly code: string; readonly params: FieldSet } {
  assert(ticket.number !== undefined, `${ticket._id} has a number`);
  const { number } = ticket;
  const [first, ...rest] = events;
  if (rest.length > 0) {
    const rows = events.map((event) =>
      event.what === "created"
        ? { what: "created", at: event.at }
        : { what: "status", ...plainWords(type, event), at: event.at },
    );
    return { code: "ticket-events", params: { number, events: rows } };
  }
  const at = first.offline ? { at: first.at } : {};
  if (first.what === "created") return { code: "ticket-created", params: { number, ...at } };
  const code = isDone(type, first) ? "ticket-done" : "ticket-status";
  return { code, params: { number, ...plainWords(type, first), ...at } };
}

function plainWords(type: TicketType, event: Untold): { status: string; ru: string; en: string } {
  const { status, ru, en } = wordsOfStatus(type, event.status);
  return { status, ru, en };
}

const isDone = (type: TicketType, event: Untold): boolean =>
  event.what === "status" && wordsOfStatus(type, event.status).category === "done";
