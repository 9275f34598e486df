import { Hono } from "hono";
import type { ItemAnswer } from "../../shared/items/stamp.ts";
import { answerChanges } from "./db-changes.ts";
import { answerAllDocs, answerBulkGet, answerDocument, answerRevsDiff } from "./db-reads.ts";
import { couchError, type DbRequest, isRecord, notFound } from "./db-request.ts";
import { readJson } from "./http-body.ts";
import type { RouteParts } from "./parts.ts";
import { encodeToken } from "./token.ts";

const bulkBytes = 32 * 1024 * 1024;
const localBytes = 64 * 1024;
/** A client that asks for it gets a row of ours for each item instead of failures only. */
const verdictsHeader = "x-otklik-verdicts";

type Handler = (parts: RouteParts, request: DbRequest) => Response | Promise<Response>;

/**
 * One virtual database in CouchDB's replication protocol, mounted at one path segment. Every caller gets his own: exactly
 * what he may see. What is not in the table answers 405.
 */
export function dbRoutes(parts: RouteParts): Hono {
  return new Hono().all("/*", async (c) => {
    // No cookies here: what a foreign page can make a browser send must not read or write.
    const who = await parts.identity.authenticate({ authorization: c.req.header("authorization") });
    if (who === undefined || who.actor.kind !== "agent") {
      return couchError(c, 401, { error: "unauthorized", reason: "A device token is needed." });
    }
    parts.arbiter.heard(who.actor.id);
    // His rights of this moment: they may have changed while the request was read.
    parts.rights.note(who.actor.id, parts.identity.actorOf(who.actor.id));
    const path = pathParts(c.req.url);
    if (path === undefined) return couchError(c, 400, { error: "bad_request", reason: "The path cannot be read." });
    const handler = handlers[routeName(c.req.method, path)] ?? notAllowed;
    return handler(parts, { c, who, viewer: () => parts.rights.now(who.actor.id), path });
  });
}

const handlers: Readonly<Record<string, Handler>> = {
  "GET ": answerInfo,
  "GET _changes": (parts, { c, viewer }) => answerChanges(parts, viewer, c),
  "POST _changes": answerPostedChanges,
  "POST _revs_diff": (parts, request) => withBody(request, (body) => answerRevsDiff(parts, request, body)),
  "POST _bulk_get": (parts, request) => withBody(request, (body) => answerBulkGet(parts, request, body)),
  "POST _bulk_docs": (parts, request) => withBody(request, (body) => answerBulkDocs(parts, request, body)),
  "GET _all_docs": (parts, request) => answerAllDocs(parts, request, {}),
  "POST _all_docs": (parts, request) => withBody(request, (body) => answerAllDocs(parts, request, body)),
  "GET _local": getLocal,
  "PUT _local": putLocal,
  "GET doc": answerDocument,
  // A replicating CouchDB asks for it; what was answered is durable already.
  "POST _ensure_full_commit": (_parts, { c }) => c.json({ ok: true, instance_start_time: "0" }, 201),
};

/** HEAD is answered like GET, without a body, by the framework. */
function routeName(method: string, path: readonly string[]): string {
  const [first = ""] = path;
  const verb = method === "HEAD" ? "GET" : method;
  if (first === "_local" && path.length === 2) return `${verb} _local`;
  if (path.length === 1 && !first.startsWith("_") && first !== "") return `${verb} doc`;
  return path.length <= 1 ? `${verb} ${first}` : "";
}

/** The decoded segments behind the mount; nothing when they are no text. */
function pathParts(url: string): readonly string[] | undefined {
  const segments = new URL(url).pathname.split("/").slice(2);
  try {
    const parts = segments.map(decodeURIComponent);
    return parts.length === 1 && parts[0] === "" ? [] : parts;
  } catch {
    return undefined;
  }
}

function answerInfo(parts: RouteParts, { c, viewer }: DbRequest): Response {
  return c.json({
    db_name: "db",
    doc_count: parts.feed.countBehind(viewer()),
    doc_del_count: 0,
    update_seq: encodeToken(parts.run, parts.feed.now()),
    purge_seq: 0,
    compact_running: false,
    disk_format_version: 8,
    instance_start_time: "0",
  });
}

/** POST with a body of ids or a selector would be a filter; CouchDB's clients also post an empty one. */
async function answerPostedChanges(parts: RouteParts, { c, viewer }: DbRequest): Promise<Response> {
  const body = await readJson(c, bulkBytes);
  const isPlain = body.ok && typeof body.value === "object" && Object.keys(body.value ?? {}).length === 0;
  return isPlain ? answerChanges(parts, viewer, c) : notAllowed(parts, { c });
}

/** Items of a device. `new_edits: true` would let the server make revisions: not offered. */
async function answerBulkDocs(
  parts: RouteParts,
  { c, who }: DbRequest,
  body: Record<string, unknown>,
): Promise<Response> {
  const { docs, new_edits } = body;
  if (!Array.isArray(docs)) return couchError(c, 400, { error: "bad_request", reason: "docs is missing." });
  if (new_edits !== false)
    return couchError(c, 405, { error: "method_not_allowed", reason: "new_edits must be false." });
  const { answers } = await parts.push(docs as unknown[], who);
  if (c.req.header(verdictsHeader) === "1") return c.json(answers, 201);
  return c.json(answers.flatMap(failureRow), 201);
}

/** CouchDB tells failures only. `forbidden` rows are final to a replicator; others make it come again. */
function failureRow(answer: ItemAnswer): readonly Record<string, unknown>[] {
  switch (answer.answer) {
    case "ok":
    case "dup":
      return [];
    case "refused":
      return [{ id: answer.id, error: "forbidden", reason: answer.code, status: 403 }];
    case "retry":
      return [{ id: answer.id, error: "service_unavailable", reason: answer.why, status: 503 }];
  }
}

async function getLocal(parts: RouteParts, { c, who, path }: DbRequest): Promise<Response> {
  const doc = await parts.checkpoints.get(who.device, path[1] ?? "");
  return doc === undefined ? notFound(c) : c.json(doc);
}

async function putLocal(parts: RouteParts, { c, who, path }: DbRequest): Promise<Response> {
  const id = path[1] ?? "";
  const body = await readJson(c, localBytes);
  if (!body.ok || !isRecord(body.value) || id.length > 200) {
    return couchError(c, 400, { error: "bad_request", reason: "Not a small JSON object." });
  }
  const rev = await parts.checkpoints.put(who.device, id, body.value);
  if (rev === undefined) return couchError(c, 403, { error: "forbidden", reason: "Too many local documents." });
  return c.json({ ok: true, id: `_local/${id}`, rev }, 201);
}

async function withBody(
  { c }: DbRequest,
  answer: (body: Record<string, unknown>) => Promise<Response>,
): Promise<Response> {
  const body = await readJson(c, bulkBytes);
  if (!body.ok && body.error === "too-large") {
    return couchError(c, 413, { error: "too_large", reason: "The request is too large." });
  }
  if (!body.ok || !isRecord(body.value)) {
    return couchError(c, 400, { error: "bad_request", reason: "Not a JSON object." });
  }
  return answer(body.value);
}

function notAllowed(_parts: RouteParts, { c }: Pick<DbRequest, "c">): Response {
  return couchError(c, 405, { error: "method_not_allowed", reason: "Only what replication needs is offered." });
}
