import type { Ms } from "../../shared/kernel/clock.ts";
import { fail, ok, type Result } from "../../shared/kernel/result.ts";
import type { ApiErrorCode } from "../../shared/protocol/identity.ts";

/** Why a call brought no answer of ours. Everything but `refused` and `signed-out` may be tried again later. */
export type CallFailure =
  /** No network, no server, or nothing within the time. */
  | { readonly why: "unreachable" }
  /** Something else answered in the server's place: a captive portal's HTML with status 200 is not an answer. */
  | { readonly why: "foreign-answer" }
  /** The session ran out, or there is none: stop, ask for sign-in, lose nothing. */
  | { readonly why: "signed-out" }
  /** This program is too old for the server: reload. */
  | { readonly why: "old-version" }
  /** 429 and 5xx: later. */
  | { readonly why: "busy"; readonly afterMs: Ms }
  /** The server understood and said no. */
  | {
      readonly why: "refused";
      readonly status: number;
      readonly code: ApiErrorCode | "unknown";
      /** What of the request it was about, where the server tells: a field. */
      readonly detail?: string;
      readonly retryAfterMs?: Ms;
    };

export type Fetch = (path: string, init?: RequestInit) => Promise<Response>;

export type Call = {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD";
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Longest wait for the head of an answer. */
export const CALL_TIMEOUT_MS = 20_000;

/** Asks the server for JSON. Never rejects; an abort by the caller is `unreachable`. */
export async function callServer<Answer>(
  fetch: Fetch,
  path: string,
  call: Call = {},
): Promise<Result<Answer, CallFailure>> {
  const opened = await openAnswer(fetch, path, call);
  if (!opened.ok) return opened;
  const { value: response } = opened;
  if (response.status === 204) return ok(undefined as Answer); // such calls are asked with Answer = undefined
  if (!isOfType(response, "application/json")) return fail({ why: "foreign-answer" });
  try {
    return ok((await response.json()) as Answer); // the shapes of `shared/protocol`; the server is our own
  } catch {
    return fail({ why: "unreachable" }); // cut off in the middle
  }
}

/** Asks and gives the response itself, its body not yet read, when it is one of our server's and good. */
export async function openAnswer(fetch: Fetch, path: string, call: Call = {}): Promise<Result<Response, CallFailure>> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), CALL_TIMEOUT_MS);
  try {
    const response = await fetch(path, {
      method: call.method ?? "GET",
      // A portal likes to send us elsewhere; our server never does.
      redirect: "error",
      cache: "no-store",
      signal: call.signal === undefined ? late.signal : AbortSignal.any([call.signal, late.signal]),
      headers: {
        accept: "application/json",
        ...(call.body === undefined || isBytes(call.body) ? {} : { "content-type": "application/json" }),
        ...call.headers,
      },
      ...(call.body === undefined ? {} : { body: isBytes(call.body) ? call.body : JSON.stringify(call.body) }),
    });
    return response.ok ? ok(response) : fail(await failureOf(response));
  } catch {
    return fail({ why: "unreachable" });
  } finally {
    clearTimeout(timer);
  }
}

/** Whether the answer says it is of this media type. */
export const isOfType = (response: Response, type: string): boolean =>
  (response.headers.get("content-type") ?? "").toLowerCase().startsWith(type);

async function failureOf(response: Response): Promise<CallFailure> {
  const { status } = response;
  if (!isOfType(response, "application/json")) return foreignFailure(status);
  const body: unknown = await response.json().catch(() => undefined);
  const { code, detail, retryAfterMs } = errorOf(body);
  if (status === 401 && (code === "signed-out" || code === "unknown")) return { why: "signed-out" };
  if (status === 426) return { why: "old-version" };
  if (status === 429 && code === "rate") return { why: "busy", afterMs: retryAfterMs ?? retryAfter(response) };
  if (status >= 500 || status === 408 || status === 429)
    return { why: "busy", afterMs: retryAfterMs ?? retryAfter(response) };
  return {
    why: "refused",
    status,
    code,
    ...(detail === undefined ? {} : { detail }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** A proxy in front of a dead server says 502 in HTML; anything else in HTML is somebody else's page. */
const foreignFailure = (status: number): CallFailure =>
  status >= 500 ? { why: "unreachable" } : { why: "foreign-answer" };

function errorOf(body: unknown): {
  readonly code: ApiErrorCode | "unknown";
  readonly detail?: string;
  readonly retryAfterMs?: Ms;
} {
  if (typeof body !== "object" || body === null) return { code: "unknown" };
  const { code, detail, retryAfterMs } = body as { code?: unknown; detail?: unknown; retryAfterMs?: unknown };
  return {
    code: typeof code === "string" ? (code as ApiErrorCode) : "unknown", // a code that we do not know is shown as it is
    ...(typeof detail === "string" ? { detail } : {}),
    ...(typeof retryAfterMs === "number" ? { retryAfterMs } : {}),
  };
}

function retryAfter(response: Response): Ms {
  const seconds = Number(response.headers.get("retry-after") ?? "");
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
}

const isBytes = (body: unknown): body is Blob | ArrayBuffer => body instanceof Blob || body instanceof ArrayBuffer;
