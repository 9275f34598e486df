import type { Ms } from "../kernel/clock.ts";
import type { AuthorId, ItemId, ThreadId } from "../kernel/ids.ts";

/** What a person's head says of another person: a row of `merged` (shared/thread/head.ts). */
export type PairRow = {
  readonly person: ThreadId;
  readonly item: ItemId;
  readonly by: AuthorId;
  readonly at: Ms;
  readonly reason?: string;
  readonly ended?: true;
};

/** What of a person's head says who else he is. */
export type PersonRows = {
  readonly _id: ThreadId;
  readonly createdAt: Ms;
  readonly merged?: readonly PairRow[] | undefined;
};

/** A word on two persons: in which thread it was said, of which other one. */
export type PairWord = PairRow & { readonly front: ThreadId };

/** Positive when `a` was said later: by admission, then by the item's id. */
export const compareWords = (a: PairRow, b: PairRow): number => a.at - b.at || (a.item < b.item ? -1 : 1);

/** Every word on two persons that their heads keep, the latest first: at most one a side. */
export function wordsOnPair(a: PersonRows | undefined, b: PersonRows | undefined): readonly PairWord[] {
  if (a === undefined && b === undefined) return [];
  const said = (head: PersonRows | undefined, other: PersonRows | undefined): readonly PairWord[] =>
    (head?.merged ?? [])
      .filter((row) => row.person === other?._id)
      .map((row) => ({ ...row, front: head?._id ?? row.person }));
  return [...said(a, b), ...said(b, a)].sort((one, other) => compareWords(other, one));
}
