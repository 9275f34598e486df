import { Hono } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { RateLimiterMemory } from "rate-limiter-flexible";
import { isThreadId, type ThreadId } from "../../shared/kernel/ids.ts";
import type { HookAnswer, HookRequest } from "../channels/port.ts";
import type { HttpEnv } from "./env.ts";
import { Fault } from "./fault.ts";
import { readBytes } from "./guards.ts";
import { takeOne } from "./limits.ts";

export type HookRouteParts = {
  /** Whether there is such a channel: nothing is read of a call to another. */
  readonly isChannel: (channel: ThreadId) => boolean;
  readonly hook: (channel: ThreadId, request: HookRequest) => Promise<HookAnswer | "unknown" | "paused">;
};

/** Files come as references, mails with what hangs on them: the largest of a vendor's calls are smaller. */
const BODY_BYTES = 25 * 1024 * 1024;
/** Calls of one channel without its secret or signature, from one address in a minute. */
const WRONG = 120;

/**
 * What the other side of a channel calls: `/api/hooks/<channel>/*`. The connector checks its secret or signature; it answers well
 * only when what came is durable. A paused channel and a store that does not answer are 503: the other side tries again.
 */
export function hookRoutes({ isChannel, hook }: HookRouteParts): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  const wrong = new RateLimiterMemory({ points: WRONG, duration: 60 });
  app.all("/:channel/*", async (c) => {
    const { channel } = c.req.param();
    if (!isThreadId(channel) || !isChannel(channel)) throw new Fault("not-found");
    const caller = `${channel} ${c.get("from")}`;
    const spent = await wrong.get(caller);
    if (spent !== null && spent.remainingPoints <= 0) throw new Fault("rate", { retryAfterMs: spent.msBeforeNext });
    const url = new URL(c.req.url);
    const behind = url.pathname.split(`/${channel}`).slice(1).join(`/${channel}`);
    const isBare = c.req.method === "GET" || c.req.method === "HEAD";
    const answer = await hook(channel, {
      method: c.req.method,
      path: behind === "" ? "/" : behind,
      query: url.searchParams,
      headers: c.req.raw.headers,
      body: isBare ? new Uint8Array() : await readBytes(c, BODY_BYTES),
    });
    if (answer === "unknown") throw new Fault("not-found");
    if (answer === "paused") throw new Fault("busy", { detail: "paused", retryAfterMs: 60_000 });
    if (answer.status === 401 || answer.status === 403) await takeOne(wrong, caller);
    c.header("Cache-Control", "no-store");
    // What the other side gave us and we give back is never run by a browser.
    c.header("Content-Security-Policy", "default-src 'none'; sandbox");
    c.header("Content-Type", answer.type ?? "text/plain; charset=utf-8");
    return c.body(answer.body ?? "", answer.status as ContentfulStatusCode); // the connector's own
  });
  return app;
}
