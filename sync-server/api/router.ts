import { Hono } from "hono";
import { RateLimiterMemory } from "rate-limiter-flexible";
import * as v from "valibot";
import type { Ms } from "../../shared/kernel/clock.ts";
import { OPERATIONS, type Operation, type OperationName } from "../../shared/protocol/v1/operations.ts";
import type { Ask, HttpEnv } from "../http/env.ts";
import { Fault } from "../http/fault.ts";
import { readBytes } from "../http/guards.ts";
import { makeSecret } from "../platform/chance.ts";
import type { Log } from "../platform/log.ts";
import type { Handlers } from "./call.ts";
import type { Idempotency } from "./idempotency.ts";
import { Problem, presentProblem } from "./problem.ts";
import type { Program, TokenBook } from "./tokens.ts";

type Parts = {
  readonly tokens: Pick<TokenBook, "find">;
  readonly calls: Handlers<OperationName>;
  readonly idempotency: Idempotency;
  readonly clock: () => Ms;
  readonly log: Log;
  /** A program has been heard: what it owns stays its own (CL12). */
  readonly heard: (program: Program) => void;
  /** Calls of one token in a minute. */
  readonly perMinute?: number;
};

const BODY_BYTES = 128 * 1024;
const DEPTH = 6;
const PER_MINUTE = 600;
/** Wrong tokens from one address in a minute. */
const GUESSES = 60;

/** All operations as routes: token, rate, scope, shape, `Idempotency-Key`, then the call. */
export function apiRouter(parts: Parts): Hono<HttpEnv> {
  const { tokens, clock, idempotency } = parts;
  const app = new Hono<HttpEnv>();
  const byToken = new RateLimiterMemory({ points: parts.perMinute ?? PER_MINUTE, duration: 60 });
  const guesses = new RateLimiterMemory({ points: GUESSES, duration: 60 });
  app.onError((error, c) => presentProblem(c, problemOf(error, c, parts.log)));

  async function programOf(c: Ask): Promise<Program> {
    const secret = /^Bearer (\S{1,200})$/i.exec(c.req.header("authorization") ?? "")?.[1];
    const program = secret === undefined ? undefined : tokens.find(secret, clock());
    if (program !== undefined) {
      await take(byToken, program.id);
      parts.heard(program);
      return program;
    }
    await take(guesses, c.get("from"));
    throw new Problem("token");
  }

  for (const name of Object.keys(OPERATIONS) as readonly OperationName[]) {
    const operation: Operation = OPERATIONS[name];
    const call = parts.calls[name] as (call: unknown) => Promise<unknown>; // read by its own schemas just below
    app.on(operation.method.toUpperCase(), operation.path.replace(/\{(\w+)\}/g, ":$1"), async (c) => {
      c.header("Cache-Control", "no-store");
      const program = await programOf(c);
      if (!program.scopes.has(operation.scope)) throw new Problem("scope");
      const query = read(operation.query ?? v.strictObject({}), c.req.query());
      const { text, body } = await bodyOf(c, operation);
      const key = c.req.header("idempotency-key");
      if (key !== undefined && !/^[\x21-\x7e]{1,200}$/.test(key))
        throw new Problem("malformed", { field: "Idempotency-Key" });
      const act = async () => ({
        status: operation.status,
        body: await call({ program, params: c.req.param(), query, body, cause: causeOf(name, body, key) }),
      });
      if (key === undefined || operation.method === "get")
        return c.json((await act()).body as object, operation.status);
      const given = `${operation.method} ${c.req.path}\n${text}`;
      const answer = await idempotency.run({ token: program.id, key, text: given }, act);
      if (answer.isReplayed) c.header("Idempotency-Replayed", "true");
      return c.json(answer.body as object, operation.status);
    });
  }
  app.all("*", () => {
    throw new Problem("not-found");
  });
  return app;
}

/** What is written follows from the caller's id, else from his key; without both each call is an act of its own. */
function causeOf(name: OperationName, body: unknown, key: string | undefined): string {
  const id = typeof body === "object" && body !== null && "id" in body ? body.id : undefined;
  if (typeof id === "string") return `${name}:id:${id}`;
  return key === undefined ? `${name}:once:${makeSecret()}` : `${name}:key:${key}`;
}

async function take(limiter: RateLimiterMemory, key: string): Promise<void> {
  const isTaken = await limiter.consume(key).then(
    () => true,
    () => false,
  );
  if (isTaken) return;
  throw new Problem("rate", { retryAfterMs: (await limiter.get(key))?.msBeforeNext ?? 1_000 });
}

async function bodyOf(c: Ask, { body: schema }: Operation): Promise<{ readonly text: string; readonly body: unknown }> {
  if (schema === undefined) return { text: "", body: undefined };
  const text = (await readBytes(c, BODY_BYTES)).toString("utf8");
  let raw: unknown;
  try {
    raw = text === "" ? {} : JSON.parse(text);
  } catch {
    throw new Problem("malformed", { field: "body" });
  }
  if (isDeeper(raw, DEPTH)) throw new Problem("too-deep");
  return { text, body: read(schema, raw) };
}

/** By its schema; what is not known is refused by its name, and so is what does not fit. */
function read(schema: v.GenericSchema, value: unknown): unknown {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const isUnknown = issue.type === "strict_object" && issue.expected === "never";
  throw new Problem(isUnknown ? "unknown-field" : "malformed", { field: v.getDotPath(issue) ?? "body" });
}

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth === 0 || Object.values(value).some((member) => isDeeper(member, depth - 1));
}

function problemOf(error: Error, c: Ask, log: Log): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Fault) {
    if (error.code === "too-large") return new Problem("too-large");
    if (error.code === "busy" || error.code === "closing") return new Problem("busy");
  }
  if (error.name === "StoreError" || error.name === "IdentityStoreError") return new Problem("busy");
  log.error({ err: error, ref: c.get("ref") }, "a call of the API broke");
  return new Problem("internal");
}
