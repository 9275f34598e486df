import type { ThreadId } from "../../shared/kernel/ids.ts";
import { parseDocId } from "../../shared/kernel/ids.ts";
import type { StoreDatabase, StoredDoc } from "../stores/store.ts";

/** Keys in one read of a walk, and heads in one. */
const KEYS = 5_000;
const HEADS = 500;

/** Walks over every thread that has a head or an item, in order of ids, by keys only. */
export async function* threadPages(database: StoreDatabase): AsyncGenerator<readonly ThreadId[]> {
  let start = "";
  let last: ThreadId | undefined;
  for (;;) {
    const rows = await database.range({ start, end: "\uffff", limit: KEYS, keysOnly: true });
    const threads: ThreadId[] = [];
    for (const { _id } of rows) {
      const thread = parseDocId(_id)?.thread;
      if (thread === undefined || thread === last) continue;
      last = thread;
      threads.push(thread);
    }
    if (threads.length > 0) yield threads;
    const end = rows.at(-1)?._id;
    if (end === undefined || rows.length < KEYS) return;
    start = `${end}\u0000`;
  }
}

/** Heads of all threads, in pages; a thread without a head (a restore lost it) comes as its id alone. */
export async function* headPages(
  database: StoreDatabase,
): AsyncGenerator<readonly { readonly thread: ThreadId; readonly doc: StoredDoc | undefined }[]> {
  for await (const threads of threadPages(database)) {
    for (let i = 0; i < threads.length; i += HEADS) {
      const page = threads.slice(i, i + HEADS);
      const docs = await database.getMany(page);
      yield page.map((thread, at) => ({ thread, doc: docs[at] }));
    }
  }
}
