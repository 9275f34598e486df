import type { Item } from "../../shared/items/registry.ts";
import type { ItemAnswer, StampedItem } from "../../shared/items/stamp.ts";
import type { AuthorId, ThreadId } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import type { Head } from "../../shared/thread/head.ts";

/** An item whose schema, size and signature have been checked at the door, with who brought it. */
export type Submission = { readonly item: Item; readonly actor: Actor };

/** One commit: the head as written, and the items stamped in it (usually one). Before `head` it was `before`. */
export type Commit = { readonly head: Head; readonly before?: Head; readonly items: readonly StampedItem[] };

/** The one decider of this node's threads; the only writer of heads (I1). */
export interface Arbiter {
  /** Decides in the given order within a thread, threads independently; resolves when each is committed or answered. */
  submit(submissions: readonly Submission[]): Promise<readonly ItemAnswer[]>;
  /** The head as this arbiter knows it now, from memory where it can. */
  head(thread: ThreadId): Promise<Head | undefined>;
  /** Called once per commit, in commit order of a thread, after it is durable and before its `submit` resolves. */
  onCommit(listener: (commit: Commit) => void): () => void;
  /** Cumulative, never back; written with the thread's next commit or after 2 s. `user` counts in `u`, `team` in `n`. */
  advance(thread: ThreadId, step: { side: "user" | "team"; delivered?: number; read?: number }): void;
  /** A device of this author has been heard (pong, frame, request): keeps his leases (CL12). */
  heard(author: AuthorId): void;
  /** The lease of the thread's owner as it stands now. */
  leaseOf(head: Head): "live" | "grace" | "out" | "none";
  /** Sweeps what a crash left; resolves when the store is consistent. Must be awaited before `submit`. */
  start(): Promise<void>;
  /** Answers what was accepted, then stops. */
  close(): Promise<void>;
}
