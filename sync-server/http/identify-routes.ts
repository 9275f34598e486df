import { Hono } from "hono";
import { RateLimiterMemory } from "rate-limiter-flexible";
import type { FieldSet } from "../../shared/items/base.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import { personOfUser, type ThreadId } from "../../shared/kernel/ids.ts";
import {
  attributesBody,
  type IdentifyAnswer,
  identifyBody,
  identifyText,
  type KeptAnswer,
} from "../../shared/protocol/widget.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import { userOf } from "../identity/credentials.ts";
import { type ChatLink, type Directory, linkStatus } from "../identity/directory.ts";
import type { WidgetSecrets } from "../identity/widget-secrets.ts";
import type { Ask, HttpEnv } from "./env.ts";
import { Fault } from "./fault.ts";
import { readBody } from "./guards.ts";
import { takeOne } from "./limits.ts";
import { factsOfAttributes, factsOfVisitor } from "./visitor-facts.ts";

export type IdentifyRouteParts = {
  readonly directory: Pick<Directory, "linkOf">;
  readonly secrets: Pick<WidgetSecrets, "isSigned">;
  readonly head: (thread: ThreadId) => DeviceHead | undefined;
  /** Writes fields of a person in the desk's own name; false when that is to be tried again. */
  readonly setFields: (head: DeviceHead, set: FieldSet) => Promise<boolean>;
  readonly clock: () => Ms;
};

/** What a site tells of its visitor through the widget: `shared/protocol/widget.ts`. */
export function identifyRoutes(parts: IdentifyRouteParts): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  const calls = new RateLimiterMemory({ points: 60, duration: 60 });
  // A signature of 256 bits is not guessed; who tries costs us the reckoning all the same.
  const wrong = new RateLimiterMemory({ points: 20, duration: 600 });

  const visitor = async (c: Ask) => {
    const user = userOf(c.req.header("authorization"));
    if (user === undefined) throw new Fault("signed-out");
    const link = parts.directory.linkOf(c.req.param("token") ?? "");
    const status = linkStatus(link, parts.clock());
    if (link === undefined || status !== "open") throw new Fault(`link-${status === "open" ? "unknown" : status}`);
    await takeOne(calls, `${user} ${c.get("from")}`);
    // A person is made with his first message; somebody who only looks at a site is nobody yet.
    return { link, head: parts.head(personOfUser(user)) };
  };

  async function isSigned(c: Ask, link: ChatLink, given: { readonly text: string; readonly signature: string }) {
    const key = `${link.thread} ${c.get("from")}`;
    const spent = await wrong.get(key);
    if (spent !== null && spent.remainingPoints <= 0) throw new Fault("rate", { retryAfterMs: spent.msBeforeNext });
    if (await parts.secrets.isSigned(link.thread, given.text, given.signature)) return true;
    await takeOne(wrong, key);
    return false;
  }

  async function keep(head: DeviceHead | undefined, set: FieldSet): Promise<boolean> {
    if (head === undefined) return false;
    if (Object.keys(set).length === 0) return true;
    if (!(await parts.setFields(head, set))) throw new Fault("busy");
    return true;
  }

  app.post("/:token/identify", async (c) => {
    const { link, head } = await visitor(c);
    const body = await readBody(c, identifyBody);
    const { id, traits, signature } = body;
    const verified = signature !== undefined;
    if (verified && !(await isSigned(c, link, { text: identifyText(id, traits), signature }))) {
      throw new Fault("signature-wrong");
    }
    const set = factsOfVisitor(head?.fields ?? {}, body, { verified, channel: link.thread });
    if (set === "taken") throw new Fault("identity-taken");
    const kept = await keep(head, set);
    return c.json({ outcome: verified ? "verified" : "unverified", kept } satisfies IdentifyAnswer);
  });

  app.post("/:token/attributes", async (c) => {
    const { head } = await visitor(c);
    const { attributes } = await readBody(c, attributesBody);
    const kept = await keep(head, factsOfAttributes(head?.fields ?? {}, attributes));
    return c.json({ kept } satisfies KeptAnswer);
  });
  return app;
}
