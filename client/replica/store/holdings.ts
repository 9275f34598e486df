import type { PouchDatabase } from "pouchdb-core";
import type { StampedItem } from "../../../shared/items/stamp.ts";
import { kindOf, type ThreadId } from "../../../shared/kernel/ids.ts";
import type { DigestBody } from "../../../shared/protocol/sync.ts";
import { headOfDoc, readKey, unbrokenTo } from "./local-docs.ts";

/**
 * `[inc, v, n]` of each thread that is here. Counts ids first and reads only threads whose count does not fit their head. Of
 * the directory the head alone is kept: its fields say all, so it counts as whole.
 */
export async function holdingsOf(
  db: PouchDatabase,
  readThread: (thread: ThreadId) => Promise<readonly StampedItem[]>,
): Promise<DigestBody["threads"]> {
  const { rows } = await db.allDocs({ startkey: "", endkey: "\uffff" });
  const counts = new Map<ThreadId, number>();
  const headIds: string[] = [];
  const packed = new Set<ThreadId>();
  for (const { id } of rows) {
    const key = readKey(id);
    if (key === undefined) continue;
    if (key.is === "head") headIds.push(id);
    else if (key.is === "pack") packed.add(key.thread);
    else counts.set(key.thread, (counts.get(key.thread) ?? 0) + 1);
  }
  const threads: DigestBody["threads"] = {};
  for (let at = 0; at < headIds.length; at += 500) {
    const page = await db.allDocs({ keys: headIds.slice(at, at + 500), include_docs: true });
    for (const { id, doc } of page.rows) {
      const thread = readKey(id)?.thread;
      if (!doc || thread === undefined) continue;
      const head = headOfDoc(doc, thread);
      const isWhole = isDirectory(thread) || (!packed.has(thread) && counts.get(thread) === head.n);
      const n = isWhole ? head.n : Math.min(head.n, unbrokenTo(await readThread(thread)));
      threads[thread] = [head.inc, head.v, n];
    }
  }
  return threads;
}

/** Threads of which devices keep the head only. */
export const isDirectory = (thread: ThreadId): boolean => {
  const kind = kindOf(thread);
  return kind !== "dialog" && kind !== "ticket";
};
