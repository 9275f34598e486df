import { createRequire } from "node:module";
import type { Level } from "./sync-leveldown.ts";

const require = createRequire(import.meta.url);

/** A row of `bulkDocs`; with `new_edits: false` only the failed ones come back. */
export type PouchRow =
  | { readonly ok: true; readonly id: string; readonly rev: string }
  | { readonly error: unknown; readonly name?: string; readonly message?: string; readonly id: string };

/** The part of PouchDB that the embedded store uses. It may change the documents it is given. */
export type Pouch = {
  bulkDocs(docs: object[], options: { readonly new_edits: boolean }): Promise<readonly PouchRow[]>;
  info(): Promise<{ readonly doc_count: number; readonly update_seq: number }>;
  close(): Promise<void>;
};

type PouchClass = {
  new (
    location: string,
    options: {
      readonly adapter: "leveldb";
      readonly db: (location: string) => Level;
      readonly revs_limit: number;
      readonly auto_compaction: true;
      readonly deterministic_revs: true;
      readonly cacheSize: number;
      readonly writeBufferSize: number;
    },
  ): Pouch;
  plugin(plugin: unknown): PouchClass;
};

/**
 * How many ancestors a document remembers. Every write reads, merges and rewrites their list (measured: a head of 250
 * versions takes 1.6 ms with 300 of them, 0.8 ms with 30). No device asks for them: a head's line of revisions follows from
 * its version (decision 0002), and an item has as many ancestors as its incarnation.
 */
const revsLimit = 30;
const cacheBytes = 32 << 20;
const writeBufferBytes = 8 << 20;

let pouchClass: PouchClass | undefined;

/**
 * Opens a PouchDB on leveldb in a folder. Old bodies go at each write (`auto_compaction`): a head is rewritten for ever and
 * nobody reads its past. Rejects with leveldb's error.
 */
export async function openPouch(location: string, db: (location: string) => Level): Promise<Pouch> {
  pouchClass ??= (require("pouchdb-core") as PouchClass).plugin(require("pouchdb-adapter-leveldb"));
  const pouch = new pouchClass(location, {
    adapter: "leveldb",
    db,
    revs_limit: revsLimit,
    auto_compaction: true,
    deterministic_revs: true,
    cacheSize: cacheBytes,
    writeBufferSize: writeBufferBytes,
  });
  await pouch.info();
  return pouch;
}
