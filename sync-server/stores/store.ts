/**
 * The Store port: three document databases, as the rest of the server sees them.
 *
 * Adapters: `memory/` (twin), `embedded/` (PouchDB on leveldb in the process), `couch/` (CouchDB 3.x by nano).
 * One contract suite, `contract.ts`, runs over all of them.
 *
 * Failures come in three kinds. An answer we expected (conflict, uncertain) is a `WriteRow`. The outside world failed: a
 * `StoreError`. A call that breaks the port's own rules (no `_id`, a closed database) is a programming error and throws.
 */

/** The databases of a desk: threads; accounts, sessions and secrets; audit. */
export type DatabaseName = "desk" | "desk-server" | "desk-audit";

/** Every database, in the order in which they are opened. */
export const databaseNames: readonly DatabaseName[] = ["desk", "desk-server", "desk-audit"];

/** A place in a database's feed. Opaque: compare for equality only, never parse, never sort; valid for the database that gave it. */
export type StoreSeq = string & { readonly __brand: "StoreSeq" };

/** The place before the first change. */
export const feedStart = "0" as StoreSeq;

/** The ancestry of a revision, newest first: `ids[i]` is the hash of generation `start - i`. */
export type Revisions = { readonly start: number; readonly ids: readonly string[] };

/** A stored document; `_revisions` only where it was asked for. */
export type StoredDoc = {
  readonly _id: string;
  readonly _rev: string;
  readonly _revisions?: Revisions;
  readonly _deleted?: boolean;
} & Readonly<Record<string, unknown>>;

/** A document to be written. `_rev` absent means "create": it conflicts when a living document of that id exists. */
export type DocBody = { readonly _id: string; readonly _rev?: string } & Readonly<Record<string, unknown>>;

/** A document whose revision was made elsewhere; `_revisions.ids[0]` is the hash of `_rev`, the rest its ancestors. */
export type RevisionDoc = DocBody & { readonly _rev: string; readonly _revisions: Revisions };

/**
 * Why a row was not written, or not surely.
 * `conflict`: `_rev` is not the present one. `unavailable`: surely not written, may be sent again. `uncertain`: may or may
 * not have been written (a 202 of a cluster, a time-out, a broken connection): never acknowledge, read again.
 * `too-large`: the store refuses the size for ever.
 */
export type WriteFailure = "conflict" | "unavailable" | "uncertain" | "too-large";

/** The answer to one document of a write. `ok: true` means durable. */
export type WriteRow =
  | { readonly id: string; readonly ok: true; readonly rev: string }
  | { readonly id: string; readonly ok: false; readonly error: WriteFailure };

/** One row of the feed: the document's winning revision at the time of reading. `doc` only where it was asked for. */
export type ChangeRow = {
  readonly seq: StoreSeq;
  readonly id: string;
  readonly rev: string;
  readonly deleted: boolean;
  readonly doc?: StoredDoc;
};

/** A range of ids, both ends included, in byte order of UTF-8. With `descending`, `start` is still the lower end. */
export type RangeQuery = {
  readonly start: string;
  readonly end: string;
  readonly limit?: number;
  readonly descending?: boolean;
  /** Documents come with `_id` and `_rev` only: cheap. */
  readonly keysOnly?: boolean;
  /** Documents carry `_revisions`; ignored with `keysOnly`. */
  readonly revisions?: boolean;
};

/** A page of the feed. `revisions` needs `includeDocs`. */
export type ChangesQuery = {
  readonly since: StoreSeq;
  readonly limit: number;
  readonly includeDocs: boolean;
  readonly revisions?: boolean;
};

/** A page of the feed: `last` is where the next page begins, `pending` about how many rows are behind it. */
export type ChangesPage = { readonly rows: readonly ChangeRow[]; readonly last: StoreSeq; readonly pending: number };

/** What a follower asks for; `"now"` skips what is already there. */
export type FollowQuery = {
  readonly since: StoreSeq | "now";
  readonly includeDocs: boolean;
  readonly revisions?: boolean;
  readonly signal: AbortSignal;
};

/**
 * One database.
 *
 * Reads reject with a `StoreError` when the store does not answer. Writes answer each document with a row; they reject with a
 * `StoreError` when sending again would not help by itself (`disk-full`, `unauthorised`, `closed`, a disk or a database that
 * is gone): then nothing was acknowledged, and what was written is to be read again.
 */
export interface StoreDatabase {
  /** The winning revision, or nothing when there is none or it is deleted. */
  get(id: string, options?: { readonly revisions?: boolean }): Promise<StoredDoc | undefined>;
  /** In the order of `ids`; absent ones are `undefined`. */
  getMany(
    ids: readonly string[],
    options?: { readonly revisions?: boolean },
  ): Promise<readonly (StoredDoc | undefined)[]>;
  /** Compare-and-swap on `_rev`; durable when it resolves `ok`. */
  put(doc: DocBody): Promise<WriteRow>;
  /** Each document its own compare-and-swap, rows in the order of `docs`; durable when resolved. No two of one id in a call. */
  bulk(docs: readonly DocBody[]): Promise<readonly WriteRow[]>;
  /**
   * Writes the given revisions as they are (`new_edits: false`). Repeating it changes nothing. It never conflicts: a revision
   * that does not descend from the winning one becomes a second leaf, and the highest generation, then hash, wins.
   */
  bulkRevisions(docs: readonly RevisionDoc[]): Promise<readonly WriteRow[]>;
  /** Living documents of a range of ids. */
  range(query: RangeQuery): Promise<readonly StoredDoc[]>;
  /** Deletes by writing a tombstone: `rev` must be the present one. */
  remove(id: string, rev: string): Promise<WriteRow>;
  /** A page of the feed after `since`: each document once, at its latest change. */
  changes(query: ChangesQuery): Promise<ChangesPage>;
  /**
   * One upstream feed. Calls `onRows` with one batch at a time, in feed order, and waits for it; reconnects by itself, with
   * jitter; a row may come twice after a reconnection. Resolves when `signal` aborts; rejects when `onRows` does.
   */
  follow(query: FollowQuery, onRows: (rows: readonly ChangeRow[]) => void | Promise<void>): Promise<void>;
  /** Number of living documents and the feed's present end. */
  info(): Promise<{ readonly docCount: number; readonly seq: StoreSeq }>;
  /** Number of documents with more than one living leaf. Reads every document's tree: for the audit, may be slow. */
  conflicts(): Promise<number>;
}

/** A place that keeps databases. Whoever opened it closes it. */
export interface Store {
  /** Opens a database, creating it when it is not there. Opening twice gives the same one. */
  open(name: DatabaseName): Promise<StoreDatabase>;
  /** Whether the store answers now. Never rejects. */
  health(): Promise<{ readonly ok: boolean; readonly detail?: string }>;
  /** Ends followers, waits for writes under way, releases locks. */
  close(): Promise<void>;
  readonly kind: "memory" | "embedded" | "couchdb";
}

/** What can fail outside of us; the one list. */
export type StoreErrorCode =
  | "unreachable"
  | "timeout"
  | "server"
  | "bad-answer"
  | "unauthorised"
  | "disk-full"
  | "locked"
  | "closed";

const retriable: ReadonlySet<StoreErrorCode> = new Set(["unreachable", "timeout", "server", "bad-answer", "disk-full"]);

/** The world behind the store failed. `retry` says whether the same call may succeed later without anybody's help or with more space. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;
  readonly retry: boolean;

  constructor(code: StoreErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "StoreError";
    this.code = code;
    this.retry = retriable.has(code);
  }
}
