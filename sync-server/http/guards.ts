import { randomBytes } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import * as v from "valibot";
import type { Actor, Role } from "../../shared/policy/actor.ts";
import type { Identity } from "../identity/port.ts";
import type { Log } from "../platform/log.ts";
import type { Metrics } from "../platform/metrics.ts";
import type { Ask, HttpEnv } from "./env.ts";
import { Fault, presentFault } from "./fault.ts";
import { addressOf, isOwnRequest } from "./origin.ts";

type Guard = MiddlewareHandler<HttpEnv>;

/** Gives each request an id and the headers of every answer, writes it down without its content, counts it. */
export function observed({
  log,
  metrics,
  trustedProxies,
}: {
  log: Log;
  metrics: Metrics;
  trustedProxies: number;
}): Guard {
  return async (c, next) => {
    const startedAt = performance.now();
    const ref = randomBytes(9).toString("base64url");
    c.set("ref", ref);
    c.set("from", addressOf(c.env.incoming, trustedProxies));
    // On Node's own answer: a web response's Headers would be made and copied for each request.
    const { outgoing } = c.env;
    outgoing.setHeader("X-Request-Id", ref);
    for (const [name, value] of SECURITY) outgoing.setHeader(name, value);
    await next();
    const ms = performance.now() - startedAt;
    const route = roomOf(c.req.path);
    const { status } = c.res;
    metrics.requests.inc({ route, status: String(status) });
    metrics.requestSeconds.observe({ route }, ms / 1000);
    const facts = { ref, method: c.req.method, route, status, ms: Math.round(ms * 10) / 10 };
    if (status >= 500) log.warn(facts, "request failed");
    else log.debug(facts, "request");
  };
}

/** First two parts of a path, without what comes from outside: few labels, no secrets. */
function roomOf(path: string): string {
  const [, first = "", second = ""] = path.split("/");
  if (first === "api") return /^[a-z-]{1,20}$/.test(second) ? `/api/${second}` : "/api";
  return ["db", "files", "c", "assets", "metrics"].includes(first) ? `/${first}` : "/";
}

/** Headers of every answer. Pages may run their own code only, and stand in no other page's frame. */
const SECURITY: readonly (readonly [string, string])[] = [
  ["X-Content-Type-Options", "nosniff"],
  ["Referrer-Policy", "no-referrer"],
  ["Cross-Origin-Opener-Policy", "same-origin"],
  ["Cross-Origin-Resource-Policy", "same-origin"],
  ["Permissions-Policy", "geolocation=(), payment=(), usb=()"],
];

/** What changes something must come from the desk's own pages, or from a program. */
export function ownOriginOnly(publicUrl: string | undefined): Guard {
  return async (c, next) => {
    const isSafe = c.req.method === "GET" || c.req.method === "HEAD" || c.req.method === "OPTIONS";
    if (!isSafe && !isOwnRequest(c.env.incoming.headers, publicUrl)) return presentFault(c, new Fault("origin"));
    return next();
  };
}

/** Lets signed-in people through; those of the given roles only, where any are given. */
export function signedIn(identity: Pick<Identity, "authenticate">, ...roles: readonly Role[]): Guard {
  return async (c, next) => {
    const who = await identity.authenticate({
      authorization: c.req.header("authorization"),
      cookie: c.req.header("cookie"),
    });
    if (who === undefined) throw new Fault("signed-out");
    if (roles.length > 0 && !hasRole(who.actor, roles)) throw new Fault("forbidden");
    c.set("who", who);
    await next();
  };
}

export const hasRole = (actor: Actor, roles: readonly Role[]): boolean =>
  actor.kind === "agent" && roles.includes(actor.role);

/** What a body holds when nothing else is said: forms. */
const FORM_BYTES = 64 * 1024;

/** A body's bytes, at most `limit`; reads no further than that. */
export async function readBytes(c: Ask, limit: number): Promise<Buffer> {
  const length = c.req.header("content-length");
  if (Number(length ?? 0) > limit) throw new Fault("too-large");
  // A stated length is held by the HTTP parser; the short way spares a web stream.
  if (length !== undefined) return Buffer.from(await c.req.arrayBuffer());
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of c.req.raw.body ?? []) {
    bytes += part.byteLength;
    if (bytes > limit) throw new Fault("too-large");
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** A JSON body by its schema. */
export async function readBody<Schema extends v.GenericSchema>(
  c: Ask,
  schema: Schema,
  limit = FORM_BYTES,
): Promise<v.InferOutput<Schema>> {
  const bytes = await readBytes(c, limit);
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString("utf8"));
  } catch {
    throw new Fault("malformed", { detail: "not JSON" });
  }
  const read = v.safeParse(schema, body, { abortEarly: true });
  if (read.success) return read.output;
  const [issue] = read.issues;
  throw new Fault("malformed", { detail: v.getDotPath(issue) ?? "body" });
}
