import type { Base, FieldSet, Seen } from "../items/base.ts";
import type { Item, ItemKind, ItemOf } from "../items/registry.ts";
import type { RefusalCode, RetryReason, Stamp, StampedItem, Verdict, VerdictReason } from "../items/stamp.ts";
import type { Ms } from "../kernel/clock.ts";
import type { AuthorId, ItemId, ThreadId } from "../kernel/ids.ts";
import type { Actor } from "../policy/actor.ts";
import type { TicketType } from "../ticket/type.ts";
import type { Head } from "./head.ts";

/** `live` and `grace` protect an owner, `out` makes a takeover legal, `none`: there is nobody whose lease could run. */
export type LeaseState = "live" | "grace" | "out" | "none";

/** What an earlier item came to. `inc` and `epoch` are those that it was decided at, also when it was given back since. */
export type Earlier = {
  readonly verdict: Verdict;
  readonly inc: number;
  readonly epoch: number;
  readonly kind?: ItemKind;
  readonly author?: AuthorId;
};

/** Whether a change of a ticket's content may be admitted; `set`: the short values of it that differ afterwards. */
export type ContentAnswer =
  | { readonly ok: true; readonly set: FieldSet }
  | { readonly ok: false; readonly code: RefusalCode }
  | { readonly retry: "deps" };

/** The content of the ticket as all admitted changes made it. Asking changes nothing. */
export type ContentCheck = { readonly check: (item: ItemOf<"change">) => ContentAnswer };

/** Looks an item up that was decided before: `undefined` while nobody has decided it. */
export type LookupEarlier = (id: ItemId) => Earlier | "refused" | undefined;

/** Everything that `decide` may know beside head and item; gathered before, so that deciding reads nothing. */
export type DecideContext = {
  /** The server's clock: becomes the stamp's `at`. Of what an import writes down: when it happened. */
  readonly now: Ms;
  /** U18: an import writes down what happened elsewhere; nothing is decided any more, and nobody is told. */
  readonly isImport?: boolean;
  readonly actor: Actor;
  /** Lease of the owner; on a thread without one, of the last owner (CL23). */
  readonly lease: LeaseState;
  /** Absent: nothing was decided before. */
  readonly earlier?: LookupEarlier;
  /** Head of the ticket that the item comes by (CL28); of a resend, that its reply came by. */
  readonly via?: Head;
  /** Of a ticket: its type as it is now; the default one when absent. */
  readonly ticketType?: TicketType;
  /** Of a ticket. Absent where nobody can tell: a device that looks ahead admits its own changes unread. */
  readonly content?: ContentCheck;
  /** The number that a ticket which begins now gets. */
  readonly number?: number;
  readonly reopenWindowMs: Ms;
  /** The thread that follows when the reopen window has passed (CL23). */
  readonly nextThread?: ThreadId;
  /** Whether a resend or a discard of this reply is in the thread already: possible only after a restore (CL27). */
  readonly isEnded?: (reply: ItemId) => boolean;
  /** The desk's incarnation: a thread that begins now begins in it. 1 when absent. */
  readonly inc?: number;
};

/** What an admitted item comes to; the rest of the stamp is numbering. `epoch` absent: the head's own. */
export type Ruling = Pick<
  Stamp,
  | "verdict"
  | "reason"
  | "owner"
  | "since"
  | "to"
  | "via"
  | "ended"
  | "number"
  | "status"
  | "set"
  | "state"
  | "quiet"
  | "imported"
> & {
  readonly epoch?: number;
};

/** An item that is not admitted: never, or not yet. It takes no number and leaves no trace. */
export type Undecided =
  | { readonly answer: "refused"; readonly code: RefusalCode }
  | { readonly answer: "retry"; readonly why: RetryReason };

export type Decision = { readonly answer: "ruled"; readonly ruling: Ruling } | Undecided;

