import type { StampedItem } from "../../shared/items/stamp.ts";
import { type ItemId, itemDocId, itemRange, type ThreadId } from "../../shared/kernel/ids.ts";
import type { Head } from "../../shared/thread/head.ts";
import type { Arbiter } from "../arbiter/port.ts";
import type { StoreDatabase, StoredDoc } from "../stores/store.ts";

/** Reads threads as they are committed, also what the store does not hold yet. */
export type ThreadReader = {
  readonly read: (
    thread: ThreadId,
  ) => Promise<{ readonly head: Head; readonly items: readonly StampedItem[] } | undefined>;
  readonly item: (thread: ThreadId, item: ItemId) => Promise<StampedItem | undefined>;
};

export function makeThreadReader(database: StoreDatabase, arbiter: Pick<Arbiter, "head">): ThreadReader {
  return {
    read: async (thread) => {
      // The head first: what it counts is in its `pend` or stored by then.
      const head = await arbiter.head(thread);
      if (head === undefined) return undefined;
      const items = new Map<string, StampedItem>();
      for (const doc of await database.range(itemRange(thread))) items.set(doc._id, asItem(doc));
      for (const item of head.pend) items.set(item._id, item);
      return { head, items: [...items.values()].filter((item) => item.stamp.n <= head.n) };
    },
    item: async (thread, item) => {
      const id = itemDocId(thread, item);
      const head = await arbiter.head(thread);
      const pending = head?.pend.find((row) => row._id === id);
      if (head === undefined || pending !== undefined) return pending;
      const doc = await database.get(id);
      return doc === undefined ? undefined : asItem(doc);
    },
  };
}

/** Items are written by the arbiter only, from the same type. */
const asItem = (doc: StoredDoc): StampedItem => doc as unknown as StampedItem;
