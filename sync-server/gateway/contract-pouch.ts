import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

type Fetch = (url: string, options: { method?: string; body?: string }) => Promise<unknown>;

export type PouchDocument = {
  readonly _id: string;
  readonly _rev: string;
  readonly _conflicts?: readonly string[];
} & Record<string, unknown>;

/** How a replication ended. */
export type Replicated = {
  readonly ok: boolean;
  readonly docs_written: number;
  readonly doc_write_failures: number;
  readonly errors: readonly { readonly id?: string; readonly name?: string; readonly reason?: string }[];
};

/** A running replication: a promise, and an emitter. */
export type Replication = Promise<Replicated> & {
  on(event: "change" | "denied" | "paused" | "error", listener: (value: unknown) => void): Replication;
  cancel(): void;
};

type Options = { readonly batch_size?: number; readonly live?: boolean; readonly retry?: boolean };

/** The part of an unmodified PouchDB that the tests use. */
export type Pouch = {
  readonly replicate: {
    from(remote: Pouch, options: Options): Replication;
    to(remote: Pouch, options: Options): Replication;
  };
  bulkDocs(docs: readonly object[], options: { readonly new_edits: boolean }): Promise<readonly unknown[]>;
  get(id: string, options?: { readonly conflicts?: boolean; readonly revs?: boolean }): Promise<PouchDocument>;
  allDocs(options?: { readonly include_docs?: boolean; readonly conflicts?: boolean }): Promise<{
    readonly rows: readonly { readonly id: string; readonly doc?: PouchDocument }[];
  }>;
  info(): Promise<{ readonly doc_count: number }>;
  close(): Promise<void>;
};

type PouchClass = {
  new (name: string, options: Record<string, unknown>): Pouch;
  plugin(plugin: unknown): PouchClass;
  /** As the http adapter calls it. */
  readonly fetch: Fetch;
};

const plugins = ["pouchdb-adapter-memory", "pouchdb-adapter-http", "pouchdb-replication"];
const PouchDb = plugins.reduce((pouch, name) => pouch.plugin(require(name)), require("pouchdb-core") as PouchClass);

let count = 0;

/** An empty PouchDB in memory. */
export function openLocalPouch(): Pouch {
  count += 1;
  return new PouchDb(`local-${process.pid}-${count}`, { adapter: "memory" });
}

/** A remote database; the device token is the password. `before` runs ahead of each request. */
export function openRemotePouch(
  url: string,
  token: string,
  before: (url: string) => Promise<void> | void = () => {},
): Pouch {
  return new PouchDb(url, {
    adapter: "http",
    auth: { username: "device", password: token },
    fetch: async (address: string, options: { method?: string; body?: string }) => {
      await before(address);
      return PouchDb.fetch(address, options);
    },
  });
}
