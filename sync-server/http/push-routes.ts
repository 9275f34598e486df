import { Hono } from "hono";
import { RateLimiterMemory } from "rate-limiter-flexible";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId } from "../../shared/kernel/ids.ts";
import { endpointBody, type PushKeyAnswer, subscriptionBody } from "../../shared/protocol/push.ts";
import { userOf } from "../identity/credentials.ts";
import type { Identity } from "../identity/port.ts";
import type { Push } from "../push/open-push.ts";
import type { HttpEnv } from "./env.ts";
import { Fault } from "./fault.ts";
import { readBody, signedIn } from "./guards.ts";
import { takeOne } from "./limits.ts";

type Parts = {
  readonly push: Pick<Push, "key" | "subscriptions">;
  readonly identity: Identity;
  /** Whether somebody has a dialog here: others have nothing to be told. */
  readonly isUser: (user: AuthorId) => boolean;
  readonly clock: () => Ms;
};

/** Subscriptions to calls: `shared/protocol/push.ts`. */
export function pushRoutes({ push, identity, isUser, clock }: Parts): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  const calls = new RateLimiterMemory({ points: 60, duration: 600 });

  app.get("/", (c) => c.json({ key: push.key } satisfies PushKeyAnswer));
  app.post("/agent", signedIn(identity), async (c) => {
    // A whole office may sit behind one address.
    await takeOne(calls, c.get("who").actor.id);
    const { endpoint, keys, locale } = await readBody(c, subscriptionBody);
    const { actor, session } = c.get("who");
    const kept = await push.subscriptions.keep({
      author: actor.id,
      session,
      endpoint,
      keys,
      locale,
      createdAt: clock(),
    });
    if (!kept) throw new Fault("too-large", { detail: "subscriptions" });
    return c.body(null, 204);
  });
  app.post("/user", async (c) => {
    const user = userOf(c.req.header("authorization"));
    if (user === undefined) throw new Fault("signed-out");
    if (!isUser(user)) throw new Fault("not-found");
    await takeOne(calls, user);
    const { endpoint, keys, locale, link } = await readBody(c, subscriptionBody);
    const given = { author: user, endpoint, keys, locale, createdAt: clock(), ...(link === undefined ? {} : { link }) };
    if (!(await push.subscriptions.keep(given))) throw new Fault("too-large", { detail: "subscriptions" });
    return c.body(null, 204);
  });
  app.delete("/", async (c) => {
    await takeOne(calls, c.get("from"));
    const { endpoint } = await readBody(c, endpointBody);
    await push.subscriptions.end(endpoint);
    return c.body(null, 204);
  });
  return app;
}
