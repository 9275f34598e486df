import { hash } from "node:crypto";
import { isOverBytes } from "../document-rules.ts";
import { IdIndex } from "../id-index.ts";
import { type RevisionNode, RevisionTree, revisionsOf } from "../revision-tree.ts";
import type {
  ChangeRow,
  ChangesPage,
  ChangesQuery,
  DocBody,
  RangeQuery,
  RevisionDoc,
  StoredDoc,
  StoreSeq,
  WriteRow,
} from "../store.ts";

type Entry = { readonly tree: RevisionTree<StoredDoc>; seq: number };

/** How strict a write looks at `_rev`: `leaf` as CouchDB does, `known` as a cluster that lets two through. */
export type SwapRule = "leaf" | "known";

/**
 * The documents of one in-memory database, without time and without faults: everything here is done at once.
 * Stored documents are frozen and shared between readers. Revision hashes depend on content and parent only, so a run
 * repeats exactly.
 */
export class MemoryDocuments {
  readonly #entries = new Map<string, Entry>();
  readonly #ids = new IdIndex();
  /** `#feed[seq - 1]` is the id changed at `seq`; rows that a later change has overtaken are passed over. */
  readonly #feed: string[] = [];
  readonly #maxDocBytes: number;
  #livingCount = 0;

  constructor(maxDocBytes: number) {
    this.#maxDocBytes = maxDocBytes;
  }

  /** Number of living documents. */
  get count(): number {
    return this.#livingCount;
  }

  /** The feed's end. */
  get end(): StoreSeq {
    return String(this.#feed.length) as StoreSeq;
  }

  /** Number of documents with several living leaves. */
  get conflicts(): number {
    let count = 0;
    for (const { tree } of this.#entries.values()) if (tree.living > 1) count++;
    return count;
  }

  /** The winning revision of a living document. */
  get(id: string, withRevisions: boolean): StoredDoc | undefined {
    const winner = this.#entries.get(id)?.tree.winner;
    return winner === undefined || winner.deleted ? undefined : present(winner, withRevisions);
  }

  /** Living documents of a range of ids. */
  range(query: RangeQuery): readonly StoredDoc[] {
    const docs: StoredDoc[] = [];
    const limit = query.limit ?? Number.POSITIVE_INFINITY;
    const order = query.descending === true ? "descending" : "ascending";
    if (limit <= 0) return docs;
    for (const id of this.#ids.between(query.start, query.end, order)) {
      const winner = this.#entries.get(id)?.tree.winner;
      if (winner === undefined || winner.deleted) continue;
      docs.push(query.keysOnly === true ? { _id: id, _rev: winner.rev } : present(winner, query.revisions === true));
      if (docs.length >= limit) break;
    }
    return docs;
  }

  /** Compare-and-swap. */
  swap(doc: DocBody, rule: SwapRule): WriteRow {
    const id = doc._id;
    const entry = this.#entries.get(id);
    const base = this.#baseOf(doc, entry, rule);
    if (base === "conflict") return { id, ok: false, error: "conflict" };
    const { _rev, _revisions, ...content } = doc;
    const text = JSON.stringify(content);
    if (isOverBytes(text, this.#maxDocBytes)) return { id, ok: false, error: "too-large" };
    const start = base === undefined ? 1 : base.generation + 1;
    const digest = hash("md5", `${base?.rev ?? ""}\n${text}`);
    const ids = base === undefined ? [digest] : [digest, base.hash];
    this.#write(id, entry, { start, ids }, text);
    return { id, ok: true, rev: `${start}-${digest}` };
  }

  /** Writes a given revision as it is. */
  graft(doc: RevisionDoc): WriteRow {
    const id = doc._id;
    const { _rev, _revisions, ...content } = doc;
    const text = JSON.stringify(content);
    if (isOverBytes(text, this.#maxDocBytes)) return { id, ok: false, error: "too-large" };
    this.#write(id, this.#entries.get(id), _revisions, text);
    return { id, ok: true, rev: _rev };
  }

  /** A page of the feed. */
  changes(query: ChangesQuery): ChangesPage {
    const rows: ChangeRow[] = [];
    const since = Number(query.since);
    if (!(since >= 0)) throw new TypeError(`not a place in this feed: ${query.since}`);
    // After a restore a follower may stand beyond the end: he goes on from the end.
    let seq = Math.min(since, this.#feed.length);
    while (seq < this.#feed.length && rows.length < query.limit) {
      const id = this.#feed[seq++] as string;
      const entry = this.#entries.get(id);
      if (entry?.seq !== seq) continue;
      const { winner } = entry.tree;
      const row = { seq: String(seq) as StoreSeq, id, rev: winner.rev, deleted: winner.deleted };
      rows.push(query.includeDocs ? { ...row, doc: present(winner, query.revisions === true) } : row);
    }
    return { rows, last: String(seq) as StoreSeq, pending: this.#feed.length - seq };
  }

  /** A copy that further writes to either side do not touch. */
  copy(): MemoryDocuments {
    const copy = new MemoryDocuments(this.#maxDocBytes);
    for (const [id, entry] of this.#entries) {
      copy.#entries.set(id, { tree: entry.tree.copy(), seq: entry.seq });
      copy.#ids.add(id);
    }
    for (const id of this.#feed) copy.#feed.push(id);
    copy.#livingCount = this.#livingCount;
    return copy;
  }

  #baseOf(doc: DocBody, entry: Entry | undefined, rule: SwapRule): RevisionNode<StoredDoc> | undefined | "conflict" {
    if (doc._rev === undefined) {
      if (entry === undefined) return undefined;
      // A deleted document may be made anew; it goes on from its tombstone.
      return entry.tree.winner.deleted ? entry.tree.winner : "conflict";
    }
    const node = entry?.tree.find(doc._rev);
    if (node === undefined) return "conflict";
    return rule === "known" || node.children === 0 ? node : "conflict";
  }

  #write(id: string, entry: Entry | undefined, revisions: RevisionDoc["_revisions"], text: string): void {
    const tree = entry?.tree ?? new RevisionTree<StoredDoc>();
    const lived = entry !== undefined && !tree.winner.deleted;
    const rev = `${revisions.start}-${revisions.ids[0]}`;
    const body = freeze({ ...JSON.parse(text), _rev: rev }) as StoredDoc;
    if (!tree.graft(revisions, { deleted: body._deleted === true, body })) return;
    this.#feed.push(id);
    if (entry === undefined) {
      this.#ids.add(id);
      this.#entries.set(id, { tree, seq: this.#feed.length });
    } else {
      entry.seq = this.#feed.length;
    }
    this.#livingCount += Number(!tree.winner.deleted) - Number(lived);
  }
}

function present(node: RevisionNode<StoredDoc>, withRevisions: boolean): StoredDoc {
  if (node.body === undefined) throw new Error("a leaf has lost its body");
  return withRevisions ? { ...node.body, _revisions: revisionsOf(node) } : node.body;
}

function freeze(value: unknown): unknown {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  }
  return value;
}
