import http from "pouchdb-adapter-http";
import idb from "pouchdb-adapter-idb";
import PouchDb from "pouchdb-core";
import replication from "pouchdb-replication";

/** What the page of the floors of D5 does when it is asked; each in databases of its own. */
export type ReplicatePage = {
  /** An unmodified PouchDB on IndexedDB replicates a database: milliseconds, and documents written. */
  readonly replicate: (url: string) => Promise<{ readonly ms: number; readonly docs: number }>;
  /** The same documents in one answer, put as they are into one object store: milliseconds. */
  readonly loadRaw: (url: string) => Promise<{ readonly ms: number; readonly docs: number }>;
};

declare global {
  interface Window {
    readonly floors: ReplicatePage;
  }
}

/** The part of PouchDB that is used here; it brings no types of its own. */
type Replicating = {
  readonly replicate: {
    from(url: string, options: { readonly batch_size: number }): Promise<{ readonly docs_written: number }>;
  };
  destroy(): Promise<void>;
};

const BATCH = 1_000;
const Pouch = PouchDb.plugin(idb).plugin(http).plugin(replication);
let count = 0;

async function replicate(url: string): Promise<{ readonly ms: number; readonly docs: number }> {
  count += 1;
  const local = new Pouch(`floor-${count}`, { adapter: "idb" }) as unknown as Replicating; // more than the desk's own types
  const startedAt = performance.now();
  const { docs_written: docs } = await local.replicate.from(url, { batch_size: BATCH });
  const ms = performance.now() - startedAt;
  await local.destroy();
  return { ms, docs };
}

async function loadRaw(url: string): Promise<{ readonly ms: number; readonly docs: number }> {
  count += 1;
  const name = `raw-${count}`;
  const startedAt = performance.now();
  const response = await fetch(`${url}/_all_docs?include_docs=true`);
  const { rows } = (await response.json()) as { rows: readonly { readonly doc: object }[] }; // CouchDB's answer
  const database = await open(name);
  await new Promise<void>((resolve, reject) => {
    const transaction = database.transaction("docs", "readwrite");
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error ?? new Error("not stored"));
    const docs = transaction.objectStore("docs");
    for (const { doc } of rows) docs.put(doc);
  });
  const ms = performance.now() - startedAt;
  database.close();
  indexedDB.deleteDatabase(name);
  return { ms, docs: rows.length };
}

function open(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("docs", { keyPath: "_id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("no database"));
  });
}

Object.defineProperty(window, "floors", { value: { replicate, loadRaw } satisfies ReplicatePage });
