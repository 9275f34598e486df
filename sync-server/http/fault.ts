import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { ApiError, ApiErrorCode } from "../../shared/protocol/identity.ts";
import type { HttpEnv } from "./env.ts";

/** HTTP status of each code of the one list. */
const STATUS: Readonly<Record<ApiErrorCode, ContentfulStatusCode>> = {
  malformed: 400,
  "not-found": 404,
  method: 405,
  "too-large": 413,
  rate: 429,
  origin: 403,
  "signed-out": 401,
  forbidden: 403,
  wrong: 401,
  disabled: 403,
  "device-taken": 409,
  "email-taken": 409,
  used: 410,
  expired: 410,
  unknown: 404,
  "last-admin": 409,
  "link-expired": 410,
  "link-revoked": 410,
  "link-unknown": 404,
  "file-kind": 415,
  "file-sha": 422,
  config: 422,
  "file-offset": 409,
  "signature-wrong": 403,
  "identity-taken": 409,
  "disk-full": 507,
  busy: 503,
  closing: 503,
  internal: 500,
};

/** An answer that is no success. Thrown inside a route, presented at the edge. */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly code: ApiErrorCode;
  readonly detail: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ApiErrorCode,
    more: { readonly detail?: string; readonly retryAfterMs?: number; readonly headers?: Record<string, string> } = {},
  ) {
    super(code);
    this.code = code;
    this.detail = more.detail;
    this.retryAfterMs = more.retryAfterMs;
    this.headers = more.headers ?? {};
  }
}

/** The fault as its JSON answer, with the request's id. */
export function presentFault(c: Context<HttpEnv>, fault: Fault): Response {
  const body: ApiError = {
    code: fault.code,
    ref: c.get("ref"),
    ...(fault.detail === undefined ? {} : { detail: fault.detail }),
    ...(fault.retryAfterMs === undefined ? {} : { retryAfterMs: Math.ceil(fault.retryAfterMs) }),
  };
  const wait = fault.retryAfterMs ?? (STATUS[fault.code] === 503 ? 1_000 : undefined);
  if (wait !== undefined) c.header("Retry-After", String(Math.max(1, Math.ceil(wait / 1000))));
  for (const [name, value] of Object.entries(fault.headers)) c.header(name, value);
  return c.json(body, STATUS[fault.code]);
}
