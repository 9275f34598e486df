import * as v from "valibot";
import type { Ms } from "../kernel/clock.ts";
import type { ThreadId } from "../kernel/ids.ts";
import { count, threadId } from "../kernel/schema.ts";
import type { VirtualDoc } from "./desk-socket.ts";

/**
 * How a device of ours gets its share of the desk, over HTTP. (An unmodified PouchDB gets the same documents at `/db`.)
 * Signed in by cookie or `Authorization`; 401 means: stop, ask for sign-in, lose nothing. Bodies are JSON.
 *
 *   GET  /api/bootstrap?after=<mark>      -> NDJSON of BootstrapLine, gzip or br by Accept-Encoding
 *   GET  /api/pull?since=<token>&limit=   -> PullAnswer: the walk (no token), then the ring
 *   POST /api/digest     DigestBody       -> DigestAnswer: what differs
 *   GET  /api/thread/<id>?after=<n>       -> ThreadAnswer: items with n > after; 404 when there is none to be seen
 *   POST /api/threads    ThreadsBody      -> NDJSON of `thread` and `gone` lines, then `end`
 *   POST /api/push       PushBody         -> PushAnswer (desk-socket.ts)
 *
 * Tokens and marks are opaque; a token is compared for equality only (`from` of a `docs` frame with the one the device
 * stands at). Applying a document twice changes nothing as long as views are compared by (inc, v) (CL16). A frame that does
 * not follow may be applied as well: when what it shows has left sight since, a later frame of the same socket removes it.
 *
 * Revisions: an item is revision 2 whose parent is the device's revision 1. A head's revision follows from its (inc, v):
 * `headRevisions` in thread/head-revision.ts gives any number of ancestors; here documents carry the last few.
 */
export type PullAnswer = {
  readonly docs: readonly VirtualDoc[];
  /** Threads that left this person's sight: hide at once, drop. */
  readonly removed: readonly ThreadId[];
  /** Where the device stands after applying this page. */
  readonly next: string;
  /** Nothing more at the time of the answer; while false, a page is never empty. */
  readonly done: boolean;
  /**
   * The token was of no use (too old, or of another run of the server). `docs` is empty and `next` begins a fresh walk of
   * everything: a device that holds something sends a digest instead, and goes on from the digest's `ring`.
   */
  readonly stale?: true;
};

/** `[inc, v, n]` of each thread that the device holds; `n` is the largest up to which it has every item. */
export const digestBody = v.strictObject({
  threads: v.pipe(
    v.record(threadId, v.tuple([count, count, count])),
    v.check((threads) => Object.keys(threads).length <= 200_000, "too many threads"),
  ),
});
export type DigestBody = v.InferOutput<typeof digestBody>;

export type DigestAnswer = {
  /** Ring position that this answer is true at: after mending what differs, the device stands here. */
  readonly ring: string;
  /** What this person may see in all: threads, and documents (heads and items). */
  readonly counts: { readonly threads: number; readonly docs: number };
  /** Threads that differ from the digest or are not in it, with what the server has. */
  readonly differ: readonly { readonly id: ThreadId; readonly inc: number; readonly v: number; readonly n: number }[];
  /** Threads of the digest that this person may not see (or that are not there): drop. */
  readonly gone: readonly ThreadId[];
  readonly now: Ms;
};

export type ThreadAnswer = {
  readonly head: VirtualDoc;
  /** Every item with n > after, by n. */
  readonly items: readonly VirtualDoc[];
};

/** `[id, after]`: the items of these threads with n > after. */
export const threadsBody = v.strictObject({
  threads: v.pipe(v.array(v.tuple([threadId, count])), v.maxLength(20_000)),
});
export type ThreadsBody = v.InferOutput<typeof threadsBody>;

/**
 * Lines of the bootstrap, in this order: begin; the directory's and all other heads (open ones newest first: the inbox is
 * usable after `heads-done`); directory items are not sent (their heads hold the fields; fetch with /api/thread);
 * then `thread` lines of dialogs and tickets that are not closed, newest first, then `pack` lines of closed ones; end.
 *
 * `mark` lines stand between: when everything before one is durable, `?after=<mark>` resumes behind it. A resumed stream
 * begins with `begin` again: when its `ring` is the one of the first `begin`, what was stored before counts; when it is
 * another, the stream starts from the beginning.
 */
export type BootstrapLine =
  | {
      readonly t: "begin";
      /** Where the device stands when it has stored everything up to `end`. */
      readonly ring: string;
      readonly resumed: boolean;
      readonly counts: {
        readonly heads: number;
        readonly threads: number;
        readonly packs: number;
        readonly docs: number;
      };
      readonly now: Ms;
    }
  | { readonly t: "head"; readonly doc: VirtualDoc }
  | { readonly t: "heads-done" }
  /** All items of a thread (or those with n > after, from /api/threads, then with `head`), by n. */
  | {
      readonly t: "thread";
      readonly id: ThreadId;
      readonly after: number;
      readonly head?: VirtualDoc;
      readonly items: readonly VirtualDoc[];
    }
  /** Items 1..n of a closed thread: to be stored as one document. */
  | {
      readonly t: "pack";
      readonly id: ThreadId;
      readonly inc: number;
      readonly n: number;
      readonly items: readonly VirtualDoc[];
    }
  /** Of /api/threads only: not to be seen. */
  | { readonly t: "gone"; readonly id: ThreadId }
  | { readonly t: "mark"; readonly after: string }
  | { readonly t: "end"; readonly ring: string };
