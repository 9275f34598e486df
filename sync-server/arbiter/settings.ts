import type { Item } from "../../shared/items/registry.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { ItemId, Random, ThreadId } from "../../shared/kernel/ids.ts";
import type { Head } from "../../shared/thread/head.ts";
import type { LeaseTimes } from "../../shared/thread/lease.ts";
import { LEASE_TIMES } from "../../shared/thread/lease.ts";
import type { StoreDatabase } from "../stores/store.ts";
import type { TicketContents } from "./content-shelf.ts";
import type { ArbiterRules } from "./rules.ts";

/** Lengths and limits of the arbiter. Times in ms, sizes in bytes. */
export type ArbiterSettings = {
  readonly leases: LeaseTimes;
  /** CL11: how long a thread's items are collected after down time, and how long after the start that holds. */
  readonly collectMs: Ms;
  readonly healMs: Ms;
  /** Cursors, and rows that may leave `pend`, are written after this while when no commit takes them along. */
  readonly cursorMs: Ms;
  readonly flushMs: Ms;
  readonly ringRows: number;
  readonly pendRows: number;
  readonly pendBytes: number;
  /** Items of one thread in one compare-and-swap; items waiting in one thread and in all. */
  readonly batchItems: number;
  readonly threadQueue: number;
  readonly totalQueue: number;
  /** Writes of heads under way at once, and heads in one of them. */
  readonly flights: number;
  readonly flightDocs: number;
  readonly cachedHeads: number;
  /** Contents of tickets that are kept at hand while changes come. */
  readonly cachedContents: number;
  /** A write that the store surely refused, or that met another writer, is tried so often before the device hears `store`. */
  readonly attempts: number;
  readonly backoffMs: Ms;
  readonly reopenHours: number;
};

export const ARBITER_SETTINGS: ArbiterSettings = Object.freeze({
  leases: LEASE_TIMES,
  collectMs: 2_000,
  healMs: 30_000,
  cursorMs: 2_000,
  flushMs: 5_000,
  ringRows: 64,
  pendRows: 32,
  pendBytes: 256 * 1024,
  batchItems: 16,
  threadQueue: 512,
  totalQueue: 20_000,
  flights: 2,
  flightDocs: 256,
  cachedHeads: 20_000,
  cachedContents: 64,
  attempts: 5,
  backoffMs: 50,
  reopenHours: 72,
});

/** Places at which a run may be stopped or killed; in production nobody stands there. */
export const YIELD_POINTS = [
  "accepted",
  "loaded",
  "decided",
  "committed",
  "told",
  "answered",
  "item-stored",
  "copied",
  "delivered",
  "flushed",
  "swept",
  "restored",
] as const;
export type YieldPoint = (typeof YIELD_POINTS)[number];

/** Runs something later; returns how to take it back. */
export type Timers = { readonly after: (ms: Ms, run: () => void) => () => void };

/** A reply or a notice on its way to its channel, keyed so that a repetition changes nothing. */
export type Delivery = { readonly key: string; readonly item: StampedItem; readonly head: Head };

/** What the arbiter stands on. Chance is not needed: all ids that it makes follow from their cause. */
export type ArbiterDeps = {
  readonly database: StoreDatabase;
  /** The server's clock. */
  readonly clock: () => Ms;
  readonly random: Random;
  /** Signs a stamp: base64url. */
  readonly signStamp: (text: string) => string;
  readonly settings?: Partial<ArbiterSettings>;
  /** The desk's incarnation by the marker outside of the backup (CL27); 1 when absent. */
  readonly inc?: number;
  /** The arbiter before this one was closed, not killed: nothing that it wrote is still on its way. */
  readonly wasClosed?: boolean;
  readonly timers?: Timers;
  /** When the items of a commit are written: once its answers and frames have left. At the end of the turn when absent. */
  readonly afterAnswers?: (run: () => void) => void;
  /** Hands a thread's replies and notices to its channel in the order of `u`; rejects to be asked again. */
  readonly deliver?: (delivery: Delivery) => Promise<void>;
  readonly at?: (point: YieldPoint, thread: ThreadId) => Promise<void>;
  /** Reads tickets' contents; without it their changes are put off. */
  readonly contents?: TicketContents;
  readonly rules?: ArbiterRules;
  /** Told of broken promises of our own (never with message text), which end an item's way but not the process. */
  readonly onBroken?: (error: unknown) => void;
};

/** Ids of refused items, so that what stands on them is refused too (CL19). Bounded: the oldest are forgotten. */
export class RefusedIds {
  readonly #ids = new Set<ItemId>();
  readonly #limit: number;

  constructor(limit = 10_000) {
    this.#limit = limit;
  }

  add(item: Item): void {
    this.#ids.add(item.id);
    if (this.#ids.size <= this.#limit) return;
    for (const oldest of this.#ids) {
      this.#ids.delete(oldest);
      return;
    }
  }

  has(id: ItemId): boolean {
    return this.#ids.has(id);
  }
}
