import * as v from "valibot";
import type { Json } from "../kernel/canonical.ts";
import type { Ms } from "../kernel/clock.ts";
import type { AuthorId, ItemId, TeamId, ThreadId } from "../kernel/ids.ts";
import { isThreadId } from "../kernel/ids.ts";
import { count, ms, threadId } from "../kernel/schema.ts";

/**
 * The live edge (CL25, CL26), y-websocket's protocol on `/live/<room>`:
 *
 *   board:<team>:<YYYY-MM-DD>     a team's board of one UTC day; `today` instead of a day means the server's present one.
 *                                 Closed with `CLOSE.dayOver` when the day is over, or when the client's copy is of an
 *                                 earlier document (the server was restarted): drop the copy, come back for `today`.
 *   draft:<thread>:<author>       a draft of one author; `shared` instead of an author: the thread's common draft.
 *
 * A board's document has two Y.Arrays, written by the server only, in which each thread has at most one row (an array with
 * an index of keys, not a Y.Map: its tombstones merge, a map's never do):
 *
 *   owners   BoardRow    who owns what now; open and snoozed threads of the team. A thread without a row is closed or gone.
 *   pending  PendingRow  claims under way that are not decided yet
 *
 * Views are compared by (inc, v), the newer wins (CL16). Deleting a board loses nothing (I8).
 */
export const BOARD = { owners: "owners", pending: "pending" } as const;

/** The lease of the owner (CL12): `grace` and `out` mean that he has not been heard; `none`: nobody owns it. */
export type LeaseState = "live" | "grace" | "out" | "none";

export type BoardRow = {
  readonly thread: ThreadId;
  readonly owner: AuthorId | null;
  readonly since: Ms;
  readonly epoch: number;
  readonly inc: number;
  readonly v: number;
  readonly state: "open" | "snoozed";
  readonly lease: LeaseState;
};

export type PendingRow = {
  readonly thread: ThreadId;
  readonly author: AuthorId;
  readonly item: ItemId;
  readonly at: Ms;
};

/** What a client says of itself by awareness: nothing else passes; at most 512 bytes, 2 a second. */
export const presenceState = v.object({
  viewing: v.exactOptional(v.nullable(threadId)),
  writing: v.exactOptional(v.nullable(threadId)),
  away: v.exactOptional(v.boolean()),
  unsent: v.exactOptional(count),
  oldestUnsentAt: v.exactOptional(v.nullable(ms)),
});
export type PresenceState = v.InferOutput<typeof presenceState>;

/** A person's presence as others get it: the server adds who speaks and when he was heard, by its own clock. */
export type Presence = PresenceState & { readonly author: AuthorId; readonly heardAt: Ms };

const position = v.custom<Json>(
  (value) => value !== undefined && JSON.stringify(value).length <= 120,
  "not a position",
);

/** What a client says of itself in a draft's room: where its cursor stands (Yjs relative positions as JSON). */
export const draftPresenceState = v.object({
  cursor: v.exactOptional(v.nullable(v.object({ anchor: position, head: position }))),
});
export type DraftPresence = v.InferOutput<typeof draftPresenceState> & {
  readonly author: AuthorId;
  readonly heardAt: Ms;
};

/** The server's own awareness state on a board: people who have gone, with what was last known of them (U12). */
export type GonePeople = {
  readonly gone: Readonly<Record<AuthorId, { readonly heardAt: Ms; readonly unsent: number }>>;
};

export const PRESENCE_LIMITS = { bytes: 512, perSecond: 2, perSecondInDrafts: 8 } as const;
/** A draft's text, in bytes of UTF-8. */
export const DRAFT_BYTES = 64 * 1024;
/** Name of the Y.Text of a draft room. */
export const DRAFT_TEXT = "text";

export const boardRoom = (team: TeamId, day: string): string => `board:${team}:${day}`;
export const draftRoom = (thread: ThreadId, author: AuthorId | "shared"): string => `draft:${thread}:${author}`;

/** The UTC day of a moment, `YYYY-MM-DD`. */
export const utcDay = (at: Ms): string => new Date(at).toISOString().slice(0, 10);

export type Room =
  | { readonly kind: "board"; readonly team: TeamId; readonly day: string }
  | { readonly kind: "draft"; readonly thread: ThreadId; readonly author: AuthorId | "shared" };

const DAY = /^(?:today|\d{4}-\d{2}-\d{2})$/;
const DRAFT_AUTHOR = /^(?:shared|agent\.[0-9a-hjkmnp-tv-z]{18})$/;

/** Reads a room's name; `undefined` when it is none. */
export function parseRoom(name: string): Room | undefined {
  const [kind, id, rest, ...more] = name.split(":");
  if (more.length > 0 || !isThreadId(id) || rest === undefined) return undefined;
  if (kind === "board" && id.startsWith("team.") && DAY.test(rest)) return { kind, team: id, day: rest };
  // the pattern is the author id's own
  if (kind === "draft" && DRAFT_AUTHOR.test(rest)) return { kind, thread: id, author: rest as AuthorId | "shared" };
  return undefined;
}
