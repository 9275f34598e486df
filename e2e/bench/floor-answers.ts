import { type FloorDoc, type FloorDocuments, type FloorNode, jsonOf, withField } from "./floor-documents.ts";
import { seqText } from "./floor-feed.ts";

/** What is sent back. */
export type Answer = { readonly status: number; readonly body: string | Buffer };
export type Query = Readonly<Record<string, string>>;

const comma = Buffer.from(",");
const bulkGetEnd = Buffer.from("}]}");

export function json(status: number, value: unknown): Answer {
  return { status, body: JSON.stringify(value) };
}

export function failure(status: number, error: string, reason = error): Answer {
  return { status, body: `{"error":"${error}","reason":"${reason}"}` };
}

/** GET /db */
export function databaseInfo(name: string, documents: FloorDocuments): Answer {
  const seq = seqText(documents.feed.length);
  const deleted = documents.entries.size - documents.living;
  return json(200, { db_name: name, doc_count: documents.living, doc_del_count: deleted, update_seq: seq });
}

/** GET /db/doc with `rev`, `revs`, `conflicts`. */
export function getDoc(documents: FloorDocuments, id: string, query: Query): Answer {
  const tree = documents.entries.get(id)?.tree;
  const { rev } = query;
  const node = rev === undefined ? documents.winner(id) : tree?.find(rev);
  if (node?.body === undefined) return failure(404, "not_found", tree === undefined ? "missing" : "deleted");
  const found = jsonOf(node, query["revs"] === "true");
  if (query["conflicts"] !== "true" || tree === undefined || tree.living < 2) return { status: 200, body: found };
  const losers = tree.leaves.filter((leaf) => !leaf.deleted && leaf !== node).map((leaf) => leaf.rev);
  return { status: 200, body: withField(found, "_conflicts", losers) };
}

/** PUT /db/doc, and DELETE by a tombstone. */
export function putDoc(documents: FloorDocuments, doc: FloorDoc, newEdits: boolean): Answer {
  if (!newEdits) {
    documents.putGiven(doc);
    return json(201, { ok: true, id: doc._id, rev: doc._rev });
  }
  const answer = documents.put(doc);
  if (answer.ok) return json(201, { ok: true, id: doc._id, rev: answer.rev });
  return failure(answer.error === "conflict" ? 409 : 413, answer.error);
}

/** POST /db/_bulk_docs in both forms. */
export function bulkDocs(
  documents: FloorDocuments,
  request: { readonly docs: readonly FloorDoc[]; readonly new_edits?: boolean },
): Answer {
  if (request.new_edits === false) {
    for (const doc of request.docs) documents.putGiven(doc);
    return { status: 201, body: "[]" };
  }
  const rows: string[] = [];
  for (const doc of request.docs) {
    const id = JSON.stringify(doc._id);
    const answer = documents.put(doc);
    if (answer.ok) rows.push(`{"ok":true,"id":${id},"rev":"${answer.rev}"}`);
    else if (answer.error === "conflict") rows.push(`{"id":${id},"error":"conflict","reason":"conflict"}`);
    else return failure(413, answer.error);
  }
  return { status: 201, body: `[${rows.join(",")}]` };
}

/** POST /db/_bulk_get; without `rev` all leaves, as CouchDB gives them. */
export function bulkGet(
  documents: FloorDocuments,
  request: { readonly docs: readonly { readonly id: string; readonly rev?: string }[] },
  query: Query,
): Answer {
  const withRevisions = query["revs"] === "true";
  const rows = request.docs.map(({ id, rev }) => {
    const tree = documents.entries.get(id)?.tree;
    const asked = rev === undefined ? undefined : tree?.find(rev);
    if (withRevisions && asked?.children === 0 && asked.body !== undefined) {
      asked.body.bulkGetRow ??= bulkGetRow(id, [asked], true);
      return asked.body.bulkGetRow;
    }
    const later = asked === undefined ? [] : leavesOf(tree?.leaves ?? [], asked, query["latest"] === "true");
    const nodes = rev === undefined ? (tree?.leaves ?? []) : later;
    if (nodes.length > 0) return bulkGetRow(id, nodes, withRevisions);
    const error = { id, rev: rev ?? "undefined", error: "not_found", reason: "missing" };
    return Buffer.from(`{"id":${JSON.stringify(id)},"docs":[{"error":${JSON.stringify(error)}}]}`);
  });
  return { status: 200, body: wrapRows('{"results":[', rows, "]}") };
}

