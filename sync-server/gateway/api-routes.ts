import { type Context, Hono } from "hono";
import * as v from "valibot";
import { isThreadId, type ThreadId } from "../../shared/kernel/ids.ts";
import { isDirectory } from "../../shared/policy/can.ts";
import type { ApiError, ApiErrorCode } from "../../shared/protocol/identity.ts";
import { type DigestAnswer, digestBody, threadsBody } from "../../shared/protocol/sync.ts";
import type { Who } from "../identity/port.ts";
import { bootstrapLines, threadLines } from "./bootstrap.ts";
import { compressed } from "./compressed.ts";
import { type BodyFault, readJson } from "./http-body.ts";
import type { RouteParts } from "./parts.ts";
import { encodeToken, parseToken } from "./token.ts";
import { sees, type Viewer } from "./viewer.ts";

const bodyBytes = 16 * 1024 * 1024;
const defaultLimit = 500;
const mostLimit = 2_000;
const ndjson = "application/x-ndjson";

type Request = { readonly c: Context; readonly who: Who; readonly viewer: () => Viewer };
type Handler = (parts: RouteParts, request: Request) => Response | Promise<Response>;

/** What devices of ours call, as in shared/protocol/sync.ts. That a call comes from the desk's own pages is seen to above. */
export function apiRoutes(parts: RouteParts): Hono {
  const signedIn =
    (handler: Handler) =>
    async (c: Context): Promise<Response> => {
      const { authorization, cookie } = c.req.header();
      const who = await parts.identity.authenticate({ authorization, cookie });
      if (who === undefined) return apiError(c, 401, "signed-out");
      if (who.actor.kind !== "agent") return apiError(c, 403, "forbidden");
      const { id } = who.actor;
      parts.arbiter.heard(id);
      // His rights of this moment: they may have changed while the request was read.
      parts.rights.note(id, parts.identity.actorOf(id));
      c.header("cache-control", "no-store");
      return handler(parts, { c, who, viewer: () => parts.rights.now(id) });
    };
  return new Hono()
    .get("/pull", signedIn(answerPull))
    .post("/push", signedIn(answerPush))
    .post("/digest", signedIn(answerDigest))
    .get("/thread/:id", signedIn(answerThread))
    .post("/threads", signedIn(answerThreads))
    .get("/bootstrap", signedIn(answerBootstrap));
}

async function answerPush(parts: RouteParts, { c, who }: Request): Promise<Response> {
  const body = await readJson(c, bodyBytes);
  if (!body.ok) return bodyError(c, body.error);
  const items = typeof body.value === "object" && body.value !== null && "items" in body.value ? body.value.items : 0;
  if (!Array.isArray(items)) return apiError(c, 400, "malformed");
  return c.json(await parts.push(items as unknown[], who));
}

async function answerPull(parts: RouteParts, { c, viewer }: Request): Promise<Response> {
  const { feed, run } = parts;
  const since = c.req.query("since") ?? "";
  const limit = Math.min(mostLimit, Math.max(1, Number(c.req.query("limit") ?? defaultLimit) || defaultLimit));
  const given = parseToken(run, since);
  const isUsable = given !== undefined && feed.isUsable(given);
  if (!isUsable && since !== "") {
    return c.json({ docs: [], removed: [], next: encodeToken(run, feed.begin()), done: false, stale: true });
  }
  const removed = new Set<ThreadId>();
  let docs: readonly string[] = [];
  let next = isUsable ? given : feed.begin();
  let done = false;
  // A page may have shown nothing, or what has left his sight while the store was read.
  while (docs.length === 0 && !done) {
    const page = await feed.page(viewer, next, limit);
    docs = await textsOf(parts, viewer, page.rows);
    for (const id of page.removed) removed.add(id);
    ({ next, done } = page);
  }
  const gone = [...removed].filter((id) => !feed.isSeen(viewer(), id));
  const tail = `"removed":${JSON.stringify(gone)},"next":"${encodeToken(run, next)}","done":${done}`;
  return compressed(c, { type: "application/json", text: `{"docs":[${docs.join(",")}],${tail}}` });
}

