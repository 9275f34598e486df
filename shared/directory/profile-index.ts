import type { ThreadId } from "../kernel/ids.ts";
import { compareWords, type PairRow, type PersonRows } from "./pair-word.ts";

/** Two persons who are one now: `other` was said to be the same in `front`'s thread. */
export type ActivePair = {
  readonly front: ThreadId;
  readonly other: ThreadId;
  readonly row: PairRow;
};

/** Persons who are one: the front first, the others by their ids; and the pairs that hold them together, oldest first. */
export type ProfileGroup = {
  readonly front: ThreadId;
  readonly members: readonly ThreadId[];
  readonly pairs: readonly ActivePair[];
};

/**
 * Who is one with whom (S3, U14), kept as heads change. Heads may come in any order and as often as one likes: equal heads make
 * equal groups on every device. What a change costs follows the groups that it touches, never the number of persons.
 *
 *  1. A pair is active when the latest word on it, of either side, is a merge.
 *  2. Groups are what active pairs hold together.
 *  3. The front of a group is the person whom no active pair names as the other one; the oldest of several, and the oldest of
 *     all where there is none such.
 */
export type ProfileIndex = {
  /** Takes heads in; whether any group came out differently. */
  readonly apply: (changed: Iterable<PersonRows>, removed?: Iterable<ThreadId>) => boolean;
  /** The person who stands for this one; himself when he is nobody else. */
  readonly frontOf: (person: ThreadId) => ThreadId;
  /** His group; undefined when he is one with nobody. */
  readonly groupOf: (person: ThreadId) => ProfileGroup | undefined;
  /** All groups of more than one, in no order. */
  readonly groups: () => Iterable<ProfileGroup>;
};

/** Makes an index that knows nobody yet. */
export function makeProfileIndex(): ProfileIndex {
  const heads = new Map<ThreadId, PersonRows>();
  /** Active pairs by either end; ends whose heads are not here are kept, they may come. */
  const ties = new Map<ThreadId, Map<ThreadId, ActivePair>>();
  const groups = new Map<ThreadId, ProfileGroup>();

  function judge(a: ThreadId, b: ThreadId): void {
    const pair = activePair(heads, a, b);
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const own = ties.get(from);
      if (pair !== undefined) {
        if (own === undefined) ties.set(from, new Map([[to, pair]]));
        else own.set(to, pair);
      } else if (own?.delete(to) === true && own.size === 0) ties.delete(from);
    }
  }

  function regroup(start: ThreadId, done: Set<ThreadId>): boolean {
    if (done.has(start)) return false;
    const found = [start];
    done.add(start);
    for (const id of found) {
      for (const next of ties.get(id)?.keys() ?? []) {
        if (done.has(next)) continue;
        done.add(next);
        found.push(next);
      }
    }
    const next = makeGroup(heads, ties, found);
    let isNew = false;
    for (const id of found) {
      if (sameGroup(groups.get(id), next)) continue;
      isNew = true;
      if (next === undefined) groups.delete(id);
      else groups.set(id, next);
    }
    return isNew;
  }

  return {
    apply: (changed, removed = []) => {
      const touched = new Set<ThreadId>();
      const take = (id: ThreadId, head: PersonRows | undefined): void => {
        const before = heads.get(id)?.merged ?? [];
        if (head === undefined) heads.delete(id);
        else heads.set(id, head);
        for (const { person } of [...before, ...(head?.merged ?? [])]) {
          judge(id, person);
          touched.add(id).add(person);
        }
        if (ties.has(id) || groups.has(id)) touched.add(id);
      };
      for (const head of changed) take(head._id, head);
      for (const id of removed) take(id, undefined);
      const done = new Set<ThreadId>();
      let isNew = false;
      for (const id of touched) if (regroup(id, done)) isNew = true;
      return isNew;
    },
    frontOf: (person) => groups.get(person)?.front ?? person,
    groupOf: (person) => groups.get(person),
    groups: () => new Set(groups.values()),
  };
}

function activePair(heads: ReadonlyMap<ThreadId, PersonRows>, a: ThreadId, b: ThreadId): ActivePair | undefined {
  const own = heads.get(a)?.merged?.find(({ person }) => person === b);
  const others = heads.get(b)?.merged?.find(({ person }) => person === a);
  const isOwn = own !== undefined && (others === undefined || compareWords(own, others) > 0);
  const row = isOwn ? own : others;
  if (row === undefined || row.ended === true) return undefined;
  return isOwn ? { front: a, other: b, row } : { front: b, other: a, row };
}

function makeGroup(
  heads: ReadonlyMap<ThreadId, PersonRows>,
  ties: ReadonlyMap<ThreadId, ReadonlyMap<ThreadId, ActivePair>>,
  ids: readonly ThreadId[],
): ProfileGroup | undefined {
  const members = ids.filter((id) => heads.has(id));
  if (members.length < 2) return undefined;
  const pairs = [...new Set(ids.flatMap((id) => [...(ties.get(id)?.values() ?? [])]))];
  const seconds = new Set(pairs.map(({ other }) => other));
  const firsts = members.filter((id) => !seconds.has(id));
  const age = (id: ThreadId): number => heads.get(id)?.createdAt ?? 0;
  const [front] = [...(firsts.length > 0 ? firsts : members)].sort((a, b) => age(a) - age(b) || (a < b ? -1 : 1));
  if (front === undefined) return undefined;
  return {
    front,
    members: [front, ...members.filter((id) => id !== front).sort()],
    pairs: pairs.sort((a, b) => compareWords(a.row, b.row)),
  };
}

function sameGroup(a: ProfileGroup | undefined, b: ProfileGroup | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.front === b.front &&
    a.members.length === b.members.length &&
    a.members.every((id, at) => id === b.members[at]) &&
    a.pairs.length === b.pairs.length &&
    a.pairs.every(({ row }, at) => row.item === b.pairs[at]?.row.item)
  );
}
