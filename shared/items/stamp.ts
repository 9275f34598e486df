import type { Ms } from "../kernel/clock.ts";
import type { AuthorId, ItemDocId, ItemId, ThreadId } from "../kernel/ids.ts";
import type { FieldSet } from "./base.ts";
import type { Item } from "./registry.ts";

/**
 * What an admitted item came to, for ever (CL4). `won | noop | lost | stale` for commands, `sent | held` for replies,
 * `moved` for a user's message after the reopen window, `noted` for everything else.
 */
export type Verdict = "won" | "noop" | "lost" | "stale" | "sent" | "held" | "noted" | "moved";

/** Why a verdict is not the hoped one; words for it live in the client's strings. */
export type VerdictReason =
  | "owned" // lost: another owns it
  | "away" // lost: another owns it, but his lease and grace have run out; a takeover is offered
  | "live" // lost: the owner's lease is live
  | "offline" // done off line, may not displace (CL9)
  | "epoch" // base or under does not match the head
  | "closed" // the thread is closed (CL10)
  | "unseen-message" // a user's message is newer than `seen`
  | "unseen-reply" // another agent's reply is newer than `seen` (CL22)
  | "not-owner" // written by one who does not own it
  | "after-held" // behind a held reply of the same author
  | "already-ended" // the held reply has been ended before
  | "not-held" // there is no such held reply
  | "version" // v differs (wake, route, auto-close)
  | "not-allowed" // role or state does not permit
  | "visit" // result of a visit by a former owner, for acceptance (CL24)
  | "required" // a field that the status asks for is empty (S50)
  | "no-status"; // the ticket's type has no such status (any more)

/** Where an item stood before a restore (CL27). */
export type Was = { readonly inc: number; readonly n: number };

/** The server's decision on one item, signed by the server; written once with the item as revision 2. */
export type Stamp = {
  readonly inc: number;
  /** Position in the thread, 1.., no gaps (I9). */
  readonly n: number;
  /** Position on the user's side, 1.., no gaps; absent when the user may not see the item. */
  readonly u?: number;
  /** The server's clock on admission; a device's future time is clamped to it. */
  readonly at: Ms;
  readonly verdict: Verdict;
  readonly reason?: VerdictReason;
  /** Epoch of the head after this item. */
  readonly epoch: number;
  /** Owner after this item, where the item may have changed or named him (CL6, CL23). */
  readonly owner?: AuthorId | null;
  /** Since when that owner owns it, by the server's clock. */
  readonly since?: Ms;
  /** For `moved`: the thread that follows. */
  readonly to?: ThreadId;
  /** For a reply `via` a ticket: the ticket's state that was checked (CL28). */
  readonly via?: { readonly inc: number; readonly epoch: number; readonly v: number };
  readonly was?: Was;
  /** For a ticket's `open`: the number that the desk gives it. */
  readonly number?: number;
  /** For a ticket's `open`: the status that it begins in; its type's first. */
  readonly status?: string;
  /** For a ticket's `change`: the short values of its content that lists need, as they are after it; only those that differ. */
  readonly set?: FieldSet;
  /** For a ticket's `status`: the state that goes with the status, where it differs from the one before. */
  readonly state?: "open" | "closed";
  /** For a ticket's `open` and `status`: the user is not told of it. */
  readonly quiet?: true;
  /** It happened elsewhere, long ago, and was written down by an import: nobody is told of it, nothing answers it (U18). */
  readonly imported?: true;
  /** For a held reply that was given back: it had been ended before the restore, so it is not held again (CL27). */
  readonly ended?: true;
  /** Base64url signature of the server over the canonical JSON of {_id, hash, stamp without sig}. */
  readonly sig?: string;
};

/** An item as it stands in the store and on devices: revision 2, child of the device's revision 1. */
export type StampedItem = Item & { readonly stamp: Stamp };

/** Codes of refused items: no `n`, not stored in the thread, shown to their author with the reason. */
export type RefusalCode =
  | "malformed" // schema, ids that do not fit each other
  | "unknown-kind"
  | "too-large"
  | "too-deep"
  | "rate"
  | "bad-signature"
  | "unknown-device"
  | "foreign-author" // written in another's name
  | "id-taken" // the same id with other content
  | "bad-revision" // not generation 1 by its own hash
  | "no-thread" // the thread is gone or was never there
  | "not-visible" // a thread that the author may not see: answered like no-thread
  | "forbidden" // policy says no
  | "file-kind" // a forbidden kind of file
  | "link-expired"
  | "link-revoked"
  | "link-unknown"
  | "change-broken" // not one Automerge change, or it cannot be merged
  | "change-actor" // its actor is not of this device, or the actor's number is taken
  | "change-schema" // what it leaves is not a ticket's content
  | "change-too-large" // too many operations, or content beyond the ticket's limits
  | "depends-on-refused"; // stands on an own refused or discarded item (CL19)

/** Why an item must be sent again later. */
export type RetryReason = "after-undecided" | "busy" | "store" | "not-ready" | "files" | "deps";

/** Answer to one item (architecture, Push). An item leaves the outbox only with one of the first three. */
export type ItemAnswer =
  | { readonly id: ItemDocId; readonly answer: "ok" | "dup"; readonly item: StampedItem; readonly rev: string }
  | { readonly id: ItemDocId; readonly answer: "refused"; readonly code: RefusalCode; readonly detail?: string }
  | { readonly id: ItemDocId; readonly answer: "retry"; readonly why: RetryReason; readonly afterMs?: Ms };

export type { ItemId };
