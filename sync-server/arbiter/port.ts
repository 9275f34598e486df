import type { Item } from "../../shared/items/registry.ts";
import type { ItemAnswer, StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId, TeamId, ThreadId } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import type { Head } from "../../shared/thread/head.ts";

/** An item whose schema, size and signature have been checked at the door, with who brought it. */
export type Submission = {
  readonly item: Item;
  readonly actor: Actor;
  /** U18: written down by an import; it happened at this moment by the server's clock, and is stamped so. */
  readonly happenedAt?: Ms;
};

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
  advance(thread: ThreadId, step: { side: "user" | "team"; delivered?: number; read?: number; sent?: number }): void;
  /** A device of this author has been heard (pong, frame, request): keeps his leases (CL12). */
  heard(author: AuthorId): void;
  /** The lease of the thread's owner as it stands now. */
  leaseOf(head: Head): "live" | "grace" | "out" | "none";
  /** Sweeps what a crash left; resolves when the store is consistent. Must be awaited before `submit`. */
  start(): Promise<void>;
  /** Answers what was accepted, then stops. */
  close(): Promise<void>;
}

/** What a door knows of somebody who was heard: his teams, and whether he is in the field (CL12). */
export type HeardFacts = { readonly teams?: readonly TeamId[]; readonly field?: boolean };

/** What a restore did: threads raised, items taken back, threads whose items have a gap (their heads stay as they were). */
export type RestoreCount = { readonly threads: number; readonly takenBack: number; readonly gaps: number };

/** The arbiter with what only its node's operation needs: restores, give-backs, collections, sign-outs. */
export interface DeskArbiter extends Arbiter {
  /**
   * With each head of the store as the sweep leaves it, once, in no order: whatever a start derives from heads rides on
   * this one scan. A commit that the sweep itself makes is told by `onCommit`, perhaps before an older view of that head
   * comes here.
   */
  start(onHead?: (head: Head) => void): Promise<void>;
  /** With what the door knows of him: his teams, and whether he is in the field. */
  heard(author: AuthorId, facts?: HeardFacts): void;
  /** He left by his own will: his devices are no longer waited for (CL12). */
  signedOut(author: AuthorId): void;
  /** CL27: raises all threads (or those that `covers` names) to the desk's incarnation. Before `start` and any answer. */
  restore(covers?: (head: Head) => boolean): Promise<RestoreCount>;
  /** CL27: stamped items that devices hold and this store may have lost; the server's signature has been checked. */
  giveBack(items: readonly StampedItem[]): Promise<readonly ItemAnswer[]>;
  /** CL11: from now on for a while each thread's items are collected and ranked: a site link has returned. */
  collect(): void;
}
