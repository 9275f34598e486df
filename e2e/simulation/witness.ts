import type { Item } from "../../shared/items/registry.ts";
import type { ItemAnswer, Stamp, StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId, ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import { applyItem, raiseInc } from "../../shared/thread/fold.ts";
import { compareVersions, type DeviceHead, type Head } from "../../shared/thread/head.ts";
import type { Device } from "./device.ts";
import { AT_COMMIT, type CommitStep } from "./invariants-at-commit.ts";
import type { Process } from "./process.ts";
import type { World } from "./world.ts";

/** The invariants that the simulation watches. */
export type InvariantName = `I${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 12 | 14 | 15 | 16 | 17}` | "code";

/** The first thing that went wrong; ends the run. */
export class Violation extends Error {
  readonly invariant: InvariantName;

  constructor(invariant: InvariantName, what: string) {
    super(`${invariant}: ${what}`);
    this.invariant = invariant;
  }
}

/** What was true when an item was written, whatever the item says of it. */
export type Truth = {
  readonly device: Device;
  readonly at: Ms;
  readonly isOnline: boolean;
  /** Everything of the thread that stood on the author's screen; kept where somebody will ask. */
  readonly knew: ReadonlySet<ItemId> | undefined;
};

/** Who was told that something is decided, and how. */
type Decision = { readonly item: StampedItem; readonly isHeldByDevice: boolean };

/** Sees everything from outside: what was really written, decided, undone, delivered. Believes no clock and no view. */
export class Witness {
  /** Every thread that ever had a head. */
  readonly threads = new Set<ThreadId>();
  readonly truths = new Map<ItemId, Truth>();
  readonly savedBy = new Map<ItemId, { readonly device: Device; readonly item: Item }>();
  readonly dropped = new Set<ItemId>();
  /** Decisions as they stand in the store. */
  readonly inForce = new Map<ItemId, StampedItem>();
  /** Items in force by thread, in the order of `n`. */
  readonly logs = new Map<ThreadId, StampedItem[]>();
  /** Decisions that restores undid, oldest first: an item may be decided afresh, and undone again. */
  readonly undone = new Map<ItemId, readonly Decision[]>();
  /** I1: who owned a thread in an epoch. */
  readonly owners = new Map<string, AuthorId | null>();
  /** Which ticket ever had which number. */
  readonly numbers = new Map<number, ThreadId>();
  readonly #world: World;
  readonly #heads = new Map<ThreadId, Head>();
  readonly #onDevices = new Set<ItemId>();

  constructor(world: World) {
    this.#world = world;
  }

  wrote(device: Device, item: Item): void {
    const asks = item.kind === "reply" || item.kind === "resend" || item.kind === "close" || item.kind === "snooze";
    this.truths.set(item.id, {
      device,
      at: this.#world.scheduler.now,
      isOnline: device.isOnline,
      knew: asks ? new Set(device.share.items(item.thread).keys()) : undefined,
    });
  }

  /** The device said "saved". */
  saved(device: Device, items: readonly Item[]): void {
    for (const item of items) this.savedBy.set(item.id, { device, item });
    this.#world.reached.wrote(items);
  }

  discarded(id: ItemId): void {
    this.dropped.add(id);
    this.#world.reached.count("refused items dropped");
  }

  /** A device shows another view of a thread. */
  sawView(device: Device, before: DeviceHead | undefined, after: DeviceHead): void {
    if (before === undefined || compareVersions(after, before) >= 0) return;
    const from = `${before.inc}.${before.v}`;
    this.violated("I10", `${device.id} went back from ${from} to ${after.inc}.${after.v} of ${after._id}`);
  }

  /** Stamped items are durable on a device. */
  kept(_device: Device, items: readonly StampedItem[]): void {
    for (const item of items) this.#onDevices.add(item.id);
  }

  /** The arbiter told a device what its items came to. */
  answeredTo(_device: Device, answers: readonly ItemAnswer[]): void {
    for (const answer of answers) {
      this.#world.reached.count(`answers: ${answer.answer}`);
      if (answer.answer === "refused") this.#world.reached.count(`refused: ${answer.code}`);
      if (answer.answer !== "ok" && answer.answer !== "dup") continue;
      const { stamp } = answer.item;
      const decided = this.inForce.get(answer.item.id)?.stamp;
      if (decided === undefined) {
        this.violated("I3", `${answer.item.id} is called ${stamp.verdict}, and the store knows nothing of it`);
      } else if (!sameDecision(decided, stamp)) {
        this.violated("I5", `${answer.item.id} was ${decided.verdict} and is now called ${stamp.verdict}`);
      }
    }
  }

  /** The user got something. `got`: what he has had before. */
  delivered(item: StampedItem, got: readonly StampedItem[]): void {
    const { stamp, id } = item;
    this.#world.reached.count("delivered");
    if (got.some((earlier) => earlier.id === id)) this.violated("I3", `the user got ${id} twice`);
    const decided = this.inForce.get(id)?.stamp ?? this.undone.get(id)?.at(-1)?.item.stamp;
    if (decided === undefined) return this.violated("I3", `the user got ${id}, which nobody admitted`);
    if (!sameDecision(decided, stamp)) this.violated("I5", `the user got ${id}, which is ${decided.verdict}`);
    const last = got.findLast((earlier) => earlier.stamp.inc === stamp.inc && earlier.stamp.was === undefined);
    if (stamp.was !== undefined || last?.stamp.u === undefined || stamp.u === undefined) return;
    if (stamp.u <= last.stamp.u)
      this.violated("I9", `the user got u ${stamp.u} of ${item.thread} after ${last.stamp.u}`);
  }

  /** A head stands in the store, whoever hears of it. */
  wroteHead(head: Head, process: Process): void {
    this.threads.add(head._id);
    const before = this.#heads.get(head._id);
    this.#heads.set(head._id, head);
    if (before !== undefined && compareVersions(head, before) < 0) {
      this.violated("I1", `the head of ${head._id} went back to ${head.inc}.${head.v}`);
    }
    // A new incarnation begins as the one before ended: nobody owns a thread by a restore or a move.
    if (before !== undefined && head.inc > before.inc) {
      this.owners.set(`${head._id}/${head.inc}/${before.epoch}`, before.owner);
    }
    const n = before?.n ?? 0;
    const items = head.pend.filter((item) => item.stamp.n > n).sort((a, b) => a.stamp.n - b.stamp.n);
    let draft = before;
    for (const item of items) {
      if (item.stamp.n !== (draft?.n ?? 0) + 1) break; // told as a gap below
      const raised = draft === undefined ? undefined : raiseInc(draft, item.stamp.inc);
      const next = applyItem(draft, item);
      this.#committed({ before: raised, item, after: next, process });
      draft = next;
    }
    this.#sameFacts(head, draft === undefined ? undefined : raiseInc(draft, head.inc));
  }

  /** The store was lost; what its backup knows is in force again, the rest undone. */
  restored(): void {
    const { centre } = this.#world;
    const before = new Map(this.inForce);
    this.inForce.clear();
    this.logs.clear();
    this.#heads.clear();
    for (const thread of this.threads) {
      const head = centre.head(thread);
      if (head === undefined) continue;
      this.#heads.set(thread, head);
      const stored = new Map(centre.items(thread).map((item) => [item.id, item]));
      for (const item of head.pend) stored.set(item.id, item);
      const log = [...stored.values()].filter((item) => item.stamp.n <= head.n);
      log.sort((a, b) => a.stamp.n - b.stamp.n);
      this.logs.set(thread, log);
      for (const item of log) this.inForce.set(item.id, item);
    }
    for (const [id, item] of before) {
      if (this.inForce.has(id)) continue;
      const decision = { item, isHeldByDevice: this.#onDevices.has(id) };
      this.undone.set(id, [...(this.undone.get(id) ?? []), decision]);
    }
    this.#world.reached.restored();
  }

  /** What production code threw. */
  broke(where: string, error: unknown): void {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.violated("code", `${where}: ${what}`);
  }

  /** Remembers the first violation; the world stops at the next step. */
  violated(invariant: InvariantName, what: string): void {
    this.#world.violation ??= new Violation(invariant, what);
  }

  #committed(step: CommitStep): void {
    const { item } = step;
    const earlier = this.inForce.get(item.id);
    if (earlier !== undefined)
      this.violated("I5", `${item.id} was decided again: ${earlier.stamp.verdict}, ${item.stamp.verdict}`);
    this.#sameAsUndone(item);
    for (const [name, check] of AT_COMMIT) {
      const wrong = check(step, this.#world);
      if (wrong !== undefined) this.violated(name, `${item.thread} ${item.id}: ${wrong}`);
    }
    this.inForce.set(item.id, item);
    const log = this.logs.get(item.thread);
    if (log === undefined) this.logs.set(item.thread, [item]);
    else log.push(item);
    this.#world.reached.committed(step);
  }

  /** I5 over a restore: what comes back is what it was; what nobody brought back may be decided afresh. */
  #sameAsUndone(item: StampedItem): void {
    const undone = this.undone.get(item.id);
    if (undone === undefined) return;
    if (item.stamp.was === undefined) {
      const isKept = undone.some(({ isHeldByDevice }) => isHeldByDevice);
      this.#world.reached.count(isKept ? "two stamps of one item" : "decided afresh after a restore");
      return;
    }
    if (!undone.some((decision) => sameDecision(decision.item.stamp, item.stamp))) {
      const before = undone.map((decision) => decision.item.stamp.verdict).join(", then ");
      this.violated("I5", `${item.id} came back as ${item.stamp.verdict}, and was ${before}`);
    }
  }

  #sameFacts(head: Head, told: Head | undefined): void {
    const facts = (of: Head) =>
      [of.n, of.u, of.inc, of.epoch, of.owner, of.state, of.held.length, of.lastUser, of.status, of.number].join(" ");
    if (told === undefined) return this.violated("I9", `the head of ${head._id} began without an item`);
    if (told.n !== head.n) return this.violated("I9", `the head of ${head._id} counts ${head.n}, its items ${told.n}`);
    if (facts(told) !== facts(head)) {
      this.violated("I4", `the head of ${head._id} says ${facts(head)}, its items ${facts(told)}`);
    }
  }
}

/** Verdict, epoch and reason: what a decision is. */
const sameDecision = (a: Stamp, b: Stamp): boolean =>
  a.verdict === b.verdict && a.epoch === b.epoch && a.reason === b.reason;
