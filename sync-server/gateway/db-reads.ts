import type { Context } from "hono";
import { type DbRequest, notFound } from "./db-request.ts";
import { readDocuments, type VirtualDocument } from "./documents.ts";
import type { RouteParts } from "./parts.ts";
import { firstNotBelow } from "./walk.ts";

const json = { "content-type": "application/json", "cache-control": "no-store" };
const rowsPerWalk = 5_000;

/** `_revs_diff`: which of a replicator's revisions are news. Of what he may not see, all are. */
export async function answerRevsDiff(
  parts: RouteParts,
  { c, viewer }: DbRequest,
  body: Record<string, unknown>,
): Promise<Response> {
  const ids = Object.keys(body);
  const docs = await readDocuments(parts, viewer(), ids);
  const news: Record<string, { missing: readonly unknown[] }> = {};
  ids.forEach((id, at) => {
    const revs = body[id];
    if (!Array.isArray(revs)) return;
    const missing = (revs as unknown[]).filter((rev) => typeof rev !== "string" || docs[at]?.isKnown(rev) !== true);
    if (missing.length > 0) news[id] = { missing };
  });
  return c.json(news);
}

/**
 * `_bulk_get`. What is not there or out of sight comes as `{ missing }`, as in an answer to `open_revs`: an `error` row
 * would end an unmodified PouchDB's replication because a thread left sight between its two calls.
 */
export async function answerBulkGet(
  parts: RouteParts,
  { c, viewer }: DbRequest,
  body: Record<string, unknown>,
): Promise<Response> {
  const asked: { readonly id: string; readonly rev: string | undefined }[] = [];
  for (const entry of Array.isArray(body["docs"]) ? (body["docs"] as unknown[]) : []) {
    if (typeof entry !== "object" || entry === null || !("id" in entry) || typeof entry.id !== "string") continue;
    asked.push({ id: entry.id, rev: "rev" in entry && typeof entry.rev === "string" ? entry.rev : undefined });
  }
  const latest = c.req.query("latest") === "true";
  const docs = await readDocuments(
    parts,
    viewer(),
    asked.map(({ id }) => id),
  );
  const rows: Buffer[] = [];
  asked.forEach(({ id, rev }, at) => {
    const start = `${at === 0 ? '{"results":[' : ",\n"}{"id":${JSON.stringify(id)},"docs":[`;
    const doc = pick(docs[at], { rev, latest });
    if (doc !== undefined) rows.push(Buffer.from(`${start}{"ok":`), doc.bytes, rowEnd);
    else rows.push(Buffer.from(`${start}${rev === undefined ? "" : missingText(rev)}]}`));
  });
  rows.push(Buffer.from(asked.length === 0 ? '{"results":[]}' : "]}"));
  return c.body(Buffer.concat(rows), 200, json);
}

const rowEnd = Buffer.from("}]}");

/** `GET <id>`, with rev, latest, revs, open_revs. */
export async function answerDocument(parts: RouteParts, { c, viewer, path }: DbRequest): Promise<Response> {
  const [doc] = await readDocuments(parts, viewer(), [path[0] ?? ""]);
  const { open_revs: openRevs, rev, latest, revs } = c.req.query();
  if (openRevs !== undefined) return answerOpenRevs(c, doc, { asked: openRevs, latest: latest === "true" });
  const found = pick(doc, { rev, latest: latest === "true" });
  if (found === undefined) return notFound(c);
  return c.body(revs === "true" ? found.text : withoutRevisions(found.text), 200, json);
}

type OpenRevs = { readonly asked: string; readonly latest: boolean };

function answerOpenRevs(c: Context, doc: VirtualDocument | undefined, { asked, latest }: OpenRevs): Response {
  if (doc === undefined && asked === "all") return notFound(c);
  const parts: { readonly text: string; readonly isFound: boolean }[] = [];
  for (const rev of asked === "all" ? [doc?.rev] : readRevs(asked)) {
    const found = pick(doc, { rev, latest });
    if (found !== undefined) parts.push({ text: found.text, isFound: true });
    else if (rev !== undefined) parts.push({ text: missingText(rev), isFound: false });
  }
  if (!(c.req.header("accept") ?? "").includes("multipart/mixed")) {
    const rows = parts.map(({ text, isFound }) => (isFound ? `{"ok":${text}}` : text));
    return c.body(`[${rows.join(",")}]`, 200, json);
  }
  // CouchDB's own replicator reads nothing else here.
  const boundary = "otklik-part";
  const bodies = parts.map(
    ({ text, isFound }) =>
      `--${boundary}\r\nContent-Type: application/json${isFound ? "" : '; error="true"'}\r\n\r\n${text}\r\n`,
  );
  return c.body(`${bodies.join("")}--${boundary}--`, 200, {
    "content-type": `multipart/mixed; boundary="${boundary}"`,
  });
}

