import type { DatabaseName, Store, StoreDatabase } from "../store.ts";
import { databaseNames, StoreError } from "../store.ts";
import type { MemoryFaults } from "./faults.ts";
import { MemoryDatabase } from "./memory-database.ts";
import type { MemoryDocuments } from "./memory-documents.ts";

/** Everything a twin held at one instant: a backup. Opening a store on it does not change it. */
export type MemoryImage = ReadonlyMap<DatabaseName, MemoryDocuments>;

/** The in-memory twin: exact, deterministic, without timers, and with a simulation's hooks. */
export interface MemoryStore extends Store {
  readonly kind: "memory";
  /** Puts in other faults, or none; counts from the next call on. */
  setFaults(faults: MemoryFaults | undefined): void;
  /** A backup of all databases, taken between two calls. */
  takeImage(): MemoryImage;
}

/** Opens a twin, empty or on an image. */
export function openMemoryStore(
  options: { readonly faults?: MemoryFaults; readonly image?: MemoryImage; readonly maxDocBytes?: number } = {},
): MemoryStore {
  const { image, maxDocBytes } = options;
  let faults = options.faults;
  let closed = false;
  const databases = new Map<DatabaseName, MemoryDatabase>();

  function databaseOf(name: DatabaseName): MemoryDatabase {
    const open = databases.get(name);
    if (open !== undefined) return open;
    const documents = image?.get(name)?.copy();
    const database = new MemoryDatabase({
      name,
      faults: () => faults,
      ...(maxDocBytes === undefined ? {} : { maxDocBytes }),
      ...(documents === undefined ? {} : { documents }),
    });
    databases.set(name, database);
    return database;
  }

  return {
    kind: "memory",
    async open(name: DatabaseName): Promise<StoreDatabase> {
      if (closed) throw new StoreError("closed", "the store is closed");
      return databaseOf(name);
    },
    async health() {
      return closed ? { ok: false, detail: "closed" } : { ok: true };
    },
    async close() {
      closed = true;
      for (const database of databases.values()) database.close();
    },
    setFaults(next) {
      faults = next;
    },
    takeImage() {
      return new Map(databaseNames.map((name) => [name, databaseOf(name).documents.copy()]));
    },
  };
}
