import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import { kindOf, type ThreadId } from "../../shared/kernel/ids.ts";
import { areLinked } from "../../shared/policy/can.ts";
import type { DeviceHead, Head } from "../../shared/thread/head.ts";
import type { Arbiter } from "../arbiter/port.ts";
import { decideSharing, hasOthers, type LetIn, letInBy } from "./decide-sharing.ts";
import type { Perform } from "./perform.ts";
import type { TicketIndex } from "./ticket-index.ts";

export type ShareParts = {
  readonly arbiter: Pick<Arbiter, "head">;
  readonly read: (thread: ThreadId) => Promise<{ readonly items: readonly StampedItem[] } | undefined>;
  readonly perform: Perform;
  readonly tickets: Pick<TicketIndex, "ofDialog">;
  readonly clock: () => Ms;
};

const NOBODY: LetIn = { authors: new Set(), teams: new Set() };
/** Looks at one dialog that end in a change each; more would be a fault of ours. */
const MOST_ROUNDS = 8;
const BACKOFF_MS = 60_000;

/**
 * [S17] Keeps who sees a dialog as its tickets say, and hands its tickets on to the dialog that follows it, so that line 2
 * goes on speaking to the user where he writes now. Says what is missing and nothing else: calling it again changes nothing.
 */
export async function shareWithTicket(parts: ShareParts, dialog: ThreadId): Promise<Ms | undefined> {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const head = await parts.arbiter.head(dialog);
    if (head === undefined) return undefined; // its first commit asks again
    const tickets: Head[] = [];
    for (const id of parts.tickets.ofDialog(dialog)) {
      const ticket = await parts.arbiter.head(id);
      if (ticket !== undefined) tickets.push(ticket);
    }
    if (tickets.length === 0) return undefined;
    await handOn(parts, head, tickets);
    const letIn = hasOthers(head, tickets) ? letInBy((await parts.read(dialog))?.items ?? []) : NOBODY;
    const watch = decideSharing(head, tickets, letIn);
    if (watch === undefined) return undefined;
    const cause = `share:${dialog}:${head.inc}.${head.n}`;
    await parts.perform({ kind: "watch", thread: dialog, cause, at: parts.clock(), ...watch });
  }
  return BACKOFF_MS;
}

/** The dialog that follows is linked with the same tickets, from both sides. */
async function handOn({ arbiter, perform }: ShareParts, head: Head, tickets: readonly Head[]): Promise<void> {
  const next = head.next === undefined ? undefined : await arbiter.head(head.next);
  if (next === undefined) return;
  const at = head.lastAt;
  for (const { _id: ticket, links } of tickets) {
    if (!areLinked(next, { _id: ticket })) {
      const cause = `hand-on:${ticket}:${next._id}`;
      await perform({ kind: "link", thread: next._id, cause, at, to: ticket, relation: "ticket" });
    }
    if (!isLinkedBack({ links }, next._id)) {
      const cause = `hand-on-back:${ticket}:${next._id}`;
      await perform({ kind: "link", thread: ticket, cause, at, to: next._id, relation: "dialog" });
    }
  }
}

const isLinkedBack = (ticket: Pick<Head, "links">, dialog: ThreadId): boolean =>
  ticket.links.some((link) => link.to === dialog && link.relation === "dialog");

/** Whether a look at the dialog may find something to do; without reading anything. */
export function mayShareMore(
  dialog: DeviceHead,
  next: DeviceHead | undefined,
  tickets: readonly DeviceHead[],
): boolean {
  if (tickets.length === 0) return false;
  if (hasOthers(dialog, tickets) || decideSharing(dialog, tickets, NOBODY) !== undefined) return true;
  return next !== undefined && tickets.some((ticket) => !areLinked(next, ticket) || !isLinkedBack(ticket, next._id));
}

type Sharing = Pick<DeviceHead, "team" | "owner" | "watchers" | "sharedWith" | "next" | "links">;

/** Dialogs that a commit may have made differ from what their tickets say. */
export function dialogsToShare(
  tickets: TicketIndex,
  head: DeviceHead,
  before: DeviceHead | undefined,
): readonly ThreadId[] {
  if (before !== undefined && isSame(head, before)) return [];
  if (head.kind === "ticket") return tickets.dialogsOf(head._id);
  if (head.kind !== "dialog") return [];
  const own = tickets.ofDialog(head._id).length > 0 ? [head._id] : [];
  // One that follows another: the other's tickets are handed on to it.
  const followed = head.links.flatMap(({ to, relation }) =>
    relation === "dialog" && kindOf(to) === "dialog" && tickets.ofDialog(to).length > 0 ? [to] : [],
  );
  return [...own, ...followed];
}

const isSame = (a: Sharing, b: Sharing): boolean =>
  a.team === b.team &&
  a.owner === b.owner &&
  a.watchers === b.watchers &&
  a.sharedWith === b.sharedWith &&
  a.next === b.next &&
  a.links === b.links;
