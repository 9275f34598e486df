import type { Context } from "hono";
import { readDocuments } from "./documents.ts";
import type { FeedPage } from "./feed.ts";
import { textStream } from "./http-body.ts";
import type { RouteParts } from "./parts.ts";
import { encodeToken, type Position, parseToken } from "./token.ts";
import type { Viewer } from "./viewer.ts";

const pageRows = 1_000;
/** CouchDB's defaults. */
const defaultTimeoutMs = 60_000;
const leastHeartbeatMs = 1_000;

type Style = "normal" | "longpoll" | "continuous";

type Query = {
  readonly style: Style;
  readonly since: string;
  readonly limit: number;
  readonly withDocs: boolean;
  readonly heartbeatMs: number | undefined;
  readonly timeoutMs: number;
};

/** `_changes`: normal, longpoll, continuous. `viewer` is asked anew for each page, so that a lost right counts at once. */
export async function answerChanges(parts: RouteParts, viewer: () => Viewer, c: Context): Promise<Response> {
  const query = readQuery(c);
  if (query === undefined) return c.json({ error: "method_not_allowed", reason: "This feed is not offered." }, 405);
  const changes = new Changes(parts, viewer, { query, signal: c.req.raw.signal });
  const headers = { "content-type": "application/json", "cache-control": "no-store" };
  if (query.style === "normal" && query.limit <= pageRows) {
    let text = "";
    for await (const piece of changes.texts()) text += piece;
    return c.body(text, 200, headers);
  }
  return c.body(textStream(changes.texts()), 200, headers);
}

class Changes {
  readonly #parts: RouteParts;
  readonly #viewer: () => Viewer;
  readonly #query: Query;
  readonly #signal: AbortSignal;

  constructor(
    parts: RouteParts,
    viewer: () => Viewer,
    request: { readonly query: Query; readonly signal: AbortSignal },
  ) {
    this.#parts = parts;
    this.#viewer = viewer;
    this.#query = request.query;
    this.#signal = request.signal;
  }

  /** The answer's text, piece by piece: CouchDB's layout, one row a line. */
  async *texts(): AsyncGenerator<string> {
    const { style, limit } = this.#query;
    const isContinuous = style === "continuous";
    let at = this.#start();
    let sent = 0;
    let page: FeedPage;
    if (!isContinuous) yield '{"results":[\n';
    for (let waitedMs = 0; ; ) {
      page = await this.#parts.feed.page(this.#viewer, at, Math.min(limit - sent, pageRows));
      at = page.next;
      if (page.rows.length > 0) yield await this.#rowsText(page, sent === 0);
      sent += page.rows.length;
      if (sent >= limit || this.#signal.aborted) break;
      if (!page.done) continue;
      if (style === "normal" || (style === "longpoll" && sent > 0)) break;
      if (page.rows.length > 0) waitedMs = 0;
      const { heartbeatMs, timeoutMs } = this.#query;
      const spanMs = heartbeatMs ?? timeoutMs - waitedMs;
      if (spanMs <= 0) break;
      const isMore = await this.#wait(at.pos, spanMs);
      if (!isMore) waitedMs += spanMs;
      if (!isMore && heartbeatMs !== undefined) yield "\n";
    }
    const seq = this.#token(at);
    const pending = this.#pending(page);
    yield isContinuous
      ? `{"last_seq":"${seq}","pending":${pending}}\n`
      : `],\n"last_seq":"${seq}","pending":${pending}}\n`;
  }

  #start(): Position {
    const { feed, run } = this.#parts;
    if (this.#query.since === "now") return feed.now();
    const position = parseToken(run, this.#query.since);
    // A token that is of no use begins anew: a replicator passes over what it has.
    return position !== undefined && feed.isUsable(position) ? position : feed.begin();
  }

  async #rowsText({ rows }: FeedPage, isFirst: boolean): Promise<string> {
    const docs = this.#query.withDocs
      ? await readDocuments(
          this.#parts,
          this.#viewer(),
          rows.map(({ id }) => id),
        )
      : [];
    const lines = rows.map(({ id, rev, at }, i) => {
      const doc = docs[i];
      const tail = doc === undefined ? "" : `,"doc":${doc.text}`;
      return `{"seq":"${this.#token(at)}","id":"${id}","changes":[{"rev":"${rev}"}]${tail}}`;
    });
    if (this.#query.style === "continuous") return `${lines.join("\n")}\n`;
    return `${isFirst ? "" : ",\n"}${lines.join(",\n")}\n`;
  }

  /** True when something happened behind `pos`, false after `ms` or when the client has gone. */
  #wait(pos: number, ms: number): Promise<boolean> {
    const { ring } = this.#parts;
    if (ring.end > pos) return Promise.resolve(true);
    return new Promise((resolve) => {
      const settle = (isMore: boolean): void => {
        clearTimeout(timer);
        stop();
        this.#signal.removeEventListener("abort", gone);
        resolve(isMore);
      };
      const gone = (): void => settle(false);
      const timer = setTimeout(gone, ms).unref();
      const stop = ring.onEvent(() => settle(true));
      this.#signal.addEventListener("abort", gone);
    });
  }

  /** About how many rows are behind the page. */
  #pending({ next, done }: FeedPage): number {
    if (done) return 0;
    const { feed, ring } = this.#parts;
    return next.full ? feed.countBehind(this.#viewer(), next.cursor) : ring.end - next.pos;
  }

  #token(position: Position): string {
    return encodeToken(this.#parts.run, position);
  }
}

/** Nothing for what is not offered: filters, other feeds, descending order. */
function readQuery(c: Context): Query | undefined {
  const query = c.req.query();
  const style = query["feed"] ?? "normal";
  if (style !== "normal" && style !== "longpoll" && style !== "continuous") return undefined;
  if (query["filter"] !== undefined || query["descending"] === "true") return undefined;
  const limit = Number(query["limit"] ?? Number.POSITIVE_INFINITY);
  const heartbeat = query["heartbeat"];
  const heartbeatMs = heartbeat === "true" ? defaultTimeoutMs : Number(heartbeat);
  const timeoutMs = Number(query["timeout"] ?? defaultTimeoutMs);
  return {
    style,
    // CouchDB's replicator sends it as JSON: a string in quotes.
    since: (query["since"] ?? "0").replace(/^"(.*)"$/, "$1"),
    limit: Number.isNaN(limit) ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(limit)),
    withDocs: query["include_docs"] === "true",
    heartbeatMs: heartbeatMs > 0 ? Math.max(leastHeartbeatMs, heartbeatMs) : undefined,
    timeoutMs: timeoutMs >= 0 ? Math.min(timeoutMs, defaultTimeoutMs) : defaultTimeoutMs,
  };
}
