import type { DeviceId } from "../kernel/ids.ts";
import { actorDevice } from "./actor.ts";
import type { ChangeFacts } from "./chunk.ts";
import { GENESIS_HASH, ROOTS } from "./genesis.ts";

/** Operations that the genesis has. */
const GENESIS_OPS = ROOTS.length;

/**
 * What is known of a row of changes, each of which stands on earlier ones: enough to say whether one more may follow, and
 * which of them made an operation. Grows at its end only; `size` says how much of it a reader means.
 */
export type ChangeLog = {
  readonly changes: ChangeFacts[];
  readonly places: Map<string, number>;
  /** Each actor's changes in the order of `seq`, which has no gaps. */
  readonly actors: Map<string, ChangeFacts[]>;
};

export function makeChangeLog(changes: readonly ChangeFacts[] = []): ChangeLog {
  const log: ChangeLog = { changes: [], places: new Map(), actors: new Map() };
  for (const change of changes) extendLog(log, change);
  return log;
}

export function extendLog(log: ChangeLog, change: ChangeFacts): void {
  log.places.set(change.hash, log.changes.length);
  log.changes.push(change);
  const own = log.actors.get(change.actor);
  if (own === undefined) log.actors.set(change.actor, [change]);
  else own.push(change);
}

/** Whether a whole log may be followed by this change. `deps`: not yet. */
export function orderFault(
  log: ChangeLog,
  change: ChangeFacts,
  device?: DeviceId,
): "deps" | "actor" | "broken" | "schema" | undefined {
  const own = log.actors.get(change.actor) ?? [];
  if (own.length === 0 || device !== undefined) {
    const writer = actorDevice(change.actor);
    if (writer === undefined || (device !== undefined && writer !== device)) return "actor";
  }
  if (change.seq <= own.length) return "actor";
  if (change.deps.length === 0) return "schema"; // a genesis of its own
  if (change.deps.some((dep) => dep !== GENESIS_HASH && !log.places.has(dep))) return "deps";
  if (change.seq > own.length + 1) return "deps";
  const before = own.at(-1);
  if (before !== undefined && !standsOn(log, change, before)) return "actor"; // a session that has forgotten itself
  // Counters follow from what a change stands on: two operations of one name would break Automerge.
  return change.startOp === firstFree(log, change.deps) ? undefined : "broken";
}

const endOf = (change: ChangeFacts): number => change.startOp + change.ops;

function firstFree(log: ChangeLog, deps: readonly string[]): number {
  let free = GENESIS_OPS + 1;
  for (const change of known(log, deps)) free = Math.max(free, endOf(change));
  return free;
}

function known(log: ChangeLog, hashes: readonly string[]): ChangeFacts[] {
  return hashes.flatMap((hash) => {
    const change = log.changes[log.places.get(hash) ?? -1];
    return change === undefined ? [] : [change];
  });
}

/** Whether a change has another among its ancestors. */
function standsOn(log: ChangeLog, change: ChangeFacts, earlier: ChangeFacts): boolean {
  if (change.deps.includes(earlier.hash)) return true; // as most do
  const passed = new Set<string>();
  const open = [...change.deps];
  const least = log.places.get(earlier.hash) ?? 0;
  for (let hash = open.pop(); hash !== undefined; hash = open.pop()) {
    if (hash === earlier.hash) return true;
    const place = log.places.get(hash);
    if (place === undefined || place < least || passed.has(hash)) continue;
    passed.add(hash);
    open.push(...(log.changes[place]?.deps ?? []));
  }
  return false;
}

/** The heads after one more change. */
export const headsAfter = (heads: readonly string[], change: ChangeFacts): readonly string[] =>
  [...heads.filter((head) => !change.deps.includes(head)), change.hash].sort();

/** The hash of the change that made the operation of that counter; of an actor's changes the last that begins before it. */
export function changeOfOp(log: ChangeLog, counter: number, actor: string): string {
  const own = log.actors.get(actor) ?? [];
  let low = 0;
  let high = own.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((own[middle]?.startOp ?? 0) <= counter) low = middle + 1;
    else high = middle;
  }
  return own[low - 1]?.hash ?? GENESIS_HASH;
}