/** `_all_docs`: by keys, or a range of ids. */
export async function answerAllDocs(
  parts: RouteParts,
  { c, viewer }: DbRequest,
  body: Record<string, unknown>,
): Promise<Response> {
  const query = c.req.query();
  const keys = Array.isArray(body["keys"]) ? (body["keys"] as unknown[]) : readJsonParameter(query["keys"]);
  const withDocs = query["include_docs"] === "true";
  const total = parts.feed.countBehind(viewer());
  const answer = (rows: readonly string[]): Response =>
    c.body(`{"total_rows":${total},"offset":0,"rows":[${rows.join(",\n")}]}`, 200, json);
  if (Array.isArray(keys)) {
    const ids = keys.map(String);
    const docs = await readDocuments(parts, viewer(), ids);
    return answer(
      ids.map((id, at) => {
        const doc = docs[at];
        return doc === undefined ? `{"key":${JSON.stringify(id)},"error":"not_found"}` : rowText(doc.id, doc, withDocs);
      }),
    );
  }
  const rows = await idsBetween(parts, { viewer, query });
  if (!withDocs) return answer(rows.map(({ id, rev }) => rowText(id, { rev, text: "" }, false)));
  const docs = await readDocuments(
    parts,
    viewer(),
    rows.map(({ id }) => id),
  );
  return answer(docs.flatMap((doc) => (doc === undefined ? [] : [rowText(doc.id, doc, true)])));
}

type Row = { readonly id: string; readonly rev: string };
type RangeRequest = { readonly viewer: DbRequest["viewer"]; readonly query: Readonly<Record<string, string>> };

/** Ids and revisions of a range, by CouchDB's parameters; a walk that stops at the range's end. */
async function idsBetween(parts: RouteParts, { viewer, query }: RangeRequest): Promise<readonly Row[]> {
  const key = readId(query["key"]);
  const isDescending = query["descending"] === "true";
  const from = key ?? readId(query["startkey"] ?? query["start_key"]);
  const to = key ?? readId(query["endkey"] ?? query["end_key"]);
  const [low, high] = isDescending ? [to ?? "", from ?? "\uffff"] : [from ?? "", to ?? "\uffff"];
  const isOpenEnd = query["inclusive_end"] === "false" && to !== undefined;
  const inRange = ({ id }: Row): boolean => id >= low && id <= high && !(isOpenEnd && id === to);
  const skip = Math.max(0, Number(query["skip"] ?? 0) || 0);
  const limit = query["limit"] === undefined ? Number.POSITIVE_INFINITY : Math.max(0, Number(query["limit"]) || 0);
  const visible = parts.index.visible(viewer().scopes);
  const threads = visible.slice(0, firstNotBelow(visible, high) + 1);
  const rows: Row[] = [];
  // Ids are fixed in length up to the colon, so the place just before `low` is `low` without its last character.
  let cursor = low.slice(0, -1);
  for (;;) {
    const page = await parts.walker.walk(threads, { cursor, limit: rowsPerWalk });
    for (const row of page.rows) if (inRange(row)) rows.push(row);
    const last = page.rows[page.rows.length - 1];
    if (page.finished || last === undefined || last.id > high) break;
    if (!isDescending && rows.length >= skip + limit) break;
    cursor = last.id;
  }
  if (isDescending) rows.reverse();
  return rows.slice(skip, skip + limit);
}

/** The document, when it is what was asked for: any revision, the present one, or with `latest` one of its line. */
function pick(
  doc: VirtualDocument | undefined,
  { rev, latest }: { readonly rev: string | undefined; readonly latest: boolean },
): VirtualDocument | undefined {
  if (doc === undefined || rev === undefined || rev === doc.rev) return doc;
  return latest && doc.isKnown(rev) ? doc : undefined;
}

function rowText(id: string, { rev, text }: { rev: string; text: string }, withDoc: boolean): string {
  const tail = withDoc ? `,"doc":${withoutRevisions(text)}` : "";
  return `{"id":"${id}","key":"${id}","value":{"rev":"${rev}"}${tail}}`;
}

function withoutRevisions(text: string): string {
  const { _revisions, ...doc } = JSON.parse(text) as Record<string, unknown>;
  return JSON.stringify(doc);
}

const missingText = (rev: string): string => JSON.stringify({ missing: rev });

function readRevs(text: string): readonly string[] {
  const revs = readJsonParameter(text);
  return Array.isArray(revs) ? revs.filter((rev): rev is string => typeof rev === "string") : [];
}

const readId = (text: string | undefined): string | undefined => {
  const value = readJsonParameter(text);
  return typeof value === "string" ? value : undefined;
};

function readJsonParameter(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
