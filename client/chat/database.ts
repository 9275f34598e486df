import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB, type StoreNames } from "idb";
import type { Item } from "../../shared/items/registry.ts";
import { type AuthorId, userIdOfSecret } from "../../shared/kernel/ids.ts";
import type { ChatState, UserItem } from "../../shared/protocol/chat.ts";
import type { Queued } from "./model.ts";

interface Schema extends DBSchema {
  meta: { key: string; value: unknown };
  queue: { key: number; value: Omit<Queued, "seq"> };
  items: { key: [thread: string, u: number]; value: UserItem };
  states: { key: string; value: ChatState };
  files: { key: string; value: { blob: Blob; name: string; at: number } };
  /** What this device wrote and the server admitted, as it was written. */
  own: { key: [thread: string, item: string]; value: Item };
}

const VERSION = 2;
const STRICT: IDBTransactionOptions = { durability: "strict" };

/** What the user's device keeps: own items, the history it has seen, files on their way. */
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
  /**
   * Stores what was admitted, where nothing else stands in its place; takes the queue rows away in the same transaction
   * and keeps what they held, to be given back after a restore (CL27).
   */
  admit(thread: string, items: readonly UserItem[], seqs: readonly number[]): Promise<void>;
  /** Everything that this author wrote here and the server admitted once, in the order of writing. */
  own(author: AuthorId): Promise<readonly Item[]>;
  items(thread: string): Promise<readonly UserItem[]>;
  /** Forgets the items from `u` on: the server's history is another there. */
  cut(thread: string, u: number): Promise<void>;
  state(thread: string): Promise<ChatState | undefined>;
  setState(state: ChatState): Promise<void>;
  keepFile(sha: string, blob: Blob, name: string): Promise<void>;
  file(sha: string): Promise<{ readonly blob: Blob; readonly name: string } | undefined>;
  close(): void;
}

/** Name of the database in which this origin keeps a user's chats. */
export const CHAT_DATABASE = "otklik-chat";

/** Opens the chat's database of this origin; where the browser ends the connection it is opened again when next needed. */
export async function openChatDatabase(name = CHAT_DATABASE): Promise<ChatDatabase> {
  let opened: Promise<IDBPDatabase<Schema>> | undefined;
  let isClosed = false;
  const db = (): Promise<IDBPDatabase<Schema>> => {
    if (opened !== undefined) return opened;
    const opening = openDB<Schema>(name, VERSION, {
      upgrade: (database, from, _to, transaction) => {
        upgrade(database, from, transaction).catch(() => transaction.abort()); // all of it or nothing
      },
      // A later version in another tab waits for this one to let go.
      blocking: () => void letGo(opening),
      terminated: () => {
        if (opened === opening) opened = undefined;
      },
    });
    opened = opening;
    opening.catch(() => {
      if (opened === opening) opened = undefined;
    });
    return opening;
  };
  const letGo = async (connection: Promise<IDBPDatabase<Schema>> | undefined): Promise<void> => {
    if (opened === connection && !isClosed) opened = undefined;
    (await connection)?.close();
  };
  await db();

  return {
    meta: async <T>(key: string) => (await (await db()).get("meta", key)) as T | undefined, // the caller knows what it stored
    setMeta: async (key, value) => {
      await (await db()).put("meta", value, key);
    },
    metaOnce: async <T>(key: string, make: () => T) => {
      const transaction = (await db()).transaction("meta", "readwrite", STRICT);
      const present = (await transaction.store.get(key)) as T | undefined; // as above
      const value = present ?? make();
      if (present === undefined) await transaction.store.put(value, key);
      await transaction.done;
      return value;
    },
    enqueue: async (items, at) => {
      const transaction = (await db()).transaction("queue", "readwrite", STRICT);
      for (const item of items) void transaction.store.add({ item, savedAt: at, state: "saved" });
      await transaction.done;
    },
    queue: async () => {
      const transaction = (await db()).transaction("queue");
      const rows: Queued[] = [];
      for await (const cursor of transaction.store) rows.push({ ...cursor.value, seq: cursor.key });
      return rows;
    },
    refuse: async (seq, code) => {
      const transaction = (await db()).transaction("queue", "readwrite", STRICT);
      const row = await transaction.store.get(seq);
      if (row !== undefined) await transaction.store.put({ ...row, state: "refused", code }, seq);
      await transaction.done;
    },
    drop: async (seq) => {
      await (await db()).delete("queue", seq);
    },
    admit: async (thread, items, seqs) => {
      const transaction = (await db()).transaction(["items", "queue", "own"], "readwrite", STRICT);
      const [shown, queue, own] = [
        transaction.objectStore("items"),
        transaction.objectStore("queue"),
        transaction.objectStore("own"),
      ];
      for (const item of items) {
        const there = await shown.get([thread, item.u]);
        if (there === undefined || there.id === item.id) void shown.put(item, [thread, item.u]);
      }
      for (const seq of seqs) {
        const row = await queue.get(seq);
        if (row !== undefined) void own.put(row.item, [row.item.thread, row.item.id]);
        void queue.delete(seq);
      }
      await transaction.done;
    },
    own: async (author) => {
      const items = (await (await db()).getAll("own")).filter((item) => item.author === author);
      return items.sort((a, b) => a.hlc[0] - b.hlc[0] || a.hlc[1] - b.hlc[1]);
    },
    items: async (thread) =>
      (await db()).getAll("items", IDBKeyRange.bound([thread, 0], [thread, Number.MAX_SAFE_INTEGER])),
    cut: async (thread, u) => {
      const transaction = (await db()).transaction("items", "readwrite", STRICT);
      await transaction.store.delete(IDBKeyRange.bound([thread, u], [thread, Number.MAX_SAFE_INTEGER]));
      await transaction.done;
    },
    state: async (thread) => (await db()).get("states", thread),
    setState: async (state) => {
      await (await db()).put("states", state, state.thread);
    },
    keepFile: async (sha, blob, fileName) => {
      const transaction = (await db()).transaction("files", "readwrite", STRICT);
      void transaction.store.put({ blob, name: fileName, at: Date.now() }, sha);
      await transaction.done;
    },
    file: async (sha) => (await db()).get("files", sha),
    close: () => {
      isClosed = true;
      void letGo(opened);
    },
  };
}

type Upgrade = IDBPTransaction<Schema, StoreNames<Schema>[], "versionchange">;

async function upgrade(database: IDBPDatabase<Schema>, from: number, transaction: Upgrade): Promise<void> {
  if (from < 1) {
    database.createObjectStore("meta");
    database.createObjectStore("queue", { autoIncrement: true });
    database.createObjectStore("items");
    database.createObjectStore("states");
    database.createObjectStore("files");
  }
  database.createObjectStore("own");
  if (from < 1) return;
  // The first version kept one dialog a link for the whole device; now each person has his own.
  const meta = transaction.objectStore("meta");
  const secret = await meta.get("secret");
  if (typeof secret !== "string") return;
  for (const key of await meta.getAllKeys(IDBKeyRange.bound("thread:", "thread:\uffff"))) {
    await meta.put(await meta.get(key), `${key}:${userIdOfSecret(secret)}`);
    await meta.delete(key);
  }
}