/** GET or POST /db/_all_docs */
export function allDocs(documents: FloorDocuments, query: Query, keys: readonly string[] | undefined): Answer {
  const includeDocs = query["include_docs"] === "true";
  const rows: Buffer[] = [];
  if (keys !== undefined) {
    for (const key of keys) rows.push(keyRow(documents, key, includeDocs));
  } else {
    const limit = query["limit"] === undefined ? Number.POSITIVE_INFINITY : Number(query["limit"]);
    const descending = query["descending"] === "true";
    const key = parseKey(query["key"]);
    const first = key ?? parseKey(query["startkey"] ?? query["start_key"]);
    const last = key ?? parseKey(query["endkey"] ?? query["end_key"]);
    const low = (descending ? last : first) ?? "";
    const high = (descending ? first : last) ?? "\u{10ffff}";
    if (limit > 0) {
      for (const id of documents.ids.between(low, high, descending ? "descending" : "ascending")) {
        const node = documents.winner(id);
        if (node === undefined) continue;
        rows.push(allDocsRow(id, node, includeDocs));
        if (rows.length >= limit) break;
      }
    }
  }
  return { status: 200, body: wrapRows(`{"total_rows":${documents.living},"offset":0,"rows":[\n`, rows, "\n]}") };
}

/** POST /db/_revs_diff */
export function revsDiff(documents: FloorDocuments, request: Readonly<Record<string, readonly string[]>>): Answer {
  const missing: Record<string, { missing: string[] }> = {};
  for (const [id, revs] of Object.entries(request)) {
    const tree = documents.entries.get(id)?.tree;
    const absent = tree === undefined ? [...revs] : revs.filter((rev) => tree.find(rev) === undefined);
    if (absent.length > 0) missing[id] = { missing: absent };
  }
  return json(200, missing);
}

/** GET, PUT, DELETE /db/_local/id */
export function localDoc(documents: FloorDocuments, method: string, doc: FloorDoc): Answer {
  const known = documents.locals.get(doc._id);
  if (method === "PUT") {
    const rev = (known?.rev ?? 0) + 1;
    documents.locals.set(doc._id, { rev, doc });
    return json(201, { ok: true, id: doc._id, rev: `0-${rev}` });
  }
  if (known === undefined) return failure(404, "not_found");
  if (method === "DELETE") {
    documents.locals.delete(doc._id);
    return json(200, { ok: true, id: doc._id, rev: "0-0" });
  }
  return json(200, { ...known.doc, _rev: `0-${known.rev}` });
}

/** Rows between a beginning and an end, with commas. */
export function wrapRows(start: string, rows: readonly Buffer[], end: string): Buffer {
  const parts: Buffer[] = [Buffer.from(start)];
  for (const row of rows) {
    if (parts.length > 1) parts.push(comma);
    parts.push(row);
  }
  parts.push(Buffer.from(end));
  return Buffer.concat(parts);
}

function leavesOf(leaves: readonly FloorNode[], asked: FloorNode, latest: boolean): readonly FloorNode[] {
  if (!latest) return asked.body === undefined ? [] : [asked];
  return leaves.filter((leaf) => {
    for (let at: FloorNode | undefined = leaf; at !== undefined; at = at.parent) if (at === asked) return true;
    return false;
  });
}

function bulkGetRow(id: string, nodes: readonly FloorNode[], withRevisions: boolean): Buffer {
  const parts: Buffer[] = [];
  for (const node of nodes) {
    const start = parts.length === 0 ? `{"id":${JSON.stringify(id)},"docs":[{"ok":` : '},{"ok":';
    parts.push(Buffer.from(start), jsonOf(node, withRevisions));
  }
  return Buffer.concat([...parts, bulkGetEnd]);
}

function allDocsRow(id: string, node: FloorNode, includeDocs: boolean): Buffer {
  const key = JSON.stringify(id);
  const start = `{"id":${key},"key":${key},"value":{"rev":"${node.rev}"}`;
  if (!includeDocs) return Buffer.from(`${start}}`);
  return Buffer.concat([Buffer.from(`${start},"doc":`), jsonOf(node, false), Buffer.from("}")]);
}

function keyRow(documents: FloorDocuments, id: string, includeDocs: boolean): Buffer {
  const node = documents.entries.get(id)?.tree.winner;
  if (node === undefined) return Buffer.from(`{"key":${JSON.stringify(id)},"error":"not_found"}`);
  if (!node.deleted) return allDocsRow(id, node, includeDocs);
  const value = { rev: node.rev, deleted: true };
  return Buffer.from(JSON.stringify({ id, key: id, value, ...(includeDocs ? { doc: null } : {}) }));
}

function parseKey(text: string | undefined): string | undefined {
  return text === undefined ? undefined : String(JSON.parse(text));
}
