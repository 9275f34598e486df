import { identifiersOf } from "../../shared/directory/identifiers.ts";
import { wordsOnPair } from "../../shared/directory/pair-word.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import { type ItemId, kindOf, type ThreadId } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { Arbiter, Commit } from "../arbiter/port.ts";
import type { Log } from "../platform/log.ts";
import { type Duty, runDuty, type Timers } from "./duty.ts";
import { pause } from "./pause.ts";
import { makePerform } from "./perform.ts";
import type { Effect } from "./reaction.ts";

type PersonHead = Pick<DeviceHead, "_id" | "inc" | "createdAt" | "fields" | "merged">;
type JoiningHead = Pick<DeviceHead, "_id" | "fields">;

/**
 * [S3] Two persons who have one verified identifier are one: said in the older one's thread. Nothing when anybody has ever said
 * anything of the two: a merge stands already, and an un-merge is a person's word that the desk does not overrule. Pure.
 */
export function decideJoining(a: PersonHead, b: PersonHead, at: Ms): Effect | undefined {
  if (a._id === b._id || wordsOnPair(a, b).length > 0) return undefined;
  const theirs = new Set(verifiedKeys(b));
  const shared = identifiersOf(a.fields).find(({ verified, key }) => verified && theirs.has(key));
  if (shared === undefined) return undefined;
  const isOlder = a.createdAt < b.createdAt || (a.createdAt === b.createdAt && a._id < b._id);
  const [front, other] = isOlder ? [a, b] : [b, a];
  return {
    kind: "merge",
    thread: front._id,
    // A restore forgets what was said, not that it was written (CL27): then it is written anew.
    cause: `join:${front._id}:${other._id}:${front.inc}`,
    at,
    with: other._id,
    reason: `verified-${shared.kind}`,
  };
}

const verifiedKeys = ({ fields }: Pick<JoiningHead, "fields">): readonly string[] =>
  identifiersOf(fields).flatMap(({ verified, key }) => (verified ? [key] : []));

/** Which persons have which verified identifiers, in memory. Fed with every head, in any order and as often as one likes. */
export type VerifiedIndex = {
  /** Whether somebody else has one of them, too. */
  readonly apply: (head: JoiningHead) => boolean;
  readonly othersOf: (person: ThreadId) => readonly ThreadId[];
};

export function makeVerifiedIndex(): VerifiedIndex {
  const byKey = new Map<string, Set<ThreadId>>();
  const keysOf = new Map<ThreadId, readonly string[]>();
  const othersOf = (person: ThreadId): readonly ThreadId[] => {
    const sharing = (keysOf.get(person) ?? []).flatMap((key) => [...(byKey.get(key) ?? [])]);
    return [...new Set(sharing)].filter((id) => id !== person);
  };
  return {
    apply: (head) => {
      if (kindOf(head._id) !== "person") return false;
      for (const key of keysOf.get(head._id) ?? []) byKey.get(key)?.delete(head._id);
      const keys = verifiedKeys(head);
      if (keys.length === 0) keysOf.delete(head._id);
      else keysOf.set(head._id, keys);
      for (const key of keys) {
        const sharing = byKey.get(key);
        if (sharing === undefined) byKey.set(key, new Set([head._id]));
        else sharing.add(head._id);
      }
      return othersOf(head._id).length > 0;
    },
    othersOf,
  };
}

type Parts = {
  readonly arbiter: Pick<Arbiter, "submit" | "head" | "onCommit">;
  /** An item as it is committed. */
  readonly item: (thread: ThreadId, item: ItemId) => Promise<StampedItem | undefined>;
  readonly clock: () => Ms;
  readonly timers: Timers;
  readonly log: Log;
};

/** Keeps persons of one verified identifier together, whoever wrote it: a channel, a directory, the desk itself. */
export type PersonJoining = Pick<Duty, "idle" | "close"> & {
  /** Looks at every head once, as after a start. */
  readonly begin: (heads: Iterable<DeviceHead>) => void;
};

/** Hears commits from the moment of the call on; `begin` makes up for what was before. */
export function runPersonJoining({ arbiter, item, clock, timers, log }: Parts): PersonJoining {
  const index = makeVerifiedIndex();
  const stop = new AbortController();
  const { signal } = stop;
  const perform = makePerform({ arbiter, item, signal, pause: (ms) => pause(ms, signal) });
  /**
   * [U14] Whether somebody has parted this person from one who shares an identifier with the other: joined with the other he would
   * be one with him again, by way of a third. Then people say who is who.
   */
  async function isPartedFrom(own: DeviceHead, other: ThreadId): Promise<boolean> {
    for (const id of index.othersOf(other)) {
      const third = id === own._id ? undefined : await arbiter.head(id);
      if (third !== undefined && wordsOnPair(own, third)[0]?.ended === true) return true;
    }
    return false;
  }
  const duty = runDuty({
    name: "join-persons",
    act: async (person) => {
      for (const other of index.othersOf(person)) {
        const [own, theirs] = [await arbiter.head(person), await arbiter.head(other)];
        if (own === undefined || theirs === undefined) continue;
        const effect = decideJoining(own, theirs, clock());
        if (effect === undefined) continue;
        if ((await isPartedFrom(own, other)) || (await isPartedFrom(theirs, person))) continue;
        const answer = await perform(effect);
        if (answer.t === "refused") throw new Error(`two persons could not be joined: ${answer.code}`);
      }
      return undefined;
    },
    timers,
    log,
  });
  const consider = (head: DeviceHead, before: DeviceHead | undefined): void => {
    if (head.kind !== "person" || before?.fields === head.fields) return;
    if (index.apply(head)) duty.look(head._id);
  };
  const stopCommits = arbiter.onCommit(({ head, before }: Commit) => consider(head, before));
  return {
    begin: (heads) => {
      const persons = [...heads].filter(({ kind }) => kind === "person");
      for (const head of persons) index.apply(head);
      for (const head of persons) consider(head, undefined);
    },
    idle: duty.idle,
    close: async () => {
      stopCommits();
      stop.abort();
      await duty.close();
    },
  };
}
