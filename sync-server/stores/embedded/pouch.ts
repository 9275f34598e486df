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
 * How many ancestors a document remembers. A device that missed more than this many versions of one document sees the next
 * one as a conflict of its own copy, which it ends at once; every write rewrites the list, about 60 bytes a version. A head
 * takes about three versions a message: 300 lets a device miss some hundred messages of one dialog.
 */
const revsLimit = 300;
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
