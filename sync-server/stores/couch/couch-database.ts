import { assertBatch, assertRevisionBatch, isOverBytes } from "../document-rules.ts";
import { pause } from "../pause.ts";
import type {
  ChangeRow,
  ChangesPage,
  ChangesQuery,
  DocBody,
  FollowQuery,
  RangeQuery,
  RevisionDoc,
  StoreDatabase,
  StoredDoc,
  StoreSeq,
  WriteRow,
} from "../store.ts";
import { StoreError } from "../store.ts";
import type { CouchClient } from "./couch-client.ts";
import { CouchFailure } from "./couch-client.ts";
import { type CouchChange, type CouchFeedOptions, readCouchFeed, toChangeRow } from "./couch-feed.ts";
import { type CouchWrites, makeCouchWrites } from "./couch-writes.ts";

/** How one CouchDB database is reached. */
export type CouchDatabaseOptions = {
  readonly ask: CouchClient;
  readonly database: string;
  readonly feed: CouchFeedOptions;
  readonly maxDocBytes: number;
  /** Aborts when the store is closed: ends followers, refuses later calls. */
  readonly closing: AbortSignal;
};

type AllDocsRow = {
  readonly id?: string;
  readonly value?: { readonly rev: string; readonly deleted?: boolean };
  readonly doc?: StoredDoc | null;
};
type BulkGetRow = { readonly id: string; readonly docs: readonly { readonly ok?: StoredDoc }[] };

const manyIds = 1_000;
const conflictsPage = 5_000;

/** One database of a CouchDB. */
export class CouchDatabase implements StoreDatabase {
  readonly #options: CouchDatabaseOptions;
  readonly #writes: CouchWrites;

  constructor(options: CouchDatabaseOptions) {
    this.#options = options;
    this.#writes = makeCouchWrites(options.ask, options.database);
  }

