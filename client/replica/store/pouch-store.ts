import idbAdapter from "pouchdb-adapter-idb";
import PouchDB, { type PouchDatabase } from "pouchdb-core";
import type { StampedItem } from "../../../shared/items/stamp.ts";
import type { AuthorId, ThreadId } from "../../../shared/kernel/ids.ts";
import { storageError } from "../errors.ts";
import type { Fetch } from "../http.ts";
import { type Inbox, openInbox } from "../inbox-record.ts";
import { strictly } from "./durability.ts";
import { holdingsOf } from "./holdings.ts";
import { type StreamTarget, streamInto } from "./load-stream.ts";
import * as local from "./local-docs.ts";
import { forgetLostOf, NOTHING_LOST, noteLost } from "./lost-commands.ts";
import type { Applied, HeadsAnswer, LocalStore, StoreChange } from "./port.ts";
import type { StoreState } from "./store-state.ts";

const Pouch = PouchDB.plugin(idbAdapter);

/** Documents in one write: larger ones take the disk from readers, smaller ones pay for too many transactions. */
export const BATCH = 500;
const STATE_ID = "_local/desk";

const EMPTY: StoreState = { lives: {}, dead: 0, lost: NOTHING_LOST };

export type PouchStoreOptions = {
  readonly prefix: string;
  readonly author: AuthorId;
  readonly fetch: Fetch;
};

/** Opens a person's share of the desk: PouchDB on IndexedDB, by the `idb` adapter. */
export async function openPouchStore(options: PouchStoreOptions): Promise<LocalStore> {
  const store = new PouchStore(options, openInbox(options.prefix, options.author));
  await store.reopen();
  return store;
}

