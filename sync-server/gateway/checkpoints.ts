import type { DeviceId } from "../../shared/kernel/ids.ts";
import type { Log } from "../platform/log.ts";
import type { DocBody, StoreDatabase } from "../stores/store.ts";

/** A `_local` document: what a replicator remembers here. */
type Local = { readonly body: Readonly<Record<string, unknown>>; readonly version: number };

const writeAfterMs = 1_000;
const keptPerDevice = 64;

/**
 * `_local/*` documents, by device, in `desk-server`. Written a little later and in one batch: losing one only makes a
 * replicator compare more than it had to, and each batch of a pull writes one.
 */
export class Checkpoints {
  readonly #database: StoreDatabase;
  readonly #log: Log;
  readonly #known = new Map<string, Local>();
  readonly #dirty = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(database: StoreDatabase, log: Log) {
    this.#database = database;
    this.#log = log;
  }

  async get(device: DeviceId, id: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    const local = await this.#read(keyOf(device, id));
    return local && { ...local.body, _id: `_local/${id}`, _rev: revOf(local) };
  }

  /** Answers the new revision; takes a stale `_rev` as CouchDB does. Nothing when this device has too many of them. */
  async put(device: DeviceId, id: string, body: Readonly<Record<string, unknown>>): Promise<string | undefined> {
    const key = keyOf(device, id);
    const before = await this.#read(key);
    if (before === undefined && (await this.#countOf(device)) >= keptPerDevice) return undefined;
    const { _id, _rev, _revisions, ...rest } = body;
    const local = { body: rest, version: (before?.version ?? 0) + 1 };
    this.#known.set(key, local);
    this.#dirty.add(key);
    this.#timer ??= setTimeout(() => this.#writeSoon(), writeAfterMs).unref();
    return revOf(local);
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#writeSoon();
    await this.#writing;
  }

  async #read(key: string): Promise<Local | undefined> {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const doc = await this.#database.get(key);
    if (doc === undefined) return undefined;
    const local = { body: doc["body"] as Local["body"], version: Number(doc["version"]) }; // written below
    this.#known.set(key, local);
    return local;
  }

  async #countOf(device: DeviceId): Promise<number> {
    const stored = await this.#database.range({ start: keyOf(device, ""), end: keyOf(device, "~"), keysOnly: true });
    const ids = new Set(stored.map(({ _id }) => _id));
    for (const key of this.#known.keys()) if (key.startsWith(keyOf(device, ""))) ids.add(key);
    return ids.size;
  }

  #writeSoon(): void {
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
  }

  async #write(): Promise<void> {
    const keys = [...this.#dirty];
    this.#dirty.clear();
    if (keys.length === 0) return;
    try {
      const stored = await this.#database.getMany(keys);
      const docs: DocBody[] = keys.map((key, at) => {
        const rev = stored[at]?._rev;
        return { _id: key, ...(rev === undefined ? {} : { _rev: rev }), ...this.#known.get(key) };
      });
      await this.#database.bulk(docs);
    } catch (err) {
      this.#log.warn({ err, count: keys.length }, "checkpoints not written");
    }
  }
}

const keyOf = (device: DeviceId, id: string): string => `checkpoint:${device}:${id}`;
const revOf = ({ version }: Local): string => `0-${version}`;
