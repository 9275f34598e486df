import type { Hono as AnyHono } from "hono";
import { Hono } from "hono";
import type { Log } from "../platform/log.ts";
import type { Metrics } from "../platform/metrics.ts";
import type { Ask, HttpEnv } from "./env.ts";
import { Fault, presentFault } from "./fault.ts";
import { observed, ownOriginOnly } from "./guards.ts";
import type { StaticPages } from "./static-pages.ts";

export type AppParts = {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly trustedProxies: number;
  readonly publicUrl: string | undefined;
  /** Sub-apps by where they stand; an earlier one goes first where two could answer. */
  readonly rooms: readonly (readonly [path: string, room: AnyHono | Hono<HttpEnv>])[];
  readonly pages: StaticPages;
  /** Whether the store answers and everything has started. */
  readonly readiness: () => Promise<{ readonly ready: boolean; readonly detail?: string }>;
  /** Brings the gauges up to date before they are read. */
  readonly measure: () => void;
  readonly isClosing: () => boolean;
};

export type App = {
  readonly app: Hono<HttpEnv>;
  /** Resolves when what was asked before is answered; event streams are not waited for. */
  readonly settle: () => Promise<void>;
};

/** The whole of HTTP: guards, rooms, health, pages. Faults become `ApiError` here and nowhere else. */
export function createApp(parts: AppParts): App {
  const { log, metrics } = parts;
  const app = new Hono<HttpEnv>();
  app.use("*", observed(parts));
  app.use("*", ownOriginOnly(parts.publicUrl));
  const underWay = new Set<Promise<void>>();
  app.use("*", async (c, next) => {
    if (parts.isClosing()) return presentFault(c, new Fault("closing"));
    const answered = next();
    underWay.add(answered);
    await answered.finally(() => underWay.delete(answered));
    return undefined;
  });
  app.onError((error, c) => answerError(error, c, log));

  app.get("/api/health", (c) => c.json({ status: "live" }));
  const ready = async (c: Ask): Promise<Response> => {
    const { ready: isReady, detail } = await parts.readiness();
    c.header("Cache-Control", "no-store");
    return c.json(
      { status: isReady ? "ready" : "not-ready", ...(detail === undefined ? {} : { detail }) },
      isReady ? 200 : 503,
    );
  };
  app.get("/api/ready", ready);
  app.get("/metrics", async (c) => {
    // Numbers tell how a business goes: from this machine only; a collector elsewhere goes through the proxy's rules.
    if (!/^(?:::1|127\.|::ffff:127\.)/.test(c.get("from"))) throw new Fault("not-found");
    parts.measure();
    return c.body(await metrics.registry.metrics(), 200, { "Content-Type": metrics.registry.contentType });
  });

  for (const [path, room] of parts.rooms) app.route(path, room as Hono<HttpEnv>);

  app.all("/api/*", (c) => presentFault(c, new Fault("not-found")));
  app.all("/files/*", (c) => presentFault(c, new Fault("not-found")));
  app.get("*", (c) => parts.pages.serve(c));
  app.notFound((c) => presentFault(c, new Fault("not-found")));
  return { app, settle: async () => void (await Promise.allSettled(underWay)) };
}

/** Errors of what stands under the routes, by the code that they carry. */
const KNOWN_ERRORS: Readonly<Record<string, "disk-full" | "busy">> = {
  StoreError: "busy",
  IdentityStoreError: "busy",
  NotNowError: "busy",
  BlobsError: "disk-full",
};

function answerError(error: Error, c: Ask, log: Log): Response {
  if (error instanceof Fault) return presentFault(c, error);
  const known = KNOWN_ERRORS[error.name];
  const isFull = Reflect.get(error, "code") === "disk-full";
  if (known === undefined) log.error({ err: error, ref: c.get("ref") }, "a request broke");
  else log.warn({ err: error, ref: c.get("ref") }, "a request met a fault below");
  return presentFault(c, new Fault(isFull ? "disk-full" : known === undefined ? "internal" : "busy"));
}
