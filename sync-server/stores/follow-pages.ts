import { pause } from "./pause.ts";
import {
  type ChangeRow,
  type ChangesPage,
  type ChangesQuery,
  type FollowQuery,
  StoreError,
  type StoreSeq,
} from "./store.ts";
import type { Wake } from "./wake.ts";

const pageSize = 500;
const retryMs = 250;

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
    const page = await readPage(() => source.changes({ since, limit: pageSize, includeDocs, revisions }));
    if (signal.aborted || page === "closed") return;
    if (page === "later") {
      await pause(retryMs, signal);
      continue;
    }
    if (page.rows.length > 0) await onRows(page.rows);
    since = page.last;
  }
}

/** A store that fails for a while does not end its followers; one that is closed does. */
async function readPage(read: () => Promise<ChangesPage>): Promise<ChangesPage | "closed" | "later"> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof StoreError && error.code === "closed") return "closed";
    if (error instanceof StoreError && error.retry) return "later";
    throw error;
  }
}
