import { defaultMaxDocBytes } from "../document-rules.ts";
import { type DatabaseName, type Store, type StoreDatabase, StoreError } from "../store.ts";
import { type CouchClient, CouchFailure, makeCouchClient } from "./couch-client.ts";
import { CouchDatabase } from "./couch-database.ts";

/** Where CouchDB is, and what a test may change. */
export type CouchStoreOptions = {
  /** With credentials in it, `http://name:password@host:5984`. */
  readonly url: string;
  /** Put before each database's name: several desks on one CouchDB, fresh names in tests. */
  readonly prefix?: string;
  readonly timeoutMs?: number;
  readonly maxDocBytes?: number;
  readonly heartbeatMs?: number;
  readonly reconnectMs?: number;
};

const defaultHeartbeatMs = 10_000;
const healthMs = 5_000;
const defaultReconnectMs = 200;
const maxReconnectMs = 15_000;

/** Opens a store on a CouchDB 3.x. Says nothing about whether it answers: `open` and `health` do. */
export function openCouchStore(options: CouchStoreOptions): Store {
  const { prefix = "", timeoutMs, reconnectMs = defaultReconnectMs } = options;
  const client = makeCouchClient(options.url, timeoutMs === undefined ? {} : { timeoutMs });
  const underWay = new Set<Promise<unknown>>();
  const ask: CouchClient = (request) => {
    const asked = client(request).finally(() => underWay.delete(asked));
    underWay.add(asked);
    return asked;
  };
  const { address, headers } = splitCredentials(options.url);
  const closing = new AbortController();
  const databases = new Map<DatabaseName, Promise<StoreDatabase>>();

  async function openDatabase(name: DatabaseName): Promise<StoreDatabase> {
    const database = `${prefix}${name}`;
    try {
      await ask({ method: "PUT", database });
    } catch (error) {
      const exists = error instanceof CouchFailure && error.status === 412;
      if (!exists) throw error;
    }
    return new CouchDatabase({
      ask,
      database,
      closing: closing.signal,
      maxDocBytes: options.maxDocBytes ?? defaultMaxDocBytes,
      feed: {
        address: `${address}/${encodeURIComponent(database)}`,
        headers,
        heartbeatMs: options.heartbeatMs ?? defaultHeartbeatMs,
        firstDelayMs: reconnectMs,
        maxDelayMs: Math.max(reconnectMs, maxReconnectMs),
      },
    });
  }

  return {
    kind: "couchdb",
    open(name) {
      if (closing.signal.aborted) return Promise.reject(new StoreError("closed", "the store is closed"));
      const known = databases.get(name);
      if (known !== undefined) return known;
      const opening = openDatabase(name);
      databases.set(name, opening);
      // A failed opening is tried again by the next caller.
      opening.catch(() => databases.delete(name));
      return opening;
    },
    async health() {
      if (closing.signal.aborted) return { ok: false, detail: "closed" };
      try {
        await ask({ method: "GET", path: "_up", timeoutMs: Math.min(timeoutMs ?? healthMs, healthMs) });
        return { ok: true };
      } catch (error) {
        return { ok: false, detail: error instanceof CouchFailure ? error.reason : "unknown" };
      }
    },
    async close() {
      closing.abort();
      await Promise.allSettled(underWay);
    },
  };
}

function splitCredentials(url: string): { readonly address: string; readonly headers: Record<string, string> } {
  const parsed = new URL(url);
  const address = `${parsed.origin}${parsed.pathname}`.replace(/\/$/, "");
  if (parsed.username === "") return { address, headers: {} };
  const pair = `${decodeURIComponent(parsed.username)}:${decodeURIComponent(parsed.password)}`;
  return { address, headers: { authorization: `Basic ${Buffer.from(pair).toString("base64")}` } };
}
