import nano from "nano";
import { StoreError } from "../store.ts";

/** One request to CouchDB, as nano takes it; `path` is encoded by the caller. */
export type CouchRequest = {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly database?: string;
  readonly path?: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: unknown;
  readonly timeoutMs?: number;
};

/** An answer below 400. `status` 202 means that not enough nodes of a cluster have confirmed. */
export type CouchAnswer = { readonly status: number; readonly value: unknown };

/** Asks CouchDB; rejects with a `CouchFailure`. */
export type CouchClient = (request: CouchRequest) => Promise<CouchAnswer>;

/** Why a request failed. `status` is absent when no HTTP answer came; `sent` says whether CouchDB may have got it. */
export class CouchFailure extends StoreError {
  readonly status: number | undefined;
  readonly reason: string;
  readonly sent: boolean;

  constructor(
    code: StoreError["code"],
    details: { readonly status?: number; readonly reason: string; readonly sent: boolean; readonly cause?: unknown },
  ) {
    super(code, `CouchDB: ${details.reason}`, { cause: details.cause });
    this.status = details.status;
    this.reason = details.reason;
    this.sent = details.sent;
  }
}

const defaultTimeoutMs = 30_000;
/** Connecting failed: nothing was sent. Node names several failed addresses an AggregateError. */
const neverSent = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|AggregateError/;

/**
 * A client by nano. Connections are kept alive and shared by Node's fetch, which nano uses. Credentials in the URL become a
 * Basic header; they are never in a message or a cause.
 */
export function makeCouchClient(url: string, options: { readonly timeoutMs?: number } = {}): CouchClient {
  const statuses = new WeakMap<object, number>();
  const server = nano({
    url,
    // An address behind a proxy's path is no database name.
    parseUrl: false,
    // nano's answers do not tell the status; its log does, of the same value, just before.
    log: (entry: unknown) => {
      const { retval, headers } = entry as { retval?: unknown; headers?: { statusCode?: number } };
      if (typeof retval === "object" && retval !== null) statuses.set(retval, headers?.statusCode ?? 200);
    },
  } as nano.Configuration) as unknown as { request(request: object): Promise<unknown> };

  return async (request) => {
    const { database, path, query, body, method, timeoutMs = options.timeoutMs ?? defaultTimeoutMs } = request;
    let value: unknown;
    try {
      value = await server.request({
        method,
        ...(database === undefined ? {} : { db: database }),
        ...(path === undefined ? {} : { path }),
        ...(query === undefined ? {} : { qs: query }),
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.timeout(timeoutMs),
      });
    } catch (error) {
      throw toFailure(error);
    }
    // A page of a captive portal or a proxy, or an answer cut in the middle.
    if (typeof value !== "object" || value === null || Buffer.isBuffer(value)) {
      throw new CouchFailure("bad-answer", { reason: "the answer is not JSON", sent: true });
    }
    return { status: statuses.get(value) ?? 200, value };
  };
}

function toFailure(error: unknown): CouchFailure {
  const { statusCode, reason, message } = error as { statusCode?: number; reason?: string; message?: string };
  if (statusCode === undefined) {
    const text = message ?? "no answer";
    if (/timeout|aborted/i.test(text) && !neverSent.test(text)) {
      return new CouchFailure("timeout", { reason: "no answer in time", sent: true });
    }
    return new CouchFailure("unreachable", { reason: text, sent: !neverSent.test(text) });
  }
  const details = { status: statusCode, reason: `${statusCode} ${reason ?? message ?? ""}`.trim(), sent: true };
  if (statusCode === 401 || statusCode === 403) return new CouchFailure("unauthorised", details);
  if (statusCode === 507 || /enospc|no space left/i.test(details.reason)) return new CouchFailure("disk-full", details);
  return new CouchFailure("server", details);
}
