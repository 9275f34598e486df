import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { defaultMaxDocBytes } from "../document-rules.ts";
import { type DatabaseName, type Store, type StoreDatabase, StoreError } from "../store.ts";
import { EmbeddedDatabase } from "./embedded-database.ts";

/** Folders open in this process: leveldb's own lock keeps other processes out, PouchDB would share one quietly. */
const openFolders = new Set<string>();

/** Where the embedded store keeps its databases, and what a test may change. */
export type EmbeddedStoreOptions = {
  readonly folder: string;
  readonly maxDocBytes?: number;
  /** An error in place of the next writes, as a full disk makes it; for tests. */
  readonly writeFault?: () => Error | undefined;
};

/**
 * Opens the store in a folder, making it when it is not there. One process at a time: rejects with `locked` otherwise; a
 * killed process leaves no lock behind. What resolved is on the disk: every batch is synced.
 */
export async function openEmbeddedStore(options: EmbeddedStoreOptions): Promise<Store> {
  const folder = resolve(options.folder);
  if (openFolders.has(folder)) {
    throw new StoreError("locked", "this process has this embedded store open already");
  }
  openFolders.add(folder);
  const databases = new Map<DatabaseName, Promise<EmbeddedDatabase>>();
  let closed = false;

  function open(name: DatabaseName): Promise<StoreDatabase> {
    if (closed) return Promise.reject(new StoreError("closed", "the store is closed"));
    const known = databases.get(name);
    if (known !== undefined) return known;
    const opening = EmbeddedDatabase.open({
      location: join(folder, name),
      maxDocBytes: options.maxDocBytes ?? defaultMaxDocBytes,
      ...(options.writeFault === undefined ? {} : { writeFault: options.writeFault }),
    });
    databases.set(name, opening);
    opening.catch(() => databases.delete(name));
    return opening;
  }

  async function close(): Promise<void> {
    if (closed) return;
    closed = true;
    const opened = await Promise.allSettled(databases.values());
    for (const database of opened) if (database.status === "fulfilled") await database.value.close();
    openFolders.delete(folder);
  }

  try {
    await mkdir(folder, { recursive: true });
    // Takes leveldb's lock at once, so that a second process hears of it here.
    await open("desk");
  } catch (error) {
    openFolders.delete(folder);
    throw error;
  }

  return {
    kind: "embedded",
    open,
    close,
    async health() {
      if (closed) return { ok: false, detail: "closed" };
      try {
        await (await open("desk")).info();
        return { ok: true };
      } catch (error) {
        return { ok: false, detail: error instanceof Error ? error.message : "unknown" };
      }
    },
  };
}
