/** The few calls of PouchDB that the device's store makes; PouchDB brings no types. */
declare module "pouchdb-core" {
  export type PouchDoc = { readonly _id: string; readonly _rev?: string } & Readonly<Record<string, unknown>>;

  export type PouchRow = {
    readonly id: string;
    readonly key: string;
    readonly error?: string;
    readonly value?: { readonly rev: string; readonly deleted?: boolean };
    readonly doc?: (PouchDoc & { readonly _rev: string }) | null;
  };

  export interface PouchDatabase {
    /** With `new_edits: false` the answer lists failures only. */
    bulkDocs(
      docs: readonly PouchDoc[],
      options: { readonly new_edits: false },
    ): Promise<readonly { readonly id?: string; readonly error?: unknown; readonly name?: string }[]>;
    allDocs(
      options:
        | { readonly keys: readonly string[]; readonly include_docs?: boolean }
        | { readonly startkey: string; readonly endkey: string; readonly include_docs?: boolean },
    ): Promise<{ readonly rows: readonly PouchRow[] }>;
    changes(options: { readonly since: number; readonly return_docs: true }): Promise<{
      readonly last_seq: number;
      readonly results: readonly { readonly id: string; readonly seq: number; readonly deleted?: boolean }[];
    }>;
    /** Rejects with `status: 404` when there is none. */
    get(id: string): Promise<PouchDoc & { readonly _rev: string }>;
    put(doc: PouchDoc): Promise<{ readonly rev: string }>;
    info(): Promise<{ readonly doc_count: number; readonly update_seq: number }>;
    close(): Promise<void>;
    destroy(): Promise<void>;
  }

  export interface PouchConstructor {
    new (name: string, options: { readonly adapter: string; readonly auto_compaction?: boolean }): PouchDatabase;
    plugin(plugin: unknown): PouchConstructor;
  }

  const PouchDB: PouchConstructor;
  export default PouchDB;
}

declare module "pouchdb-adapter-idb" {
  const plugin: unknown;
  export default plugin;
}
