import { assertBatch, assertRevisionBatch, defaultMaxDocBytes } from "../document-rules.ts";
import { followPages } from "../follow-pages.ts";
import type {
  ChangeRow,
  ChangesPage,
  ChangesQuery,
  DatabaseName,
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
import type { FaultVerdict, MemoryFaults, MemoryOperation } from "./faults.ts";
import { MemoryDocuments, type SwapRule } from "./memory-documents.ts";

/** How a database of the twin is made. */
export type MemoryDatabaseOptions = {
  readonly name: DatabaseName;
  /** Asked at each call, so that a simulation may put in other faults while it runs. */
  readonly faults: () => MemoryFaults | undefined;
  readonly maxDocBytes?: number;
  readonly documents?: MemoryDocuments;
};

/** One database of the twin: `MemoryDocuments` behind the port, with a simulation's faults between the two. */
export class MemoryDatabase implements StoreDatabase {
  readonly documents: MemoryDocuments;
  readonly #options: MemoryDatabaseOptions;
  readonly #wake = new Wake();
  #closed = false;

  constructor(options: MemoryDatabaseOptions) {
    this.#options = options;
    this.documents = options.documents ?? new MemoryDocuments(options.maxDocBytes ?? defaultMaxDocBytes);
  }

  get(id: string, options?: { readonly revisions?: boolean }): Promise<StoredDoc | undefined> {
    return this.#read("get", [id], () => this.documents.get(id, options?.revisions === true));
  }

  getMany(
    ids: readonly string[],
    options?: { readonly revisions?: boolean },
  ): Promise<readonly (StoredDoc | undefined)[]> {
    return this.#read("getMany", ids, () => ids.map((id) => this.documents.get(id, options?.revisions === true)));
  }

  range(query: RangeQuery): Promise<readonly StoredDoc[]> {
    return this.#read("range", [query.start, query.end], () => this.documents.range(query));
  }

  changes(query: ChangesQuery): Promise<ChangesPage> {
    return this.#read("changes", [], () => this.documents.changes(query));
  }

  info(): Promise<{ readonly docCount: number; readonly seq: StoreSeq }> {
    return this.#read("info", [], () => ({ docCount: this.documents.count, seq: this.documents.end }));
  }

  conflicts(): Promise<number> {
    return this.#read("info", [], () => this.documents.conflicts);
  }

  async put(doc: DocBody): Promise<WriteRow> {
    const [row] = await this.#swapAll("put", [doc]);
    return row as WriteRow;
  }

  async remove(id: string, rev: string): Promise<WriteRow> {
    const [row] = await this.#swapAll("remove", [{ _id: id, _rev: rev, _deleted: true }]);
    return row as WriteRow;
  }

  bulk(docs: readonly DocBody[]): Promise<readonly WriteRow[]> {
    return this.#swapAll("bulk", docs);
  }

  async bulkRevisions(docs: readonly RevisionDoc[]): Promise<readonly WriteRow[]> {
    assertRevisionBatch(docs);
    return this.#write("bulkRevisions", docs, (doc) => this.documents.graft(doc as RevisionDoc));
  }

  follow(query: FollowQuery, onRows: (rows: readonly ChangeRow[]) => void | Promise<void>): Promise<void> {
    const source = {
      // Not `this.changes`: a simulation counts calls, and the feed is none.
      changes: (page: ChangesQuery) => Promise.resolve(this.documents.changes(page)),
      end: () => this.documents.end,
      wake: this.#wake,
    };
    return followPages(source, query, onRows);
  }

  /** Ends followers and refuses every later call. */
  close(): void {
    this.#closed = true;
    this.#wake.end();
  }

  async #swapAll(kind: "put" | "bulk" | "remove", docs: readonly DocBody[]): Promise<readonly WriteRow[]> {
    assertBatch(docs);
    return this.#write(kind, docs, (doc, rule) => this.documents.swap(doc, rule));
  }

  async #read<T>(kind: MemoryOperation["kind"], ids: readonly string[], take: () => T): Promise<T> {
    this.#assertOpen();
    const faults = this.#options.faults();
    if (faults === undefined) return take();
    const operation = { database: this.#options.name, kind, ids };
    const verdicts = (await faults.before?.(operation)) ?? "go";
    const verdict = verdictAt(verdicts, 0);
    if (verdict === "refuse") throw new StoreError("unreachable", "refused by the simulation");
    if (verdict.startsWith("uncertain")) throw new StoreError("timeout", "timed out by the simulation");
    const answer = take();
    await faults.after?.(operation);
    return answer;
  }

  async #write(
    kind: MemoryOperation["kind"],
    docs: readonly DocBody[],
    writeOne: (doc: DocBody, rule: SwapRule) => WriteRow,
  ): Promise<readonly WriteRow[]> {
    this.#assertOpen();
    const faults = this.#options.faults();
    if (faults === undefined) {
      const rows = docs.map((doc) => writeOne(doc, "leaf"));
      this.#wake.ring();
      return rows;
    }
    const operation = { database: this.#options.name, kind, ids: docs.map((doc) => doc._id) };
    const verdicts = (await faults.before?.(operation)) ?? "go";
    if (docs.some((_, i) => verdictAt(verdicts, i) === "disk-full")) {
      throw new StoreError("disk-full", "no space left, says the simulation");
    }
    const rows = docs.map((doc, i) => faultyRow(doc._id, verdictAt(verdicts, i), (rule) => writeOne(doc, rule)));
    this.#wake.ring();
    await faults.after?.(operation);
    return rows;
  }

  #assertOpen(): void {
    if (this.#closed) throw new StoreError("closed", "the store is closed");
  }
}

function verdictAt(verdicts: FaultVerdict | readonly FaultVerdict[], index: number): FaultVerdict {
  return typeof verdicts === "string" ? verdicts : (verdicts[index] ?? "go");
}

function faultyRow(id: string, verdict: FaultVerdict, write: (rule: SwapRule) => WriteRow): WriteRow {
  switch (verdict) {
    case "refuse":
      return { id, ok: false, error: "unavailable" };
    case "conflict":
      return { id, ok: false, error: "conflict" };
    case "uncertain-lost":
      return { id, ok: false, error: "uncertain" };
    case "uncertain-written": {
      const row = write("leaf");
      return row.ok ? { id, ok: false, error: "uncertain" } : row;
    }
    case "two-through":
      return write("known");
    default:
      return write("leaf");
  }
}
