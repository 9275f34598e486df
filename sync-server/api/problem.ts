import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { ApiCode, ApiProblem } from "../../shared/protocol/v1/parts.ts";
import type { Ask } from "../http/env.ts";

/** HTTP status and words of each code. */
const CODES: Readonly<Record<ApiCode, readonly [status: ContentfulStatusCode, message: string]>> = {
  malformed: [400, "A value does not fit"],
  "unknown-field": [400, "This call knows no such field"],
  "too-deep": [400, "The body is nested too deep"],
  "too-large": [413, "The body is too large"],
  token: [401, "A token is needed that is known, has not expired and was not revoked"],
  scope: [403, "The token does not have the scope that this call needs"],
  forbidden: [403, "The token's agent may not do that"],
  "not-found": [404, "There is no such thing, or the token's teams do not see it"],
  owned: [409, "Somebody else owns it"],
  "not-owner": [409, "Only its owner may do that: claim it first"],
  unseen: [409, "Something came meanwhile that was not seen: read it first"],
  closed: [409, "It is closed"],
  changed: [409, "It changed meanwhile: read it and try again"],
  "id-taken": [409, "This id was used for something else"],
  "idempotency-key": [409, "This Idempotency-Key was used for another call"],
  "no-status": [409, "The ticket's type has no such status, or it cannot be reached from the present one"],
  required: [409, "A field that this status asks for is empty"],
  rate: [429, "Too many calls: wait as Retry-After says"],
  busy: [503, "Not now: wait as Retry-After says"],
  internal: [500, "Something went wrong here; the reference leads to the desk's log"],
};

export const statusOf = (code: ApiCode): ContentfulStatusCode => CODES[code][0];

/** A refusal of `/api/v1`. Thrown inside a call, presented by the router. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: ApiCode;
  readonly field: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ApiCode, more: { readonly field?: string; readonly retryAfterMs?: number } = {}) {
    super(code);
    this.code = code;
    this.field = more.field;
    this.retryAfterMs = more.retryAfterMs;
  }
}

export function bodyOf(problem: Problem, ref: string): ApiProblem {
  const message = CODES[problem.code][1];
  return {
    error: { code: problem.code, message, ref, ...(problem.field === undefined ? {} : { field: problem.field }) },
  };
}

/** The problem as the answer to a request. */
export function presentProblem(c: Ask, problem: Problem): Response {
  const status = statusOf(problem.code);
  const wait = problem.retryAfterMs ?? (status === 503 ? 1_000 : undefined);
  if (wait !== undefined) c.header("Retry-After", String(Math.max(1, Math.ceil(wait / 1_000))));
  if (status === 401) c.header("WWW-Authenticate", 'Bearer realm="otklik"');
  return c.json(bodyOf(problem, c.get("ref")), status);
}
