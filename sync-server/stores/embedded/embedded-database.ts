import { statfs } from "node:fs/promises";
import { assertBatch, assertRevisionBatch, isTooLarge } from "../document-rules.ts";
import { followPages } from "../follow-pages.ts";
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
import { Wake } from "../wake.ts";
import { GroupWriter, type WriteMode } from "./group-writer.ts";
import { toStoreError } from "./level-errors.ts";
import { LevelReader } from "./level-reader.ts";
import { openPouch, type Pouch, type PouchRow } from "./pouch.ts";
import { type Level, makeSyncLevelDown } from "./sync-leveldown.ts";

/** How a database of the embedded store is opened. */
export type EmbeddedDatabaseOptions = {
  readonly location: string;
  readonly maxDocBytes: number;
  readonly writeFault?: () => Error | undefined;
};

/** Room for leveldb's log, its recovered table and a manifest. */
const spaceToReopen = 32 << 20;

type Opened = { readonly pouch: Pouch; readonly reader: LevelReader };

/**
 * One database: PouchDB writes (revision trees, compare-and-swap, compaction), `LevelReader` reads, `GroupWriter` joins
 * writes. After a failed write leveldb refuses all others until it is opened again, so the next write opens it again.
 */
export class EmbeddedDatabase implements StoreDatabase {
  readonly #options: EmbeddedDatabaseOptions;
  readonly #wake = new Wake();
  readonly #writer = new GroupWriter((mode, docs) => this.#writeGroup(mode, docs));
  #opened: Opened;
  #reopening: Promise<void> | undefined;
  #mustReopen = false;
  #reads = 0;
  #readsDone: (() => void) | undefined;
  #end: number;
  #closed = false;

  private constructor(options: EmbeddedDatabaseOptions, opened: Opened, end: number) {
    this.#options = options;
    this.#opened = opened;
    this.#end = end;
  }