/** Documents of a page as devices of ours get them; of what may be seen at the end. */
async function textsOf(
  { index, texts, feed }: RouteParts,
  viewer: () => Viewer,
  rows: readonly { readonly id: string }[],
): Promise<readonly string[]> {
  const items = await texts.items(rows.flatMap(({ id }) => (id.includes(":") ? [id] : [])));
  const ofItems = items[Symbol.iterator]();
  const docs: string[] = [];
  for (const { id } of rows) {
    const colon = id.indexOf(":");
    const thread = (colon < 0 ? id : id.slice(0, colon)) as ThreadId; // ids of the feed are ours
    const text = colon < 0 ? index.row(thread)?.ownText() : ofItems.next().value?.text;
    if (text !== undefined && feed.isSeen(viewer(), thread)) docs.push(text);
  }
  return docs;
}

async function answerDigest(parts: RouteParts, { c, viewer }: Request): Promise<Response> {
  const body = await readJson(c, bodyBytes);
  if (!body.ok) return bodyError(c, body.error);
  const digest = v.safeParse(digestBody, body.value);
  if (!digest.success) return apiError(c, 400, "malformed");
  const { index, feed, run, clock } = parts;
  const { scopes } = viewer();
  const held = new Map<string, readonly [inc: number, v: number, n: number] | undefined>(
    Object.entries(digest.output.threads),
  );
  const differ: DigestAnswer["differ"][number][] = [];
  const visible = index.visible(scopes);
  for (const id of visible) {
    const head = index.row(id)?.head;
    if (head === undefined) continue;
    const [inc, version, n] = held.get(id) ?? [-1, -1, -1];
    held.delete(id);
    const isSame = inc === head.inc && version === head.v && (n === head.n || isDirectory(head.kind));
    if (!isSame) differ.push({ id, inc: head.inc, v: head.v, n: head.n });
  }
  const answer: DigestAnswer = {
    ring: encodeToken(run, feed.now()),
    counts: { threads: visible.length, docs: feed.countBehind(viewer()) },
    differ,
    gone: [...held.keys()] as ThreadId[], // keys of the body that the schema has read
    now: clock(),
  };
  return compressed(c, { type: "application/json", text: JSON.stringify(answer) });
}

async function answerThread({ index, texts }: RouteParts, { c, viewer }: Request): Promise<Response> {
  const id = c.req.param("id") ?? "";
  const row = isThreadId(id) ? index.row(id) : undefined;
  if (row === undefined || !sees(viewer().scopes, row.scopes)) return apiError(c, 404, "not-found");
  const after = Math.max(0, Number(c.req.query("after") ?? 0) || 0);
  const items = await texts.threadAfter(row, after);
  if (!sees(viewer().scopes, index.row(row.id)?.scopes ?? [])) return apiError(c, 404, "not-found");
  return compressed(c, { type: "application/json", text: `{"head":${row.ownText()},"items":${items}}` });
}

async function answerThreads(parts: RouteParts, { c, viewer }: Request): Promise<Response> {
  const body = await readJson(c, bodyBytes);
  if (!body.ok) return bodyError(c, body.error);
  const asked = v.safeParse(threadsBody, body.value);
  if (!asked.success) return apiError(c, 400, "malformed");
  return compressed(c, { type: ndjson, lines: threadLines(parts, viewer, asked.output.threads) });
}

function answerBootstrap(parts: RouteParts, { c, viewer }: Request): Response | Promise<Response> {
  return compressed(c, { type: ndjson, lines: bootstrapLines(parts, viewer, c.req.query("after")) });
}

const bodyError = (c: Context, fault: BodyFault): Response =>
  fault === "too-large" ? apiError(c, 413, "too-large") : apiError(c, 400, "malformed");

function apiError(c: Context, status: 400 | 401 | 403 | 404 | 413, code: ApiErrorCode): Response {
  const body: ApiError = { code, ref: c.res.headers.get("x-request-id") ?? "" };
  c.header("cache-control", "no-store");
  return c.json(body, status);
}
