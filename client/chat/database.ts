import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Item } from "../../shared/items/registry.ts";
import type { ChatState, UserItem } from "../../shared/protocol/chat.ts";
import type { Queued } from "./model.ts";

interface Schema extends DBSchema {
  meta: { key: string; value: unknown };
  queue: { key: number; value: Omit<Queued, "seq"> };
  items: { key: [thread: string, u: number]; value: UserItem };
  states: { key: string; value: ChatState };
  files: { key: string; value: { blob: Blob; name: string; at: number } };
}

const STRICT: IDBTransactionOptions = { durability: "strict" };

/** What the user's device keeps: own items until they are admitted, the history it has seen, files on their way. */
export interface ChatDatabase {
  meta<T>(key: string): Promise<T | undefined>;
  setMeta(key: string, value: unknown): Promise<void>;
  /** The value under `key`, made by `make` when there is none: one winner, however many tabs ask at once. */
  metaOnce<T>(key: string, make: () => T): Promise<T>;
  /** Durable when resolved; rejects with `QuotaExceededError` when the device is full. All items or none. */
  enqueue(items: readonly Item[], at: number): Promise<void>;
  queue(): Promise<readonly Queued[]>;
  refuse(seq: number, code: string): Promise<void>;
  drop(seq: number): Promise<void>;
  /** Stores what was admitted and takes its queue rows away in the same transaction. */
  admit(thread: string, items: readonly UserItem[], seqs: readonly number[]): Promise<void>;
  items(thread: string): Promise<readonly UserItem[]>;
  state(thread: string): Promise<ChatState | undefined>;
  setState(state: ChatState): Promise<void>;
  keepFile(sha: string, blob: Blob, name: string): Promise<void>;
  file(sha: string): Promise<{ readonly blob: Blob; readonly name: string } | undefined>;
  close(): void;
}

/** Opens the chat's database of this origin. */
export async function openChatDatabase(name = "otklik-chat"): Promise<ChatDatabase> {
  const db: IDBPDatabase<Schema> = await openDB<Schema>(name, 1, {
    upgrade(database) {
      database.createObjectStore("meta");
      database.createObjectStore("queue", { autoIncrement: true });
      database.createObjectStore("items");
      database.createObjectStore("states");
      database.createObjectStore("files");
    },
  });
  return {
    meta: async <T>(key: string) => (await db.get("meta", key)) as T | undefined, // the caller knows what it stored
    setMeta: async (key, value) => {
      await db.put("meta", value, key);
    },
    metaOnce: async <T>(key: string, make: () => T) => {
      const transaction = db.transaction("meta", "readwrite", STRICT);
      const present = (await transaction.store.get(key)) as T | undefined; // as above
      const value = present ?? make();
      if (present === undefined) await transaction.store.put(value, key);
      await transaction.done;
      return value;
    },
    enqueue: async (items, at) => {
      const transaction = db.transaction("queue", "readwrite", STRICT);
      for (const item of items) void transaction.store.add({ item, savedAt: at, state: "saved" });
      await transaction.done;
    },
    queue: async () => {
      const transaction = db.transaction("queue");
      const rows: Queued[] = [];
      for await (const cursor of transaction.store) rows.push({ ...cursor.value, seq: cursor.key });
      return rows;
    },
    refuse: async (seq, code) => {
      const transaction = db.transaction("queue", "readwrite", STRICT);
      const row = await transaction.store.get(seq);
      if (row !== undefined) await transaction.store.put({ ...row, state: "refused", code }, seq);
      await transaction.done;
    },
    drop: async (seq) => {
      await db.delete("queue", seq);
    },
    admit: async (thread, items, seqs) => {
      const transaction = db.transaction(["items", "queue"], "readwrite", STRICT);
      for (const item of items) void transaction.objectStore("items").put(item, [thread, item.u]);
      for (const seq of seqs) void transaction.objectStore("queue").delete(seq);
      await transaction.done;
    },
    items: (thread) => db.getAll("items", IDBKeyRange.bound([thread, 0], [thread, Number.MAX_SAFE_INTEGER])),
    state: (thread) => db.get("states", thread),
    setState: async (state) => {
      await db.put("states", state, state.thread);
    },
    keepFile: async (sha, blob, fileName) => {
      const transaction = db.transaction("files", "readwrite", STRICT);
      void transaction.store.put({ blob, name: fileName, at: Date.now() }, sha);
      await transaction.done;
    },
    file: (sha) => db.get("files", sha),
    close: () => db.close(),
  };
}
