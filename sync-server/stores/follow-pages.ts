import type { ChangeRow, ChangesPage, ChangesQuery, FollowQuery, StoreSeq } from "./store.ts";
import type { Wake } from "./wake.ts";

const pageSize = 500;

/** The `follow` of a store that lives in this process: pages of `changes`, and a bell between them. */
export async function followPages(
  source: {
    readonly changes: (query: ChangesQuery) => Promise<ChangesPage>;
    readonly end: () => StoreSeq;
    readonly wake: Wake;
  },
  query: FollowQuery,
  onRows: (rows: readonly ChangeRow[]) => void | Promise<void>,
): Promise<void> {
  const { includeDocs, revisions = false, signal } = query;
  let since = query.since === "now" ? source.end() : query.since;
  while (!signal.aborted && !source.wake.ended) {
    if (since === source.end()) {
      await source.wake.wait(signal);
      continue;
    }
    const page = await source.changes({ since, limit: pageSize, includeDocs, revisions });
    if (signal.aborted) return;
    if (page.rows.length > 0) await onRows(page.rows);
    since = page.last;
  }
}