  /** Opens or makes the database in its folder. */
  static async open(options: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> {
    const opened = await openLevel(options);
    return new EmbeddedDatabase(options, opened, (await opened.pouch.info()).update_seq);
  }

  async get(id: string, options?: { readonly revisions?: boolean }): Promise<StoredDoc | undefined> {
    const [doc] = await this.getMany([id], options);
    return doc;
  }

  getMany(
    ids: readonly string[],
    options?: { readonly revisions?: boolean },
  ): Promise<readonly (StoredDoc | undefined)[]> {
    return this.#read((reader) => reader.getMany(ids, options?.revisions === true));
  }

  range(query: RangeQuery): Promise<readonly StoredDoc[]> {
    const { start, end, limit = Number.POSITIVE_INFINITY, descending = false } = query;
    const withBody = query.revisions === true ? "documents with revisions" : "documents";
    const want = query.keysOnly === true ? "keys" : withBody;
    return this.#read((reader) => reader.range({ start, end, limit, descending }, want));
  }

  changes(query: ChangesQuery): Promise<ChangesPage> {
    const asked = Number(query.since);
    if (!(asked >= 0)) throw new TypeError(`not a place in this feed: ${query.since}`);
    const withDoc = query.revisions === true ? "documents with revisions" : "documents";
    return this.#read(async (reader) => {
      const end = this.#end;
      const since = Math.min(asked, end);
      const want = query.includeDocs ? withDoc : "rows";
      const { rows, filled } = await reader.changes({ since, limit: query.limit }, want);
      const lastRow = Number(rows.at(-1)?.seq ?? since);
      const last = filled ? lastRow : Math.max(end, lastRow);
      return { rows, last: String(last) as StoreSeq, pending: Math.max(0, end - last) };
    });
  }

  info(): Promise<{ readonly docCount: number; readonly seq: StoreSeq }> {
    return this.#read(async () => {
      const info = await this.#opened.pouch.info();
      return { docCount: info.doc_count, seq: String(info.update_seq) as StoreSeq };
    });
  }

  conflicts(): Promise<number> {
    return this.#read((reader) => reader.countConflicts());
  }

  async put(doc: DocBody): Promise<WriteRow> {
    const [row] = await this.bulk([doc]);
    return row as WriteRow;
  }

  remove(id: string, rev: string): Promise<WriteRow> {
    return this.put({ _id: id, _rev: rev, _deleted: true });
  }

  async bulk(docs: readonly DocBody[]): Promise<readonly WriteRow[]> {
    assertBatch(docs);
    return this.#writeFitting("swap", docs);
  }

  async bulkRevisions(docs: readonly RevisionDoc[]): Promise<readonly WriteRow[]> {
    assertRevisionBatch(docs);
    return this.#writeFitting("revisions", docs);
  }

  follow(query: FollowQuery, onRows: (rows: readonly ChangeRow[]) => void | Promise<void>): Promise<void> {
    const source = {
      changes: (page: ChangesQuery) => this.changes(page),
      end: () => String(this.#end) as StoreSeq,
      wake: this.#wake,
    };
    return followPages(source, query, onRows);
  }

  /** Ends followers, waits for writes and reads under way, closes leveldb. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#wake.end();
    await this.#writer.idle();
    await this.#reopening;
    await this.#quietReads();
    await this.#opened.pouch.close();
  }

  async #writeFitting(mode: WriteMode, docs: readonly DocBody[]): Promise<readonly WriteRow[]> {
    this.#assertOpen();
    const tooLarge = new Set(docs.filter((doc) => isTooLarge(doc, this.#options.maxDocBytes)));
    if (tooLarge.size === 0) return docs.length === 0 ? [] : this.#writer.add(mode, docs);
    const fitting = docs.filter((doc) => !tooLarge.has(doc));
    const rows = fitting.length === 0 ? [] : await this.#writer.add(mode, fitting);
    let next = 0;
    return docs.map((doc) =>
      tooLarge.has(doc) ? { id: doc._id, ok: false, error: "too-large" } : (rows[next++] as WriteRow),
    );
  }

  async #writeGroup(mode: WriteMode, docs: readonly DocBody[]): Promise<readonly WriteRow[]> {
    try {
      if (this.#mustReopen) await this.#reopen();
      // PouchDB writes into the documents that it is given.
      const copies = docs.map((doc) => ({ ...doc }));
      const answer = await this.#opened.pouch.bulkDocs(copies, { new_edits: mode === "swap" });
      const rows = mode === "swap" ? swapRows(docs, answer) : revisionRows(docs as readonly RevisionDoc[], answer);
      this.#end = (await this.#opened.pouch.info()).update_seq;
      this.#wake.ring();
      return rows;
    } catch (error) {
      this.#mustReopen = true;
      throw toStoreError(error);
    }
  }

  async #reopen(): Promise<void> {
    await assertSpace(this.#options.location);
    let done = () => {};
    this.#reopening = new Promise((resolve) => (done = resolve));
    try {
      await this.#quietReads();
      await this.#opened.pouch.close().catch(() => {});
      this.#opened = await openLevel(this.#options);
      this.#end = (await this.#opened.pouch.info()).update_seq;
      this.#mustReopen = false;
    } finally {
      this.#reopening = undefined;
      done();
    }
  }

  async #read<T>(take: (reader: LevelReader) => Promise<T>): Promise<T> {
    while (this.#reopening !== undefined) await this.#reopening;
    this.#assertOpen();
    this.#reads++;
    try {
      return await take(this.#opened.reader);
    } catch (error) {
      throw toStoreError(error);
    } finally {
      if (--this.#reads === 0) this.#readsDone?.();
    }
  }

  async #quietReads(): Promise<void> {
    if (this.#reads > 0) await new Promise<void>((resolve) => (this.#readsDone = resolve));
  }

  #assertOpen(): void {
    if (this.#closed) throw new StoreError("closed", "the store is closed");
  }
}

/** leveldb opens by writing: on a full disk it would not open, and reading would end too. */
async function assertSpace(location: string): Promise<void> {
  const { bavail, bsize } = await statfs(location);
  if (bavail * bsize < spaceToReopen) throw new StoreError("disk-full", "the disk of the embedded store is full");
}

async function openLevel(options: EmbeddedDatabaseOptions): Promise<Opened> {
  const { location, writeFault } = options;
  let level: Level | undefined;
  const leveldown = makeSyncLevelDown({
    onOpen: (opened) => (level = opened),
    ...(writeFault === undefined ? {} : { writeFault }),
  });
  try {
    const pouch = await openPouch(location, leveldown);
    if (level === undefined) throw new Error("PouchDB did not open leveldb");
    return { pouch, reader: new LevelReader(level) };
  } catch (error) {
    throw toStoreError(error);
  }
}

function swapRows(docs: readonly DocBody[], answer: readonly PouchRow[]): readonly WriteRow[] {
  return docs.map((doc, i) => {
    const row = answer[i];
    if (row === undefined) throw new Error("PouchDB left a document without an answer");
    if ("ok" in row) return { id: doc._id, ok: true, rev: row.rev };
    if (row.name === "conflict") return { id: doc._id, ok: false, error: "conflict" };
    throw new Error(`PouchDB refused a document: ${row.name ?? "unnamed"} ${row.message ?? ""}`);
  });
}

function revisionRows(docs: readonly RevisionDoc[], answer: readonly PouchRow[]): readonly WriteRow[] {
  const failed = answer.find((row) => "error" in row);
  if (failed !== undefined) throw new Error(`PouchDB refused the revision of ${failed.id}`);
  return docs.map((doc) => ({ id: doc._id, ok: true, rev: doc._rev }));
}
