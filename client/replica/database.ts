import {
  type DBSchema,
  type IDBPDatabase,
  type IDBPTransaction,
  openDB,
  type StoreKey,
  type StoreNames,
  type StoreValue,
  unwrap,
} from "idb";
import { storageError } from "./errors.ts";

/** One IndexedDB database that is opened when first used and again after the browser has closed it. */
export interface Kept<Schema extends DBSchema> {
  /**
   * Runs `body` in one transaction and resolves when it has committed: with `strict`, when the disk has it (survives a power
   * cut), else when the browser has it (survives its own crash). Rejects with a `ReplicaError` and has then kept nothing.
   */
  write<Value>(
    durability: "strict" | "relaxed",
    body: (transaction: IDBPTransaction<Schema, StoreNames<Schema>[], "readwrite">) => Promise<Value>,
  ): Promise<Value>;
  /** Adds one record, strictly durable, in a transaction of one store and one request: what "saved" waits for. */
  add<Name extends StoreNames<Schema>>(store: Name, value: StoreValue<Schema, Name>): Promise<StoreKey<Schema, Name>>;
  read<Value>(
    body: (transaction: IDBPTransaction<Schema, StoreNames<Schema>[], "readonly">) => Promise<Value>,
  ): Promise<Value>;
  close(): void;
}

/** Opens `name` with the given stores; nothing is opened before the first use. */
export function openKept<Schema extends DBSchema>(
  name: string,
  stores: readonly StoreNames<Schema>[],
  upgrade: (db: IDBPDatabase<Schema>, oldVersion: number) => void,
): Kept<Schema> {
  let opened: Promise<IDBPDatabase<Schema>> | undefined;
  const names = [...stores];

  const forget = (): void => {
    opened = undefined;
  };
  const open = (): Promise<IDBPDatabase<Schema>> => {
    opened ??= openDB<Schema>(name, 1, {
      upgrade,
      // Another tab wants to delete it or to raise its version: let go at once.
      blocking: (_current, _blocked, event) => {
        (event.target as IDBDatabase).close(); // a versionchange event is aimed at the open database
        forget();
      },
      terminated: forget,
    }).catch((error: unknown) => {
      forget();
      throw storageError(error);
    });
    return opened;
  };

  async function run<Mode extends "readonly" | "readwrite", Value>(
    mode: Mode,
    durability: IDBTransactionDurability,
    body: (transaction: IDBPTransaction<Schema, StoreNames<Schema>[], Mode>) => Promise<Value>,
  ): Promise<Value> {
    const db = await open();
    let transaction: IDBPTransaction<Schema, StoreNames<Schema>[], Mode> | undefined;
    try {
      transaction = db.transaction(names, mode, { durability });
      const [value] = await Promise.all([body(transaction), transaction.done]);
      return value;
    } catch (error) {
      const cause = transaction?.error ?? error; // the transaction's own says more than that of the request that it took down
      abandon(transaction);
      throw storageError(cause);
    }
  }

  return {
    add: async (store, value) => {
      const raw: IDBDatabase = unwrap(await open());
      const name: string = store as string; // names of stores are strings, which their type does not say
      return new Promise((resolve, reject) => {
        const fail = (error: unknown): void => reject(storageError(error));
        try {
          const transaction = raw.transaction(name, "readwrite", { durability: "strict" });
          const request = transaction.objectStore(name).add(value);
          transaction.onabort = () => fail(transaction.error);
          transaction.oncomplete = () => resolve(request.result as StoreKey<Schema, typeof store>); // the store's own key
        } catch (error) {
          fail(error);
        }
      });
    },
    write: (durability, body) => run("readwrite", durability, body),
    read: (body) => run("readonly", "relaxed", body),
    close: () => {
      void opened?.then((db) => db.close()).catch(forget);
      forget();
    },
  };
}

/** Nothing of a transaction whose work failed half way stays. */
function abandon(transaction: { readonly abort: () => void } | undefined): void {
  try {
    transaction?.abort();
  } catch {
    // It has ended by itself.
  }
}
