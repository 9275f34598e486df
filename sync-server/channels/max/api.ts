import type { Ms } from "../../../shared/kernel/clock.ts";
import { ChannelError, type SendOutcome } from "../port.ts";
import type { MaxSettings } from "./settings.ts";

/** MAX refused: its HTTP status, and the code and words of its answer. */
export class MaxRefusal extends Error {
  override readonly name = "MaxRefusal";
  readonly status: number;
  readonly code: string;
  readonly afterMs: Ms | undefined;
  constructor(status: number, said: { readonly code: string; readonly message: string; readonly afterMs?: Ms }) {
    super(said.message);
    this.status = status;
    this.code = said.code;
    this.afterMs = said.afterMs;
  }
}

export type MaxCall = {
  readonly method: "GET" | "POST" | "DELETE" | "PATCH";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal: AbortSignal;
};

/** One call: resolves with what MAX answered, rejects with a `MaxRefusal` or with what fetch threw. */
export type MaxApi = (call: MaxCall) => Promise<unknown>;

/** Calls of MAX with the token in the header. */
export function openMaxApi({ baseUrl, token }: MaxSettings): MaxApi {
  return async ({ method, path, query = {}, body, signal }) => {
    const url = new URL(baseUrl + path);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const answer = await fetch(url, {
      method,
      // A connection a call: one that was kept and closed by the other side meanwhile would fail as "perhaps sent".
      headers: { authorization: token, connection: "close", "content-type": "application/json" },
      signal,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return readAnswer(answer);
  };
}

/** What an answer of MAX, or of its upload servers, says. */
export async function readAnswer(answer: Response): Promise<unknown> {
  const text = await answer.text();
  if (answer.ok) return jsonIn(text);
  const said = jsonIn(text);
  const seconds = Number(answer.headers.get("retry-after") ?? "");
  throw new MaxRefusal(answer.status, {
    code: fieldOf(said, "code") ?? String(answer.status),
    message: fieldOf(said, "message") ?? answer.statusText,
    ...(seconds > 0 ? { afterMs: seconds * 1000 } : {}),
  });
}

/** A text field of something. */
export function fieldOf(from: unknown, name: string): string | undefined {
  const value: unknown = typeof from === "object" && from !== null ? Reflect.get(from, name) : undefined;
  return typeof value === "string" ? value : undefined;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // the upload servers answer XML for videos
  }
}

/** How long MAX takes to look at a file before a message may carry it. */
const NOT_READY_MS = 1500;

/** What an error of a sending call means. Nothing here is tried again by itself. */
export function outcomeOf(error: unknown, scope: "chat" | "channel"): SendOutcome {
  if (error instanceof MaxRefusal) return refusal(error, scope);
  const code = codeIn(error);
  return neverLeft(code)
    ? { t: "later", scope: "channel", ...(code === undefined ? {} : { detail: code }) }
    : { t: "unknown", detail: code ?? "no answer" };
}

function refusal(error: MaxRefusal, scope: "chat" | "channel"): SendOutcome {
  const { status, code } = error;
  const detail = `${code}: ${error.message}`;
  const says = (pattern: RegExp): boolean => pattern.test(detail);
  if (status === 429) return { t: "later", afterMs: error.afterMs ?? 1000, scope, detail };
  if (status === 503) return { t: "later", scope: "channel", detail, ...after(error) };
  if (status === 401) return { t: "failed", code: "auth", detail };
  if (says(/attachment\.not\.ready|not\.processed/))
    return { t: "later", afterMs: NOT_READY_MS, scope: "chat", detail };
  if (says(/dialog\.not\.?found|chat\.not\.found|user\.not\.found/i)) return { t: "failed", code: "no-user", detail };
  if (status === 403) return { t: "failed", code: "blocked", detail };
  if (status === 404) return { t: "failed", code: "no-user", detail };
  if (status === 413 || says(/too (?:big|large|long)|must be between|size limit/i)) {
    return { t: "failed", code: "too-large", detail };
  }
  // It broke on their side: whether before or after the message was made, they do not say.
  if (status >= 500) return { t: "unknown", detail };
  return { t: "failed", code: "rejected", detail };
}

const after = ({ afterMs }: MaxRefusal): { readonly afterMs?: Ms } => (afterMs === undefined ? {} : { afterMs });

/** Why updates, files or settings could not be had: for the admin, and for the wait before the next try. */
export function channelErrorOf(error: unknown): ChannelError {
  if (error instanceof ChannelError) return error;
  if (error instanceof MaxRefusal) {
    const words = `${error.code}: ${error.message}`;
    if (error.status === 401) return new ChannelError("auth", words);
    if (error.status === 429) return new ChannelError("rate", words, error.afterMs ?? 1000);
    if (error.status === 404) return new ChannelError("gone", words);
    return new ChannelError(error.status >= 500 ? "unreachable" : "rejected", words, error.afterMs);
  }
  return new ChannelError("unreachable", codeIn(error) ?? "no answer");
}

/** Whether the connection was never made, so that nothing of ours can have arrived. */
function neverLeft(code: string | undefined): boolean {
  if (code === undefined) return false;
  if (/^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/.test(code)) return true;
  return /CERT|^ERR_TLS_/.test(code);
}

/** fetch hides the reason in the cause; several addresses of a name make a bundle of reasons. */
function codeIn(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code: unknown = Reflect.get(error, "code");
  if (typeof code === "string") return code;
  if (error instanceof AggregateError) return codeIn(error.errors[0]);
  return error.cause === undefined ? error.name : codeIn(error.cause);
}
