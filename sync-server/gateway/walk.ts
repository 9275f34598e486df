import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { StoreDatabase } from "../stores/store.ts";
import type { DocTexts } from "./doc-texts.ts";
import type { HeadIndex } from "./head-index.ts";
import type { HeadRow } from "./head-row.ts";
import type { RingDoc } from "./ring.ts";

/** Rows of a walk, ascending by id; `finished` when nothing is behind them. */
export type WalkPage = { readonly rows: readonly RingDoc[]; readonly finished: boolean };

/** About so many documents are read at a time, however small the pages: pages of ten would read the store a hundred times. */
const docsPerRead = 1_000;
/** Reading past so many documents of others is cheaper than another range. */
const passedOver = 300;
const keptRows = 100_000;

/** Ids and revisions of one thread's items, ascending; true as long as the thread stands at (inc, n). */
type ItemRows = { readonly inc: number; readonly n: number; readonly rows: readonly RingDoc[] };

/**
 * Heads and items of threads in the order of their ids. Heads come from memory; items from ranges of the store, over
 * several threads at once where few others lie between, together with what is committed and not stored yet. What was read
 * is kept for a while: the pages of a walk, and the walks of others, go over the same threads.
 */
export class Walker {
  readonly #index: HeadIndex;
  readonly #database: StoreDatabase;
  readonly #texts: DocTexts;
  readonly #kept = new Map<ThreadId, ItemRows>();
  #keptCount = 0;

  constructor(parts: { readonly index: HeadIndex; readonly database: StoreDatabase; readonly texts: DocTexts }) {
    this.#index = parts.index;
    this.#database = parts.database;
    this.#texts = parts.texts;
  }

  /** At most `limit` documents of `threads` (ascending) after the document `cursor`. What may be seen is the caller's to say. */
  async walk(
    threads: readonly ThreadId[],
    { cursor, limit }: { readonly cursor: string; readonly limit: number },
  ): Promise<WalkPage> {
    const rows: RingDoc[] = [];
    let read = new Map<ThreadId, readonly RingDoc[]>();
    for (let at = firstNotBelow(threads, threadPart(cursor)); at < threads.length; at += 1) {
      const row = this.#index.row(threads[at] ?? ("" as ThreadId));
      if (row === undefined) continue;
      let items = read.get(row.id) ?? this.#known(row);
      if (items === undefined) {
        read = await this.#read(this.#stretch(threads, at, Math.max(docsPerRead, limit - rows.length)));
        items = read.get(row.id) ?? [];
      }
      const head = this.#index.row(row.id) ?? row;
      for (const doc of [{ id: head.id, rev: head.rev }, ...items]) {
        if (doc.id <= cursor) continue;
        if (rows.length >= limit) return { rows, finished: false };
        rows.push(doc);
      }
    }
    return { rows, finished: true };
  }

  #known({ id, head, docs }: HeadRow): readonly RingDoc[] | undefined {
    if (docs === 1) return [];
    const kept = this.#kept.get(id);
    return kept !== undefined && kept.inc === head.inc && kept.n === head.n ? kept.rows : undefined;
  }

  /** Threads from `at` on that hold about `docs` documents not yet known, as long as few others lie between two of them. */
  #stretch(threads: readonly ThreadId[], at: number, docs: number): readonly ThreadId[] {
    const all = this.#index.all();
    let rank = firstNotBelow(all, threads[at] ?? "");
    const stretch: ThreadId[] = [];
    let sum = 0;
    for (let i = at; i < threads.length && sum < docs; i += 1, rank += 1) {
      const id = threads[i];
      let gap = 0;
      for (; all[rank] !== id && gap <= passedOver && rank < all.length; rank += 1) {
        gap += this.#index.row(all[rank] ?? ("" as ThreadId))?.docs ?? 1;
      }
      if (id === undefined || gap > passedOver) break;
      stretch.push(id);
      sum += gap + (this.#index.row(id)?.docs ?? 1);
    }
    return stretch;
  }

  /** Items of neighbouring threads. Commits during the read are in their heads' `pend`, and behind us in the ring. */
  async #read(stretch: readonly ThreadId[]): Promise<Map<ThreadId, readonly RingDoc[]>> {
    const [first] = stretch;
    const last = stretch[stretch.length - 1];
    const found = new Map<ThreadId, Map<string, RingDoc>>(stretch.map((id) => [id, new Map()]));
    if (first === undefined || last === undefined) return new Map();
    const stored = await this.#database.range({ start: `${first}:`, end: `${last}:~`, keysOnly: true });
    for (const { _id, _rev } of stored) {
      if (_id.includes(":")) found.get(threadPart(_id) as ThreadId)?.set(_id, { id: _id, rev: _rev }); // looked up only
    }
    const read = new Map<ThreadId, readonly RingDoc[]>();
    for (const [id, items] of found) {
      const row = this.#index.row(id);
      if (row === undefined) continue;
      for (const item of row.pend) items.set(item._id, { id: item._id, rev: this.#texts.ofCommitted(item).rev });
      const rows = [...items.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
      read.set(id, rows);
      if (rows.length === row.head.n) this.#keep(id, { inc: row.head.inc, n: row.head.n, rows });
    }
    return read;
  }

  /** The oldest are forgotten first. */
  #keep(id: ThreadId, items: ItemRows): void {
    this.#keptCount += items.n - (this.#kept.get(id)?.n ?? 0);
    this.#kept.delete(id);
    this.#kept.set(id, items);
    for (const [oldest, { n }] of this.#kept) {
      if (this.#keptCount <= keptRows) return;
      this.#kept.delete(oldest);
      this.#keptCount -= n;
    }
  }
}

/** Thread of a document's id. */
const threadPart = (id: string): string => {
  const colon = id.indexOf(":");
  return colon < 0 ? id : id.slice(0, colon);
};

/** Index of the first id that is not below `bound`, in an ascending list. */
export function firstNotBelow(ids: readonly string[], bound: string): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ids[middle] ?? "") < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
