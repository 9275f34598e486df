/**
 * The floor server: a small CouchDB dialect over memory and ready JSON, on plain `node:http`. It is the floor of the
 * benchmarks, so that a slow gateway cannot flatter its own ratio, and the CouchDB that the nano adapter's contract suite
 * runs against. An unmodified PouchDB replicates with it. It is no database: nothing is kept on a disk.
 */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type Answer,
  allDocs,
  bulkDocs,
  bulkGet,
  databaseInfo,
  failure,
  getDoc,
  json,
  localDoc,
  putDoc,
  type Query,
  revsDiff,
  wrapRows,
} from "./floor-answers.ts";
import { type FloorDoc, FloorDocuments } from "./floor-documents.ts";
import { type FeedQuery, parseSeq, readFeed, seqText } from "./floor-feed.ts";

/**
 * What happens to a request instead of the usual: `accepted`: done, but answered with 202; `drop-before`, `drop-after`: the
 * connection breaks before or after it was done; `html`: a captive portal's page; a number: that status.
 */
export type FloorFault = "accepted" | "drop-before" | "drop-after" | "html" | number;

/** How a floor server is opened. */
export type FloorOptions = {
  readonly port?: number;
  /** Basic sign-in asked of every request, `name:password`. */
  readonly credentials?: string;
  /** Asked before each request; nothing means as usual. */
  readonly fault?: (method: string, path: string) => FloorFault | undefined;
};

/** A running floor server. */
export type FloorServer = {
  readonly url: string;
  readonly port: number;
  /** Fills a database, made if needed, without HTTP: documents without `_rev` are created, others kept as given. */
  readonly load: (database: string, docs: readonly FloorDoc[]) => void;
  /** Cuts all connections, as a restart does; the documents stay. */
  readonly cutConnections: () => void;
  readonly close: () => Promise<void>;
};

type Request = {
  readonly method: string;
  readonly path: readonly string[];
  readonly query: Query;
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
};

const heartbeatMs = 30_000;
const longpollMs = 60_000;
const backlog = 4_096;

