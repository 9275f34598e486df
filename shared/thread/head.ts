import type { Seen } from "../items/base.ts";
import type { ItemKind } from "../items/registry.ts";
import type { StampedItem, Verdict } from "../items/stamp.ts";
import type { Json } from "../kernel/canonical.ts";
import type { Ms } from "../kernel/clock.ts";
import type { AuthorId, ItemId, TeamId, ThreadId, ThreadKind } from "../kernel/ids.ts";

export type ThreadState = "open" | "snoozed" | "closed";

/** A field's present value, who set it and where; the overwritten value is kept for undo. */
export type FieldValue = {
  readonly value: Json;
  readonly by: AuthorId;
  readonly n: number;
  readonly at: Ms;
  readonly before?: Json;
};

/** Last line of the thread as lists show it; `text` at most 140 characters. */
export type LastLine = {
  readonly kind: ItemKind;
  readonly text: string;
  readonly author: AuthorId;
  readonly at: Ms;
  readonly n: number;
  readonly files: number;
};

/** Something of a ticket that its user is still to be told (S18, S20). `at`: when it truly happened, by the server's clock. */
export type Untold = {
  readonly id: ItemId;
  readonly what: "created" | "status";
  readonly status?: string;
  readonly at: Ms;
  /** When it was admitted, and whether it was done off line: such events are told together. */
  readonly admittedAt: Ms;
  readonly offline: boolean;
};

/** A row of the ring of decided ids: a cache of CL4's answers. */
export type DecidedRow = {
  readonly id: ItemId;
  readonly n: number;
  readonly verdict: Verdict;
  readonly epoch: number;
  readonly kind?: ItemKind;
};

/** What is held and not ended. `via`: of a reply, the ticket that it came by. `status`: of a visit's result. */
export type HeldRow = {
  readonly id: ItemId;
  readonly author: AuthorId;
  readonly n: number;
  readonly via?: ThreadId;
  readonly status?: string;
};

/**
 * Something that was to leave by the dialog's channel and did not surely: it failed, nobody knows, or it is to be tried
 * again. `tries` counts the times that somebody asked for that.
 */
export type UndeliveredRow = {
  readonly id: ItemId;
  readonly outcome: "failed" | "unknown" | "again";
  readonly code?: string;
  readonly detail?: string;
  readonly at: Ms;
  readonly tries: number;
};

/** A person said to be the same as this one; `ended`: said and taken back, so that the desk does not say it again by itself. */
export type MergedRow = {
  readonly person: ThreadId;
  readonly item: ItemId;
  readonly by: AuthorId;
  readonly at: Ms;
  readonly reason?: string;
  readonly ended?: true;
};

/** How far a side has got, as cumulative `u` (user) or `n` (team) with the server's time of each step. */
export type Cursor = { readonly upTo: number; readonly at: Ms };

/**
 * One document a thread, written only by the arbiter with compare-and-swap on `_rev`; the fold of its items (CL1).
 * Everything but `v`, `decided`, `pend`, `cursors` can be folded again from the items.
 */
export type Head = {
  readonly _id: ThreadId;
  readonly kind: ThreadKind;
  /** Incarnation: raised on a restore and when the team's arbiter is moved. */
  readonly inc: number;
  /** Raised by every write. */
  readonly v: number;
  readonly epoch: number;
  readonly owner: AuthorId | null;
  /** Since when he owns it, server's clock. */
  readonly ownerSince: Ms;
  readonly lastOwner: AuthorId | null;
  readonly state: ThreadState;
  readonly closedAt?: Ms;
  readonly snoozedUntil?: Ms;
  /** The thread that follows, after the reopen window (CL23). */
  readonly next?: ThreadId;
  readonly n: number;
  readonly u: number;
  readonly team: TeamId | null;
  readonly watchers: readonly AuthorId[];
  /** Teams beside `team` that see it. */
  readonly sharedWith?: readonly TeamId[];
  /** Item that made this epoch. */
  readonly by: ItemId | null;
  /** `n` of the user's last message, edit or erasure; 0 when there is none. */
  readonly lastUser: number;
  /** Last sent reply. */
  readonly lastReply: { readonly n: number; readonly author: AuthorId } | null;
  /** `n` of the last sent reply by anybody else than `lastReply.author`; 0 when there is none. */
  readonly lastOtherReply: number;
  /** Replies held and not ended, oldest first (CL21); of a ticket: results of visits that wait for acceptance (CL24). */
  readonly held: readonly HeldRow[];
  /** `n` at which each later incarnation began: `starts[i]` belongs to inc `i + 2`; the first inc is 1 (CL3). */
  readonly starts: readonly number[];

  // Short facts that lists need.
  readonly createdAt: Ms;
  readonly lastAt: Ms;
  /** Server time of the oldest user's message that no reply has answered; null when nobody waits. */
  readonly waitingSince: Ms | null;
  readonly firstReplyAt?: Ms;
  readonly person: ThreadId | null;
  readonly user: AuthorId | null;
  readonly channel: string | null;
  readonly link?: ThreadId;
  readonly last: LastLine | null;
  readonly tags: readonly string[];
  readonly priority: 0 | 1 | 2 | 3;
  readonly status?: string;
  /** Of a ticket: its number, as users know it. */
  readonly number?: number;
  /** Of a ticket: by when to answer, and by when it is to be done. */
  readonly due?: { readonly respond?: Ms; readonly resolve?: Ms };
  /** Of a ticket: what its user is still to be told, oldest first. */
  readonly untold?: readonly Untold[];
  /** Of a ticket: who owned it once, the latest 32; what they bring from a visit is still taken (CL24). */
  readonly formerOwners?: readonly AuthorId[];
  readonly rating?: { readonly score: 1 | 2 | 3 | 4 | 5; readonly n: number };
  /** Of a dialog: what did not surely leave by its channel, oldest first, the latest 64. */
  readonly undelivered?: readonly UndeliveredRow[];
  /** Of a person: who else he is, or is not (S3, U14); a row a person. */
  readonly merged?: readonly MergedRow[];
  readonly links: readonly { readonly to: ThreadId; readonly relation: string }[];
  readonly fields: Readonly<Record<string, FieldValue>>;

  // Not foldable: memory of the arbiter and cursors.
  readonly cursors: {
    /** How far the user's device got it, and the user read it: in `u`. */
    readonly userDelivered: Cursor;
    readonly userRead: Cursor;
    /** How far a channel that is no page of ours took it, in `u`; rows of `undelivered` excepted. */
    readonly channelSent?: Cursor;
    /** How far any agent's device got it, and an agent read it: in `n`. */
    readonly teamDelivered: Cursor;
    readonly teamRead: Cursor;
  };
  /** Ring of at least 64 recently decided ids: a cache (CL1). */
  readonly decided: readonly DecidedRow[];
  /** Committed and not yet known to be stored: at most 32 rows or 256 kB. */
  readonly pend: readonly StampedItem[];
};

/** A head as devices get it: without ring and `pend`. */
export type DeviceHead = Omit<Head, "decided" | "pend">;

/** Views are compared by this (CL16). */
export type ViewVersion = { readonly inc: number; readonly v: number };

/** Positive when `a` is newer. */
export const compareVersions = (a: ViewVersion, b: ViewVersion): number => a.inc - b.inc || a.v - b.v;

/** What a device has seen of a thread without a gap. */
export type { Seen };

/** A head without what only the arbiter needs. */
export function deviceHead(head: Head): DeviceHead {
  const { decided: _decided, pend: _pend, ...rest } = head;
  return rest;
}
