import type { DBSchema } from "idb";
import type { Item } from "../../shared/items/registry.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId, ItemId } from "../../shared/kernel/ids.ts";
import type { JournalRow, Refusal } from "../../shared/thread/outbox.ts";
import { openKept } from "./database.ts";
import { ReplicaError } from "./errors.ts";

interface JournalSchema extends DBSchema {
  rows: { key: number; value: Omit<JournalRow, "seq"> & { seq?: number } };
  ended: { key: string; value: { readonly id: ItemId } };
}

/** A row before the journal has given it its place. */
export type NewRow = Omit<JournalRow, "seq">;

/**
 * What one person wrote on this device and nobody has admitted yet (CL14, CL19). All tabs write to it; only the leader takes
 * from it. A row is one strict write: it survives a crash of the browser and a power cut from the moment `add` resolves.
 */
export interface Journal {
  /** Durable when it resolves, in the order of the calls, over all tabs. Rejects with `storage-full` and keeps nothing. */
  add(item: Item, savedAt: Ms): Promise<JournalRow>;
  /**
   * Several, all or none, in this order; what they replace is buried in the same step. Rejects with `replaced` when that is not
   * in the journal any more: another tab was quicker.
   */
  addAll(rows: readonly NewRow[], buries: readonly ItemId[]): Promise<readonly JournalRow[]>;
  load(): Promise<{ readonly rows: readonly JournalRow[]; readonly ended: readonly ItemId[] }>;
  /** Rows with `seq` above the given one, in order: what other tabs wrote. */
  rowsAfter(seq: number): Promise<readonly JournalRow[]>;
  /** These three survive a crash of the browser, not a power cut; repeating them after one changes nothing. */
  drop(ids: readonly ItemId[]): Promise<void>;
  bury(id: ItemId): Promise<void>;
  mark(id: ItemId, refused: Refusal | null): Promise<void>;
  count(): Promise<number>;
  close(): void;
}

/** Opens a person's journal on this device; makes it when it is not there. */
export function openJournal(prefix: string, author: AuthorId): Journal {
  const kept = openKept<JournalSchema>(journalName(prefix, author), ["rows", "ended"], (db) => {
    db.createObjectStore("rows", { keyPath: "seq", autoIncrement: true });
    db.createObjectStore("ended", { keyPath: "id" });
  });
  /** Instead of an index, which every write would pay for. */
  const seqs = new Map<ItemId, number>();
  const known = (rows: readonly JournalSchema["rows"]["value"][]): readonly JournalRow[] => {
    const read = rows as readonly JournalRow[]; // the store sets `seq` on every row that it keeps
    for (const { item, seq } of read) seqs.set(item.id, seq);
    return read;
  };
  const after = (seq: number): Promise<readonly JournalRow[]> =>
    kept.read(async (transaction) =>
      known(await transaction.objectStore("rows").getAll(IDBKeyRange.lowerBound(seq, true))),
    );
  /** Places of rows, also of those that another tab wrote; absent ones are left out. */
  async function placesOf(ids: readonly ItemId[]): Promise<readonly number[]> {
    if (ids.some((id) => !seqs.has(id))) await after(0);
    return ids.flatMap((id) => seqs.get(id) ?? []);
  }

  return {
    add: async (item, savedAt) => {
      const row = { item, savedAt };
      const seq = await kept.add("rows", row);
      seqs.set(item.id, seq);
      return { ...row, seq };
    },
    addAll: async (rows, buries) => {
      const places = await placesOf(buries);
      if (places.length < buries.length) throw new ReplicaError("replaced");
      const added = await kept.write("strict", async (transaction) => {
        const store = transaction.objectStore("rows");
        // Before anything is written: what has been would stay.
        for (const seq of places) if ((await store.getKey(seq)) === undefined) throw new ReplicaError("replaced");
        const done: JournalRow[] = [];
        for (const row of rows) done.push({ ...row, seq: await store.add(row) });
        for (const seq of places) await store.delete(seq);
        for (const id of buries) await transaction.objectStore("ended").put({ id });
        return done;
      });
      for (const { item, seq } of added) seqs.set(item.id, seq);
      return added;
    },
    load: () =>
      kept.read(async (transaction) => {
        const [rows, ended] = await Promise.all([
          transaction.objectStore("rows").getAll(),
          transaction.objectStore("ended").getAll(),
        ]);
        return { rows: known(rows), ended: ended.map(({ id }) => id) };
      }),
    rowsAfter: after,
    drop: async (ids) => {
      const places = await placesOf(ids);
      await kept.write("relaxed", async (transaction) => {
        for (const seq of places) await transaction.objectStore("rows").delete(seq);
      });
      for (const id of ids) seqs.delete(id);
    },
    bury: async (id) => {
      const places = await placesOf([id]);
      await kept.write("relaxed", async (transaction) => {
        for (const seq of places) await transaction.objectStore("rows").delete(seq);
        await transaction.objectStore("ended").put({ id });
      });
    },
    mark: async (id, refused) => {
      const [place] = await placesOf([id]);
      if (place === undefined) return;
      await kept.write("relaxed", async (transaction) => {
        const rows = transaction.objectStore("rows");
        const row = await rows.get(place);
        if (row === undefined) return;
        const { refused: _before, ...rest } = row;
        await rows.put(refused === null ? rest : { ...rest, refused });
      });
    },
    count: () => kept.read((transaction) => transaction.objectStore("rows").count()),
    close: () => kept.close(),
  };
}

/** Name of a person's journal: one a person and browser. */
export const journalName = (prefix: string, author: AuthorId): string => `${prefix}-journal:${author}`;