/** Opens a floor server on a free port of the loopback, or on the one given. */
export async function openFloorServer(options: FloorOptions = {}): Promise<FloorServer> {
  const databases = new Map<string, FloorDocuments>();
  const uuid = randomUUID().replaceAll("-", "");
  const sign = options.credentials && `Basic ${Buffer.from(options.credentials).toString("base64")}`;

  const server = createServer((incoming, response) => {
    response.sendDate = false;
    const method = incoming.method ?? "GET";
    const [pathText = "/", queryText = ""] = (incoming.url ?? "/").split("?", 2);
    const fault = options.fault?.(method, pathText);
    if (incoming.headers.origin !== undefined) {
      // Pages of the benchmarks come from another port.
      response.setHeader("access-control-allow-origin", incoming.headers.origin);
      response.setHeader("access-control-allow-credentials", "true");
      response.setHeader("access-control-allow-headers", "authorization, content-type");
      response.setHeader("access-control-allow-methods", "GET, HEAD, PUT, POST, DELETE");
      if (method === "OPTIONS") return send(response, { status: 204, body: "" });
    }
    if (fault === "drop-before") return void incoming.socket.destroy();
    if (fault === "html") return send(response, { status: 200, body: "<html>Sign in to the café</html>" }, "text/html");
    if (typeof fault === "number") return send(response, failure(fault, "failed_on_purpose"));
    if (sign && incoming.headers.authorization !== sign) return send(response, failure(401, "unauthorized"));
    const path = pathText.split("/").filter(Boolean).map(decodeURIComponent);
    const request = { method, path, query: parseQuery(queryText), incoming, response };
    answer(request).then(
      (done) => {
        if (done === "streaming") return;
        if (fault === "drop-after") incoming.socket.destroy();
        else send(response, fault === "accepted" && done.status === 201 ? { ...done, status: 202 } : done);
      },
      (error: unknown) => send(response, failure(error instanceof SyntaxError ? 400 : 500, "bad_request")),
    );
  });

  async function answer(request: Request): Promise<Answer | "streaming"> {
    const { method, path, query, incoming } = request;
    const [name] = path;
    if (name === undefined) return json(200, { couchdb: "Welcome", version: "3.3.3", uuid, vendor: { name: "floor" } });
    if (name === "_up") return json(200, { status: "ok" });
    const documents = databases.get(name);
    if (path.length === 1 && method === "PUT") {
      if (documents !== undefined) return failure(412, "file_exists");
      databases.set(name, new FloorDocuments());
      return json(201, { ok: true });
    }
    if (documents === undefined) return failure(404, "not_found", "Database does not exist.");
    if (path.length === 1) {
      if (method === "DELETE") databases.delete(name);
      return method === "DELETE" ? json(200, { ok: true }) : databaseInfo(name, documents);
    }
    const body: object = method === "POST" || method === "PUT" ? await readBody(incoming) : {};
    switch (path[1]) {
      case "_bulk_docs":
        return bulkDocs(documents, body as Parameters<typeof bulkDocs>[1]);
      case "_bulk_get":
        return bulkGet(documents, body as Parameters<typeof bulkGet>[1], query);
      case "_all_docs":
        return allDocs(
          documents,
          { ...query, ...(body as { query?: Query }).query },
          (body as { keys?: string[] }).keys,
        );
      case "_changes":
        return feed(documents, request);
      case "_revs_diff":
        return revsDiff(documents, body as Parameters<typeof revsDiff>[1]);
      case "_ensure_full_commit":
        return json(201, { ok: true, instance_start_time: "0" });
      case "_local":
        return localDoc(documents, method, { ...body, _id: `_local/${path.slice(2).join("/")}` });
      default:
        return document(documents, request, body);
    }
  }

  function document(documents: FloorDocuments, { method, path, query }: Request, body: object): Answer {
    const id = path.slice(1).join("/");
    if (method === "GET" || method === "HEAD") return getDoc(documents, id, query);
    const rev = query["rev"] === undefined ? {} : { _rev: query["rev"] };
    if (method === "PUT") return putDoc(documents, { ...body, ...rev, _id: id }, query["new_edits"] !== "false");
    if (method !== "DELETE") return failure(405, "method_not_allowed");
    const gone = putDoc(documents, { _id: id, ...rev, _deleted: true }, true);
    return gone.status === 201 ? { ...gone, status: 200 } : gone;
  }

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.keepAliveTimeout = 65_000;
    server.requestTimeout = 0;
    server.listen({ port: options.port ?? 0, host: "127.0.0.1", backlog }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const userinfo = options.credentials === undefined ? "" : `${options.credentials}@`;
  return {
    url: `http://${userinfo}127.0.0.1:${port}`,
    port,
    load(database, docs) {
      const documents = databases.get(database) ?? new FloorDocuments();
      databases.set(database, documents);
      for (const doc of docs) {
        if (doc._rev === undefined) documents.put(doc);
        else documents.putGiven(doc);
      }
    },
    cutConnections: () => server.closeAllConnections(),
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** GET or POST /db/_changes: normal, longpoll and continuous. */
function feed(documents: FloorDocuments, { query, response }: Request): Answer | "streaming" {
  const mode = query["feed"] ?? "normal";
  const end = documents.feed.length;
  const asked: FeedQuery = {
    since: parseSeq(query["since"], end),
    limit: query["limit"] === undefined ? Number.POSITIVE_INFINITY : Math.max(1, Number(query["limit"])),
    includeDocs: query["include_docs"] === "true",
    style: query["style"] === "all_docs" ? "all_docs" : "main_only",
    descending: query["descending"] === "true",
  };
  const page = readFeed(documents, asked);
  if (mode === "normal" || (mode === "longpoll" && page.rows.length > 0)) return feedAnswer(page);

  const heartbeat = Number(query["heartbeat"]) || heartbeatMs;
  response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" });
  response.flushHeaders();
  const beat = setInterval(() => response.write("\n"), heartbeat);
  let since = asked.since;
  let left = asked.limit;
  const onChange = mode === "continuous" ? continueFeed : answerLongpoll;
  let isDue = false;
  // Changes of one turn go in one write.
  const onWrite = () => {
    if (isDue) return;
    isDue = true;
    setImmediate(() => {
      isDue = false;
      onChange();
    });
  };
  const stop = () => {
    clearInterval(beat);
    clearTimeout(timeout);
    documents.listeners.delete(onWrite);
  };
  const timeout = setTimeout(
    answerLongpoll,
    mode === "longpoll" ? Number(query["timeout"]) || longpollMs : 2 ** 31 - 1,
  );
  documents.listeners.add(onWrite);
  response.on("close", stop);
  if (mode === "continuous") continueFeed();
  return "streaming";

  function continueFeed(): void {
    if (response.destroyed) return;
    const next = readFeed(documents, { ...asked, since, limit: left });
    since = next.last;
    left -= next.rows.length;
    if (next.rows.length > 0) {
      const newline = Buffer.from("\n");
      response.write(Buffer.concat(next.rows.flatMap((row) => [row, newline])));
    }
    if (left <= 0) {
      stop();
      response.end(`{"last_seq":"${seqText(since)}","pending":${next.pending}}\n`);
    }
  }
  function answerLongpoll(): void {
    stop();
    if (!response.destroyed) response.end(feedAnswer(readFeed(documents, asked)).body);
  }
}

function feedAnswer(page: ReturnType<typeof readFeed>): Answer {
  const end = `\n],"last_seq":"${seqText(page.last)}","pending":${page.pending}}`;
  return { status: 200, body: wrapRows('{"results":[\n', page.rows, end) };
}

function send(response: ServerResponse, answer: Answer, type = "application/json"): void {
  if (response.destroyed || response.headersSent) return;
  const body = typeof answer.body === "string" ? Buffer.from(answer.body) : answer.body;
  response.writeHead(answer.status, { "content-type": type, "content-length": body.length });
  response.end(response.req.method === "HEAD" ? undefined : body);
}

function parseQuery(text: string): Query {
  return text === "" ? {} : Object.fromEntries(new URLSearchParams(text));
}

function readBody(incoming: IncomingMessage): Promise<object> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("error", reject);
    incoming.on("end", () => {
      const [only] = chunks;
      const bytes = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
      try {
        const value: unknown = bytes.length === 0 ? {} : JSON.parse(bytes.toString());
        if (typeof value !== "object" || value === null) throw new SyntaxError("not an object");
        resolve(value);
      } catch (error) {
        reject(error instanceof Error ? error : new SyntaxError("not JSON"));
      }
    });
  });
}