class PouchStore implements LocalStore, StreamTarget {
  readonly fetch: Fetch;
  readonly #options: PouchStoreOptions;
  readonly #inbox: Inbox;
  #db: PouchDatabase | undefined;
  #generation = 1;
  #state: StoreState = EMPTY;
  #stateRev: string | undefined;
  /** Writes one after the other: a token must never stand before what it vouches for. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(options: PouchStoreOptions, inbox: Inbox) {
    this.#options = options;
    this.#inbox = inbox;
    this.fetch = options.fetch;
  }

  get state(): StoreState {
    return this.#state;
  }

  async reopen(): Promise<void> {
    const generation = await this.#inbox.generation();
    if (this.#db !== undefined && generation === this.#generation) return;
    await this.#db?.close().catch(() => undefined);
    this.#generation = generation;
    this.#db = this.#openGeneration(generation);
    await this.#readState();
  }

  async standing(): Promise<{ token?: string; generation: number }> {
    // The leader may have been another tab until now.
    await this.#readState();
    const { token } = this.#state;
    return { generation: this.#generation, ...(token === undefined ? {} : { token }) };
  }

  async heads(since: { readonly seq: number; readonly generation: number }): Promise<HeadsAnswer> {
    return this.#reading(async (db) => {
      const from = since.generation === this.#generation ? since.seq : 0;
      const changes = await db.changes({ since: from, return_docs: true });
      await this.#readState();
      const living: string[] = [];
      const removed = new Set<ThreadId>();
      for (const { id, deleted } of changes.results) {
        const key = local.readKey(id);
        if (key?.is !== "head") continue;
        if (deleted === true) removed.add(key.thread);
        else living.push(id);
      }
      const { rows } = await db.allDocs({ keys: living, include_docs: true });
      const heads = rows.flatMap(({ id, doc }) => {
        const key = local.readKey(id);
        return doc && key ? [local.headOfDoc(doc, key.thread)] : [];
      });
      for (const { _id } of heads) removed.delete(_id);
      const { lost } = this.#state.lost;
      return { heads, removed: [...removed], seq: changes.last_seq, lost, generation: this.#generation };
    });
  }

  async thread(thread: ThreadId): Promise<readonly StampedItem[]> {
    return this.#reading(async (db) => {
      const [items, packs] = await Promise.all([
        db.allDocs({ ...local.itemKeys(thread), include_docs: true }),
        db.allDocs({ keys: this.#lives(thread).map((life) => local.packKey(thread, life)), include_docs: true }),
      ]);
      const packed = packs.rows.flatMap(({ doc }) => (doc?.["items"] ?? []) as readonly StampedItem[]);
      return local.inOrder([...packed, ...items.rows.flatMap(({ doc }) => (doc ? [local.itemOfDoc(doc)] : []))]);
    });
  }

  apply(change: StoreChange): Promise<Applied> {
    return this.#exclusively(() =>
      change.strict === true ? strictly(() => this.#apply(change)) : this.#apply(change),
    );
  }

  holdings(): ReturnType<LocalStore["holdings"]> {
    return this.#reading((db) => holdingsOf(db, (thread) => this.thread(thread)));
  }

  async holdsItems(items: Parameters<LocalStore["holdsItems"]>[0]): ReturnType<LocalStore["holdsItems"]> {
    return this.#reading(async (db) => {
      const keys = items.map(({ thread, id }) => local.itemKey(thread, id, this.#life(thread)));
      const { rows } = await db.allDocs({ keys });
      return items.filter((_, i) => rows[i]?.value !== undefined && rows[i].value.deleted !== true).map(({ id }) => id);
    });
  }

  bootstrap: LocalStore["bootstrap"] = (tell, signal) => streamInto(this, { of: "everything" }, tell, signal);
  mend: LocalStore["mend"] = (digest, tell, signal) => streamInto(this, { of: "difference", digest }, tell, signal);

  rotate(keep: "living" | "nothing"): Promise<void> {
    return this.#exclusively(async () => {
      const old = this.#open();
      const generation = this.#generation + 1;
      const next = this.#openGeneration(generation);
      let state = EMPTY;
      if (keep === "living") {
        await copyLiving(old, next);
        const { token, loading, lost } = this.#state;
        state = {
          ...EMPTY,
          lost,
          ...(token === undefined ? {} : { token }),
          ...(loading === undefined ? {} : { loading }),
        };
        await next.put({ _id: STATE_ID, ...state });
      }
      await this.#inbox.setGeneration(generation);
      this.#db = next;
      this.#generation = generation;
      await this.#readState();
      await old.destroy().catch(() => undefined); // what could not be deleted now is swept when the person is opened again
    });
  }

  async conflicts(): Promise<number> {
    return this.#reading(async (db) => {
      // `conflicts: true` reads every tree, as an audit may.
      const all = { startkey: "", endkey: "\uffff", include_docs: true, conflicts: true };
      const { rows } = await db.allDocs(all);
      return rows.filter(({ doc }) => doc?.["_conflicts"] !== undefined).length;
    });
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => undefined);
    await this.#db?.close().catch(() => undefined);
    this.#db = undefined;
    this.#inbox.close();
  }

  /** Writes documents and the state that goes with them, without waiting for others: for use inside `exclusively`. */
  async #apply(change: StoreChange): Promise<Applied> {
    const heads = change.docs.filter(local.isHead);
    const items = change.docs.filter(local.isStamped);
    const before = this.#state;
    let state = before;
    if (change.removed.length > 0) {
      state = await this.#overwrite(change.removed, state);
      state = { ...state, lost: forgetLostOf(state.lost, new Set(change.removed)) };
    }
    const lifeOf = (thread: ThreadId): local.Life => state.lives[thread] ?? 1;
    const headKeys = heads.map((head) => local.headKey(head._id, lifeOf(head._id)));
    const present = await this.#revs(headKeys);
    const docs = heads.flatMap((head, i) => {
      const key = headKeys[i] ?? head._id;
      return local.headDoc(head, key, present.get(key)) ?? [];
    });
    docs.push(...items.map((item) => local.itemDoc(item, local.itemKey(item.thread, item.id, lifeOf(item.thread)))));
    await this.#write(docs);
    state = { ...state, lost: noteLost(state.lost, items, this.#options.author) };
    if (change.token !== undefined) {
      const { loading: _done, ...rest } = state;
      state = { ...rest, token: change.token };
    }
    await this.#setState(state);
    const { doc_count, update_seq } = await this.#open().info();
    return {
      seq: update_seq,
      generation: this.#generation,
      dead: state.dead / Math.max(1, doc_count + state.dead),
      ...(state.lost === before.lost ? {} : { lost: state.lost.lost }),
    };
  }

  /** Stores packs: each replaces what was packed of its thread before. */
  async writePacks(
    packs: readonly { readonly id: ThreadId; readonly n: number; readonly items: readonly StampedItem[] }[],
  ): Promise<void> {
    await this.#exclusively(async () => {
      const keys = packs.map(({ id }) => local.packKey(id, this.#life(id)));
      const present = await this.#revs(keys);
      const docs = packs.map(({ n, items }, i) => {
        const key = keys[i] ?? "";
        return local.ownDoc(key, present.get(key), { n, items: items.map((item) => local.bare(item)) });
      });
      await this.#write(docs);
      const lost = noteLost(
        this.#state.lost,
        packs.flatMap(({ items }) => items),
        this.#options.author,
      );
      if (lost !== this.#state.lost) await this.#setState({ ...this.#state, lost });
    });
  }

  /** Notes how far a bootstrap has got. */
  setLoading(loading: NonNullable<StoreState["loading"]>): Promise<void> {
    return this.#exclusively(() => this.#setState({ ...this.#state, loading }));
  }

  /** Writes the state document. Only the leader does; a slower earlier leader's write is overwritten. */
  async #setState(state: StoreState): Promise<void> {
    if (state === this.#state) return;
    for (let attempt = 0; ; attempt += 1) {
      try {
        const rev = this.#stateRev === undefined ? {} : { _rev: this.#stateRev };
        const { rev: written } = await this.#open().put({ _id: STATE_ID, ...rev, ...state });
        this.#stateRev = written;
        this.#state = state;
        return;
      } catch (error) {
        if ((error as { status?: number }).status !== 409 || attempt > 5) throw storageError(error);
        const doc = await this.#open().get(STATE_ID);
        this.#stateRev = doc._rev;
      }
    }
  }

  async #overwrite(threads: readonly ThreadId[], state: StoreState): Promise<StoreState> {
    const lives = { ...state.lives };
    let dead = state.dead;
    for (const thread of new Set(threads)) {
      const life = lives[thread] ?? 1;
      const [items, others] = await Promise.all([
        this.#open().allDocs(local.itemKeys(thread)),
        this.#open().allDocs({ keys: [local.headKey(thread, life), local.packKey(thread, life)] }),
      ]);
      const docs = [...items.rows, ...others.rows].flatMap(({ id, key, value }) =>
        value === undefined || value.deleted === true ? [] : [local.tombstone(id ?? key, value.rev)],
      );
      if (docs.length === 0) continue;
      await this.#write(docs);
      dead += docs.length;
      lives[thread] = life + 1;
    }
    return dead === state.dead ? state : { ...state, lives, dead };
  }

  async #write(docs: readonly local.LocalDoc[]): Promise<void> {
    for (let at = 0; at < docs.length; at += BATCH) {
      const failures = await this.#open()
        .bulkDocs(docs.slice(at, at + BATCH), { new_edits: false })
        .catch((error: unknown) => {
          throw storageError(error);
        });
      if (failures.length > 0) throw storageError(failures[0]);
    }
  }

