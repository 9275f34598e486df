import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { StoreDatabase } from "../stores/store.ts";
import type { DocTexts } from "./doc-texts.ts";
import type { HeadIndex } from "./head-index.ts";
import type { HeadRow } from "./head-row.ts";
import type { RingDoc } from "./ring.ts";

/** Rows of a walk, ascending by id; `finished` when nothing is behind them. */
export type WalkPage = { readonly rows: readonly RingDoc[]; readonly finished: boolean };

/** What a walk reads. */
export type WalkSource = { readonly index: HeadIndex; readonly database: StoreDatabase; readonly texts: DocTexts };

/**
 * Heads and items of `threads` (ascending) after the document `cursor`, at most `limit`. Heads come from memory; items are
 * a range of the store, over several threads at once where no other thread lies between, together with what is committed
 * and not stored yet. Whether a thread may be seen is the caller's to say.
 */
export async function walk(
  source: WalkSource,
  threads: readonly ThreadId[],
  { cursor, limit }: { readonly cursor: string; readonly limit: number },
): Promise<WalkPage> {
  const rows: RingDoc[] = [];
  let behind = cursor;
  let at = firstNotBelow(threads, threadPart(cursor));
  while (at < threads.length && rows.length < limit) {
    const stretch = takeStretch(source.index, threads, { at, docs: limit - rows.length });
    const part = await readStretch(source, stretch, { cursor: behind, limit: limit - rows.length });
    for (const row of part.rows) rows.push(row);
    behind = part.behind;
    at = part.finished ? at + Math.max(1, stretch.length) : firstNotBelow(threads, threadPart(behind));
  }
  return { rows, finished: at >= threads.length };
}

/** Threads from `at` on that are neighbours among all, and hold about `docs` documents. */
function takeStretch(
  index: HeadIndex,
  threads: readonly ThreadId[],
  { at, docs }: { readonly at: number; readonly docs: number },
): readonly HeadRow[] {
  const all = index.all();
  let rank = firstNotBelow(all, threads[at] ?? "");
  const stretch: HeadRow[] = [];
  let sum = 0;
  for (let i = at; i < threads.length && sum < docs; i += 1, rank += 1) {
    const id = threads[i];
    const row = id === undefined || all[rank] !== id ? undefined : index.row(id);
    if (row === undefined) break;
    stretch.push(row);
    sum += row.docs;
  }
  return stretch;
}

async function readStretch(
  { index, database, texts }: WalkSource,
  stretch: readonly HeadRow[],
  { cursor, limit }: { readonly cursor: string; readonly limit: number },
): Promise<WalkPage & { readonly behind: string }> {
  const [first] = stretch;
  const last = stretch[stretch.length - 1];
  if (first === undefined || last === undefined) return { rows: [], finished: true, behind: cursor };
  const start = maxId(first.id, cursor);
  // One more than wanted, because the cursor itself may be the first.
  const stored = await database.range({ start, end: `${last.id}:~`, limit: limit + 1, keysOnly: true });
  const isCut = stored.length > limit;
  const bound = isCut ? (stored[stored.length - 1]?._id ?? "") : "\uffff";
  const found = new Map<string, string>();
  const members = new Set<string>(stretch.map(({ id }) => id));
  for (const { _id, _rev } of stored) if (_id.includes(":") && members.has(threadPart(_id))) found.set(_id, _rev);
  for (const { id } of stretch) {
    const row = index.row(id);
    if (row === undefined) continue;
    found.set(id, row.rev);
    for (const item of row.pend) found.set(item._id, texts.ofCommitted(item).rev);
  }
  const rows: RingDoc[] = [];
  for (const [id, rev] of found) if (id > cursor && id <= bound) rows.push({ id, rev });
  rows.sort((a, b) => (a.id < b.id ? -1 : 1));
  if (rows.length <= limit) return { rows, finished: !isCut, behind: isCut ? bound : `${last.id}:~` };
  const page = rows.slice(0, limit);
  return { rows: page, finished: false, behind: page[limit - 1]?.id ?? cursor };
}

/** Thread of a document's id. */
const threadPart = (id: string): string => {
  const colon = id.indexOf(":");
  return colon < 0 ? id : id.slice(0, colon);
};

const maxId = (a: string, b: string): string => (a > b ? a : b);

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
