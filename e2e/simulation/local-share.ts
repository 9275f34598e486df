import type { Seen } from "../../shared/items/base.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import { isLost, lostItems } from "../../shared/thread/restore.ts";
import { newerView } from "../../shared/thread/view.ts";

/** How a device chooses between two views of a thread; broken variants replace it. */
export type ChooseView = <View extends DeviceHead>(a: View | undefined, b: View) => View;
export const PRODUCTION_VIEW: ChooseView = newerView;

/** Which numbers a device counts by: the team's, or the user's. */
export type Side = "team" | "user";

/** What a device tells of a thread when it asks for news: its view, and the last number up to which nothing is missing. */
export type DigestRow = { readonly thread: ThreadId; readonly inc: number; readonly v: number; readonly upTo: number };

/** What a device knows of one thread. */
type ThreadShare = {
  head: DeviceHead | undefined;
  readonly items: Map<ItemId, StampedItem>;
  /** Up to which number nothing is missing; worked out when asked. */
  upTo: number | undefined;
  /** What a desk that knows the thread has lost of it; worked out when asked. */
  lost: readonly StampedItem[] | undefined;
};

/** A device's durable share of the desk: heads and stamped items, as its local database holds them. */
export class LocalShare {
  readonly threads = new Map<ThreadId, ThreadShare>();
  readonly #side: Side;
  readonly #choose: ChooseView;

  constructor(side: Side, choose: ChooseView) {
    this.#side = side;
    this.#choose = choose;
  }

  head(thread: ThreadId): DeviceHead | undefined {
    return this.threads.get(thread)?.head;
  }

  items(thread: ThreadId): ReadonlyMap<ItemId, StampedItem> {
    return this.threads.get(thread)?.items ?? NO_ITEMS;
  }

  has(thread: ThreadId, item: ItemId): boolean {
    return this.threads.get(thread)?.items.has(item) ?? false;
  }

  /** CL16. The view before, when it was replaced. */
  takeHead(head: DeviceHead): { readonly before: DeviceHead | undefined } | undefined {
    const share = this.#share(head._id);
    const before = share.head;
    const next = this.#choose(before, head);
    if (next === before) return undefined;
    share.head = next;
    share.upTo = undefined;
    share.lost = undefined;
    return { before };
  }

  /** Of two stamps of one item the highest incarnation is kept (CL27). */
  takeItem(item: StampedItem): void {
    const share = this.#share(item.thread);
    const known = share.items.get(item.id);
    if (known !== undefined && known.stamp.inc >= item.stamp.inc) return;
    share.items.set(item.id, item);
    share.upTo = undefined;
    share.lost = undefined;
  }

  /** The largest number up to which every item is here. */
  upTo(thread: ThreadId): number {
    const share = this.threads.get(thread);
    if (share === undefined) return 0;
    share.upTo ??= this.#countUp(share);
    return share.upTo;
  }

  /** What an item says of what its author had before him (CL3). */
  seen(thread: ThreadId): Seen {
    return { inc: this.head(thread)?.inc ?? 1, n: this.upTo(thread) };
  }

  /** Stamped items that the restored desk has lost (CL27). `isGone`: it does not know the thread at all. */
  lost(thread: ThreadId, isGone: boolean): readonly StampedItem[] {
    const share = this.threads.get(thread);
    if (share === undefined) return [];
    if (isGone) return lostItems(undefined, [...share.items.values()]);
    share.lost ??= lostItems(asHead(share.head), [...share.items.values()]);
    return share.lost;
  }

  digest(): readonly DigestRow[] {
    return [...this.threads].map(([thread, share]) => ({
      thread,
      inc: share.head?.inc ?? 0,
      v: share.head?.v ?? 0,
      upTo: this.upTo(thread),
    }));
  }

  #countUp(share: ThreadShare): number {
    const numbers = new Set<number>();
    const head = asHead(share.head);
    for (const item of share.items.values()) {
      const number = this.#side === "user" ? item.stamp.u : item.stamp.n;
      if (number !== undefined && !isLost(head, item)) numbers.add(number);
    }
    let upTo = 0;
    while (numbers.has(upTo + 1)) upTo += 1;
    return upTo;
  }

  #share(thread: ThreadId): ThreadShare {
    let share = this.threads.get(thread);
    if (share === undefined) {
      share = { head: undefined, items: new Map(), upTo: undefined, lost: undefined };
      this.threads.set(thread, share);
    }
    return share;
  }
}

const NO_ITEMS: ReadonlyMap<ItemId, StampedItem> = new Map();

/** `isLost` reads nothing that devices do not have. */
const asHead = (head: DeviceHead | undefined) => (head === undefined ? undefined : { ...head, decided: [], pend: [] });