export const refused = (code: RefusalCode): Undecided => ({ answer: "refused", code });
export const retry = (why: RetryReason): Undecided => ({ answer: "retry", why });

/** A verdict that is not the hoped one, naming the owner and since when he owns it (CL6, CL20). */
export const against = (head: Head, verdict: Verdict, reason: VerdictReason): Ruling => ({
  verdict,
  reason,
  owner: head.owner,
  since: reason === "closed" ? (head.closedAt ?? head.ownerSince) : head.ownerSince,
});

/** The thread changes hands: the epoch is raised if, and only if, the owner changes (I1). */
export function handTo(head: Head, owner: AuthorId | null, now: Ms): Ruling {
  if (owner === head.owner) return { verdict: "noop", owner, since: head.ownerSince };
  return { verdict: "won", epoch: head.epoch + 1, owner, since: now };
}

/** Two minutes: older items count as done off line (CL9). */
export const ONLINE_MS = 120_000;

/** Nobody writes later than now: an item so far in the future has an offset that is no longer true. */
export const FUTURE_MS = 30_000;

/**
 * CL9: the device says so, or has no (true) offset to the server's clock, or the item is older than two minutes when
 * decided.
 */
export function isOffline(item: Item, now: Ms): boolean {
  if (item.mode === "offline" || item.offset === undefined) return true;
  const age = now - (item.at + item.offset);
  return age > ONLINE_MS || age < -FUTURE_MS;
}

/** When an item was written, by the server's clock as its device knew it; a future time is clamped to admission (CL2). */
export const writtenAt = (item: StampedItem): Ms => Math.min(item.at + (item.offset ?? 0), item.stamp.at);

/** Whether the owner is protected from what is done off line: lease or grace running (CL9). */
export const isProtected = (head: Head, lease: LeaseState): boolean =>
  head.owner !== null && (lease === "live" || lease === "grace");

/** CL3: a `seen` of an earlier incarnation counts as the smallest of its `n` and the starts of each later one. */
export function seenIn(head: Head, seen: Seen): number {
  if (seen.inc === head.inc) return seen.n;
  if (seen.inc > head.inc) return 0; // of a future that this store does not know: nothing is certain
  let n = seen.n;
  for (let inc = seen.inc + 1; inc <= head.inc; inc += 1) n = Math.min(n, head.starts[inc - 2] ?? 0);
  return n;
}

const WON: ReadonlySet<Verdict> = new Set(["won", "noop", "sent", "noted"]);

/** CL3: the ownership that a base means; `lost` when the command that it stands on was not won. */
export function resolveBase(
  base: Base,
  context: DecideContext,
): { readonly inc: number; readonly epoch: number } | "lost" {
  if (!("after" in base)) return base;
  const earlier = context.earlier?.(base.after);
  if (earlier === undefined || earlier === "refused" || !WON.has(earlier.verdict)) return "lost";
  return earlier;
}

/** Whether a base names the head's present ownership. */
export const matches = (head: Head, base: { readonly inc: number; readonly epoch: number }): boolean =>
  base.inc === head.inc && base.epoch === head.epoch;

/** Every id that must be decided before this item (CL2, CL3, CL19). */
export function dependenciesOf(item: Item): readonly ItemId[] {
  const ids: ItemId[] = item.after === undefined ? [] : [...item.after];
  const base = "base" in item ? item.base : "under" in item ? item.under : undefined;
  if (base !== undefined && "after" in base && !ids.includes(base.after)) ids.push(base.after);
  return ids;
}

/** Whether one of the items that this one follows is a reply that did not go out (CL8, CL21). */
export const followsHeld = (item: Item, context: DecideContext): boolean =>
  item.after?.some((id) => {
    const earlier = context.earlier?.(id);
    if (earlier === undefined || earlier === "refused") return false;
    return earlier.verdict === "held" || (earlier.kind === "resend" && earlier.verdict !== "sent");
  }) ?? false;
