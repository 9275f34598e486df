import type { VerdictReason } from "../items/stamp.ts";
import type { AuthorId } from "../kernel/ids.ts";
import type { Ruling } from "./context.ts";
import type { Head } from "./head.ts";

/** What CL22 looks at. `seen` is in the head's own incarnation. */
export type ShieldFacts = { readonly author: AuthorId; readonly seen: number; readonly offline: boolean };

/**
 * The lines of `decide` on which safety hangs, each by itself, so that the simulation can break one at a time and show
 * which invariant notices. Nothing else replaces them.
 */
export type Rules = {
  /** CL6: whether a claim may simply take the thread. */
  readonly isFree: (head: Head) => boolean;
  /** I1: the epoch after a snooze. */
  readonly epochOfSnooze: (head: Head) => number;
  /** CL8: whether a close or a snooze has seen the user's last word. */
  readonly hasSeenUser: (head: Head, seen: number) => boolean;
  /** CL22: why a reply must not go out unasked. */
  readonly shield: (head: Head, facts: ShieldFacts) => VerdictReason | undefined;
  /** CL21: what becomes of a reply that must not go out. */
  readonly lateReply: (held: Ruling) => Ruling;
};

/** `n` of the last reply that somebody else than `author` sent; 0 when there is none. */
export function lastReplyOfOthers(head: Head, author: AuthorId): number {
  if (head.lastReply === null) return 0;
  return head.lastReply.author === author ? head.lastOtherReply : head.lastReply.n;
}

/** The rules as they are. */
export const PRODUCTION_RULES: Rules = Object.freeze({
  isFree: (head: Head) => head.owner === null,
  epochOfSnooze: (head: Head) => head.epoch,
  hasSeenUser: (head: Head, seen: number) => head.lastUser <= seen,
  shield: (head: Head, { author, seen, offline }: ShieldFacts): VerdictReason | undefined => {
    if (lastReplyOfOthers(head, author) > seen) return "unseen-reply";
    return offline && head.lastUser > seen ? "unseen-message" : undefined;
  },
  lateReply: (held: Ruling) => held,
});
