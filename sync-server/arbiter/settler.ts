import type { StampedItem } from "../../shared/items/stamp.ts";
import type { ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import type { Head } from "../../shared/thread/head.ts";
import type { Core } from "./core.ts";
import { pause } from "./core.ts";
import { carryOn } from "./follow-on.ts";
import type { Row } from "./plan.ts";

/** What a thread's committed rows still need: their document, their copy in the following thread, their delivery. */
export class Settler {
  readonly #core: Core;
  readonly #thread: ThreadId;
  readonly #onSettled: () => void;
  /** Rows in `pend`: `true` when all is done and the row may leave (CL1). */
  readonly #rows = new Map<ItemId, boolean>();
  readonly #storing = new Set<Promise<boolean>>();
  readonly #underWay = new Set<Promise<void>>();
  /** A thread's deliveries leave in the order of `u` (CL21). */
  #lastDelivery: Promise<void> = Promise.resolve();

  constructor(core: Core, thread: ThreadId, onSettled: () => void) {
    this.#core = core;
    this.#thread = thread;
    this.#onSettled = onSettled;
  }

  /** Begins with committed rows, in the order of `n`. Those that are known are left alone. */
  take(rows: readonly Row[], head: Head): void {
    for (const row of rows) {
      if (this.#rows.has(row.item.id)) continue;
      this.#rows.set(row.item.id, false);
      const isDelivered = this.#deliver(row.item, head);
      const storing = track(this.#storing, this.#store(row));
      void track(this.#underWay, this.#settle(row.item.id, [storing, isDelivered]));
    }
  }

  isKnown(id: ItemId): boolean {
    return this.#rows.has(id);
  }

  /** Whether nothing of the row is under way: stored, copied, delivered. */
  isDone(id: ItemId): boolean {
    return this.#rows.get(id) !== false;
  }

  /** The row has left `pend`. */
  forget(id: ItemId): void {
    if (this.#rows.get(id) === true) this.#rows.delete(id);
  }

  /** Resolves when every document and copy is stored; deliveries may still be under way. */
  async stored(): Promise<void> {
    while (this.#storing.size > 0) await Promise.all(this.#storing);
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  get isIdle(): boolean {
    return this.#underWay.size === 0;
  }

  async #settle(id: ItemId, parts: readonly Promise<boolean>[]): Promise<void> {
    const isDone = (await Promise.all(parts)).every(Boolean);
    if (!isDone) return; // closing: the next start's sweep goes on from `pend`
    this.#rows.set(id, true);
    this.#onSettled();
  }

  /** The document, and for what was moved its copy; whether both are there. */
  async #store({ item, stored }: Row): Promise<boolean> {
    const core = this.#core;
    if (!(await this.#untilDone(async () => (await core.items.write(stored)).ok))) return false;
    if (core.at !== undefined) await core.at("item-stored", this.#thread);
    if (item.stamp.verdict !== "moved") return true;
    const isCopied = await this.#untilDone(() => carryOn(core, item));
    if (core.at !== undefined) await core.at("copied", this.#thread);
    return isCopied;
  }

  /** Whether the row's delivery is done, or there is none. Starts when those before it are done. */
  #deliver(item: StampedItem, head: Head): Promise<boolean> {
    const { deliver, rules } = this.#core;
    if (deliver === undefined || item.stamp.u === undefined || !isOutbound(item)) return Promise.resolve(true);
    let attempt = 0;
    const turn = this.#lastDelivery.then(() =>
      this.#untilDone(async () => {
        attempt += 1;
        await deliver({ key: rules.deliveryKey(item, attempt), item, head });
        if (this.#core.at !== undefined) await this.#core.at("delivered", this.#thread);
        return true;
      }),
    );
    this.#lastDelivery = turn.then(() => undefined);
    return turn;
  }

  /** Again and again, ever more slowly, until it is done or the arbiter closes. */
  async #untilDone(act: () => Promise<boolean>): Promise<boolean> {
    const { settings } = this.#core;
    for (let attempt = 0; ; attempt += 1) {
      if (await act().catch(() => false)) return true;
      if (this.#core.isClosing()) return false;
      await pause(this.#core, settings.backoffMs * 2 ** Math.min(attempt, 7));
    }
  }
}

/** Whether something beside its document follows from a committed row: a delivery, or a copy in the next thread. */
export const hasFollowUp = (item: StampedItem): boolean =>
  item.stamp.verdict === "moved" || (item.stamp.u !== undefined && isOutbound(item));

/** What goes from the desk to the user. */
const isOutbound = (item: StampedItem): boolean =>
  item.kind === "reply" || item.kind === "resend" || item.kind === "notice";

/** Keeps a promise in a set as long as it is under way. */
function track<Value>(set: Set<Promise<Value>>, work: Promise<Value>): Promise<Value> {
  set.add(work);
  void work.finally(() => set.delete(work));
  return work;
}