  async #revs(keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const revs = new Map<string, string>();
    if (keys.length === 0) return revs;
    const { rows } = await this.#open().allDocs({ keys });
    for (const { key, value } of rows) if (value !== undefined && value.deleted !== true) revs.set(key, value.rev);
    return revs;
  }

  #life(thread: ThreadId): local.Life {
    return this.#state.lives[thread] ?? 1;
  }
  /** A reader in another tab may not know yet that a thread has begun its next life. */
  #lives(thread: ThreadId): readonly local.Life[] {
    return [this.#life(thread), this.#life(thread) + 1];
  }

  async #readState(): Promise<void> {
    try {
      const { _id, _rev, ...state } = await this.#open().get(STATE_ID);
      this.#stateRev = _rev;
      this.#state = state as unknown as StoreState; // written by setState
    } catch (error) {
      if ((error as { status?: number }).status !== 404) throw storageError(error);
      this.#stateRev = undefined;
      this.#state = EMPTY;
    }
  }

  #openGeneration(generation: number): PouchDatabase {
    const name = `${this.#options.prefix}-desk:${this.#options.author}:${generation}`;
    return new Pouch(name, { adapter: "idb", auto_compaction: true });
  }

  #open(): PouchDatabase {
    if (this.#db === undefined) throw storageError(new Error("the store is closed"));
    return this.#db;
  }

  #exclusively<Value>(act: () => Promise<Value>): Promise<Value> {
    const done = this.#writing.then(act);
    this.#writing = done.catch(() => undefined);
    return done;
  }

  /** A read that finds the database gone (rotated by another tab) reads again from the new one. */
  async #reading<Value>(read: (db: PouchDatabase) => Promise<Value>): Promise<Value> {
    try {
      return await read(this.#open());
    } catch (error) {
      const generation = await this.#inbox.generation();
      if (generation === this.#generation) throw storageError(error);
      await this.reopen();
      return read(this.#open());
    }
  }
}

/** Copies what lives; threads begin their first life again in the new database. */
async function copyLiving(from: PouchDatabase, to: PouchDatabase): Promise<void> {
  const { rows } = await from.allDocs({ startkey: "", endkey: "\uffff" });
  for (let at = 0; at < rows.length; at += BATCH) {
    const keys = rows.slice(at, at + BATCH).map(({ id }) => id);
    const page = await from.allDocs({ keys, include_docs: true });
    const docs = page.rows.flatMap(({ doc, id }): local.LocalDoc[] => {
      if (!doc) return [];
      const [hash = ""] = doc._rev.split("-").slice(1);
      const start = Number(doc._rev.slice(0, doc._rev.indexOf("-")));
      return [{ ...doc, _id: id.split("~")[0] ?? id, _rev: doc._rev, _revisions: { start, ids: [hash] } }];
    });
    await to.bulkDocs(docs, { new_edits: false });
  }
}
