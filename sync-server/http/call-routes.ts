import { Hono } from "hono";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { type CallAnswer, callBody } from "../../shared/protocol/calls.ts";
import type { DialAnswer, DialAsk } from "../channels/port.ts";
import type { Identity } from "../identity/port.ts";
import type { HttpEnv } from "./env.ts";
import { readBody, signedIn } from "./guards.ts";

export type CallRouteParts = {
  readonly identity: Pick<Identity, "authenticate">;
  /** The inner number of an agent's telephone. */
  readonly extensionOf: (agent: ThreadId) => string | undefined;
  /** Nothing where no exchange dials. */
  readonly dial: (ask: DialAsk) => Promise<DialAnswer | undefined>;
};

const DIAL_MS = 15_000;

/** A click on a number (S47): `shared/protocol/calls.ts`. It rings the asker's own telephone, never another's. */
export function callRoutes({ identity, extensionOf, dial }: CallRouteParts): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  app.post("/", signedIn(identity), async (c) => {
    const { number } = await readBody(c, callBody);
    const agent = c.get("who").actor.id as string as ThreadId; // an agent's author id is his thread's id
    const extension = extensionOf(agent);
    if (extension === undefined) return c.json({ ok: false, code: "no-extension" } satisfies CallAnswer);
    const answer = await dial({ extension, number, signal: AbortSignal.timeout(DIAL_MS) });
    if (answer === undefined) return c.json({ ok: false, code: "no-exchange" } satisfies CallAnswer);
    return c.json((answer.ok ? { ok: true } : { ok: false, code: answer.code }) satisfies CallAnswer);
  });
  return app;
}
