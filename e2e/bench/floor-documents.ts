/**
 * The documents of one database of the floor server: kept as ready JSON bytes, so that an answer is a copy of memory.
 */
import { hash } from "node:crypto";
import { IdIndex } from "../../sync-server/stores/id-index.ts";
import { type RevisionNode, RevisionTree, revisionsOf } from "../../sync-server/stores/revision-tree.ts";

/** A document as a client sends it. */
export type FloorDoc = Readonly<Record<string, unknown>> & {
  readonly _id: string;
  readonly _rev?: string;
  readonly _deleted?: boolean;
  readonly _revisions?: { readonly start: number; readonly ids: readonly string[] };
};

/** A revision's ready answers, built when first asked for. */
export type FloorBody = { readonly json: Buffer; withRevisions?: Buffer; bulkGetRow?: Buffer };
export type FloorNode = RevisionNode<FloorBody>;
export type FloorEntry = {
  readonly id: string;
  readonly tree: RevisionTree<FloorBody>;
  seq: number;
  /** The feed's row without its end, by style; forgotten at each write. */
  row: string | undefined;
  rowOfLeaves: string | undefined;
};
export type WriteAnswer = { readonly ok: true; readonly rev: string } | { readonly ok: false; readonly error: string };

/** CouchDB's default `max_document_size`. */
export const maxDocBytes = 8_000_000;

/** One database in memory. */
export class FloorDocuments {
  readonly entries = new Map<string, FloorEntry>();
  readonly ids = new IdIndex();
  /** The id changed at each seq; a row is valid when its entry's `seq` is that place. */
  readonly feed: string[] = [];
  readonly locals = new Map<string, { readonly rev: number; readonly doc: FloorDoc }>();
  readonly listeners = new Set<() => void>();
  living = 0;

  /** Compare-and-swap. */
  put(doc: FloorDoc): WriteAnswer {
    const entry = this.entries.get(doc._id);
    const base = baseOf(doc, entry);
    if (base === "conflict") return { ok: false, error: "conflict" };
    const { _id, _rev, _revisions, ...content } = doc;
    const text = JSON.stringify(content);
    if (text.length > maxDocBytes) return { ok: false, error: "document_too_large" };
    const generation = (base?.generation ?? 0) + 1;
    const digest = hash("md5", `${base?.rev ?? ""}${text}`);
    this.#write(doc, text, { start: generation, ids: base === undefined ? [digest] : [digest, base.hash] });
    return { ok: true, rev: `${generation}-${digest}` };
  }

  /** Writes a revision as it is given; a document without `_revisions` has no ancestors. */
  putGiven(doc: FloorDoc): void {
    const { _id, _rev = "", _revisions, ...content } = doc;
    const dash = _rev.indexOf("-");
    const alone = { start: Number(_rev.slice(0, dash)), ids: [_rev.slice(dash + 1)] };
    this.#write(doc, JSON.stringify(content), _revisions ?? alone);
  }

  /** The winning revision of a living document. */
  winner(id: string): FloorNode | undefined {
    const node = this.entries.get(id)?.tree.winner;
    return node?.deleted === true ? undefined : node;
  }

  #write(doc: FloorDoc, text: string, revisions: { start: number; ids: readonly string[] }): void {
    const entry = this.entries.get(doc._id) ?? this.#add(doc._id);
    const { tree } = entry;
    const lived = entry.seq > 0 && !tree.winner.deleted;
    const head = `{"_id":${JSON.stringify(doc._id)},"_rev":"${revisions.start}-${revisions.ids[0]}"`;
    const json = Buffer.from(text === "{}" ? `${head}}` : `${head},${text.slice(1)}`);
    if (!tree.graft(revisions, { deleted: doc._deleted === true, body: { json } })) return;
    this.feed.push(doc._id);
    entry.seq = this.feed.length;
    entry.row = undefined;
    entry.rowOfLeaves = undefined;
    this.living += Number(!tree.winner.deleted) - Number(lived);
    if (this.listeners.size > 0) for (const listener of this.listeners) listener();
  }

  #add(id: string): FloorEntry {
    const entry = { id, tree: new RevisionTree<FloorBody>(), seq: 0, row: undefined, rowOfLeaves: undefined };
    this.entries.set(id, entry);
    this.ids.add(id);
    return entry;
  }
}

/** A revision's document as JSON. */
export function jsonOf(node: FloorNode, withRevisions: boolean): Buffer {
  if (node.body === undefined) throw new Error("only leaves have bodies");
  if (!withRevisions) return node.body.json;
  node.body.withRevisions ??= withField(node.body.json, "_revisions", revisionsOf(node));
  return node.body.withRevisions;
}

/** A JSON object with one more field. */
export function withField(json: Buffer, name: string, value: unknown): Buffer {
  return Buffer.concat([json.subarray(0, -1), Buffer.from(`,"${name}":${JSON.stringify(value)}}`)]);
}

function baseOf(doc: FloorDoc, entry: FloorEntry | undefined): FloorNode | undefined | "conflict" {
  if (doc._rev === undefined) {
    if (entry === undefined) return undefined;
    return entry.tree.winner.deleted ? entry.tree.winner : "conflict";
  }
  const node = entry?.tree.find(doc._rev);
  return node?.children === 0 ? node : "conflict";
}