  async get(id: string, options?: { readonly revisions?: boolean }): Promise<StoredDoc | undefined> {
    const query = options?.revisions === true ? { revs: true } : {};
    try {
      return (await this.#read(encodeURIComponent(id), query)) as StoredDoc;
    } catch (error) {
      const isAbsent = error instanceof CouchFailure && error.status === 404 && /missing|deleted/.test(error.reason);
      if (isAbsent) return undefined;
      throw error;
    }
  }

  async getMany(
    ids: readonly string[],
    options?: { readonly revisions?: boolean },
  ): Promise<readonly (StoredDoc | undefined)[]> {
    const docs: (StoredDoc | undefined)[] = [];
    for (let from = 0; from < ids.length; from += manyIds) {
      const page = ids.slice(from, from + manyIds);
      if (options?.revisions === true) docs.push(...(await this.#getManyRevisions(page.map((id) => ({ id })))));
      else docs.push(...(await this.#getManyPlain(page)));
    }
    this.#assertOpen();
    return docs;
  }

  async put(doc: DocBody): Promise<WriteRow> {
    this.#assertOpen();
    assertBatch([doc]);
    if (this.#isTooLarge(doc)) return { id: doc._id, ok: false, error: "too-large" };
    return this.#writes.put(doc);
  }

  remove(id: string, rev: string): Promise<WriteRow> {
    return this.put({ _id: id, _rev: rev, _deleted: true });
  }

  async bulk(docs: readonly DocBody[]): Promise<readonly WriteRow[]> {
    assertBatch(docs);
    return this.#writeFitting(docs, this.#writes.bulk);
  }

  async bulkRevisions(docs: readonly RevisionDoc[]): Promise<readonly WriteRow[]> {
    assertRevisionBatch(docs);
    return this.#writeFitting(docs, this.#writes.bulkRevisions);
  }

  async range(query: RangeQuery): Promise<readonly StoredDoc[]> {
    if (query.limit !== undefined && query.limit <= 0) return [];
    const withDocs = query.keysOnly !== true && query.revisions !== true;
    const isDescending = query.descending === true;
    const { rows } = (await this.#read("_all_docs", {
      startkey: isDescending ? query.end : query.start,
      endkey: isDescending ? query.start : query.end,
      descending: isDescending,
      include_docs: withDocs,
      ...(query.limit === undefined ? {} : { limit: query.limit }),
    })) as { readonly rows: readonly AllDocsRow[] };
    if (withDocs) return rows.flatMap((row) => row.doc ?? []);
    const keys = rows.map((row) => ({ _id: row.id ?? "", _rev: row.value?.rev ?? "" }));
    if (query.keysOnly === true) return keys;
    const docs: StoredDoc[] = [];
    for (let from = 0; from < keys.length; from += manyIds) {
      const page = keys.slice(from, from + manyIds).map(({ _id, _rev }) => ({ id: _id, rev: _rev }));
      for (const doc of await this.#getManyRevisions(page)) if (doc !== undefined) docs.push(doc);
    }
    return docs;
  }

  async changes(query: ChangesQuery): Promise<ChangesPage> {
    const wantsRevisions = query.includeDocs && query.revisions === true;
    const answer = (await this.#read("_changes", {
      since: query.since,
      limit: query.limit,
      include_docs: query.includeDocs && !wantsRevisions,
    })) as { results: readonly CouchChange[]; last_seq: string | number; pending?: number };
    const rows = answer.results.map(toChangeRow);
    return {
      rows: wantsRevisions ? await this.#withRevisions(rows) : rows,
      last: String(answer.last_seq) as StoreSeq,
      pending: answer.pending ?? 0,
    };
  }

  async follow(query: FollowQuery, onRows: (rows: readonly ChangeRow[]) => void | Promise<void>): Promise<void> {
    const signal = AbortSignal.any([query.signal, this.#options.closing]);
    const wantsRevisions = query.includeDocs && query.revisions === true;
    const since = query.since === "now" ? await this.#presentEnd(signal) : query.since;
    if (since === undefined) return;
    const includeDocs = query.includeDocs && !wantsRevisions;
    const complete = async (rows: readonly ChangeRow[]) => (wantsRevisions ? this.#withRevisions(rows) : rows);
    await readCouchFeed(this.#options.feed, { since, includeDocs, signal, complete }, onRows);
  }

  async info(): Promise<{ readonly docCount: number; readonly seq: StoreSeq }> {
    const info = (await this.#read("", {})) as { doc_count: number; update_seq: string | number };
    return { docCount: info.doc_count, seq: String(info.update_seq) as StoreSeq };
  }

  async conflicts(): Promise<number> {
    let count = 0;
    let since = "0";
    for (;;) {
      const page = (await this.#read("_changes", { since, limit: conflictsPage, style: "all_docs" })) as {
        results: readonly CouchChange[];
        last_seq: string;
      };
      for (const change of page.results) {
        if (change.changes.length < 2 || change.deleted === true) continue;
        // Deleted leaves are among them: only the document says which live.
        const doc = (await this.#read(encodeURIComponent(change.id), { conflicts: true })) as StoredDoc;
        if (Array.isArray(doc["_conflicts"])) count++;
      }
      if (page.results.length < conflictsPage) return count;
      since = page.last_seq;
    }
  }

  /** Where the feed ends now, asked until CouchDB answers; nothing when the follower went. */
  async #presentEnd(signal: AbortSignal): Promise<StoreSeq | undefined> {
    while (!signal.aborted) {
      try {
        return (await this.info()).seq;
      } catch (error) {
        if (!(error instanceof StoreError) || !error.retry) throw error;
        await pause(this.#options.feed.firstDelayMs * (0.5 + Math.random()) * 4, signal);
      }
    }
    return undefined;
  }

  async #getManyPlain(ids: readonly string[]): Promise<readonly (StoredDoc | undefined)[]> {
    const { rows } = (await this.#ask("_all_docs", { include_docs: true }, { keys: ids })) as {
      readonly rows: readonly AllDocsRow[];
    };
    return ids.map((_, i) => rows[i]?.doc ?? undefined);
  }

  async #getManyRevisions(
    asked: readonly { readonly id: string; readonly rev?: string }[],
  ): Promise<readonly (StoredDoc | undefined)[]> {
    if (asked.length === 0) return [];
    const { results } = (await this.#ask("_bulk_get", { revs: true, latest: true }, { docs: asked })) as {
      readonly results: readonly BulkGetRow[];
    };
    const winners = new Map(results.map((row) => [row.id, winnerOf(row)]));
    return asked.map(({ id }) => winners.get(id));
  }

  async #withRevisions(rows: readonly ChangeRow[]): Promise<readonly ChangeRow[]> {
    const living = rows.filter((row) => !row.deleted);
    const docs = await this.#getManyRevisions(living.map(({ id, rev }) => ({ id, rev })));
    const byId = new Map(living.map((row, i) => [row.id, docs[i]]));
    return rows.map((row) => {
      const doc = byId.get(row.id);
      return doc === undefined ? row : { ...row, rev: doc._rev, doc };
    });
  }

  async #writeFitting<T extends DocBody>(
    docs: readonly T[],
    write: (docs: readonly T[]) => Promise<readonly WriteRow[]>,
  ): Promise<readonly WriteRow[]> {
    this.#assertOpen();
    if (docs.length === 0) return [];
    const tooLarge = new Set<T>(docs.filter((doc) => this.#isTooLarge(doc)));
    if (tooLarge.size === 0) return write(docs);
    const fitting = docs.filter((doc) => !tooLarge.has(doc));
    const rows = fitting.length === 0 ? [] : await write(fitting);
    let next = 0;
    return docs.map((doc) =>
      tooLarge.has(doc) ? { id: doc._id, ok: false, error: "too-large" } : (rows[next++] as WriteRow),
    );
  }

  #isTooLarge(doc: DocBody): boolean {
    return isOverBytes(JSON.stringify(doc), this.#options.maxDocBytes);
  }

  #read(path: string, query: Readonly<Record<string, string | number | boolean>>): Promise<unknown> {
    return this.#ask(path, query, undefined);
  }

  async #ask(
    path: string,
    query: Readonly<Record<string, string | number | boolean>>,
    body: object | undefined,
  ): Promise<unknown> {
    this.#assertOpen();
    const { ask, database } = this.#options;
    const { value } = await ask({
      method: body === undefined ? "GET" : "POST",
      database,
      query,
      ...(path === "" ? {} : { path }),
      ...(body === undefined ? {} : { body }),
    });
    return value;
  }

  #assertOpen(): void {
    if (this.#options.closing.aborted) throw new StoreError("closed", "the store is closed");
  }
}

/** The winner among the leaves that CouchDB gave: living, then highest generation, then hash. */
function winnerOf(row: BulkGetRow): StoredDoc | undefined {
  const leaves = row.docs.flatMap(({ ok }) => (ok === undefined || ok._deleted === true ? [] : [ok]));
  return leaves.reduce<StoredDoc | undefined>((best, leaf) => {
    if (best === undefined) return leaf;
    const [a, b] = [Number.parseInt(leaf._rev, 10), Number.parseInt(best._rev, 10)];
    return a > b || (a === b && leaf._rev > best._rev) ? leaf : best;
  }, undefined);
}
