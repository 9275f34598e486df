import { Hono } from "hono";
import { isThreadId, type ThreadId } from "../../shared/kernel/ids.ts";
import { channelBody, channelPatch } from "../../shared/protocol/channels.ts";
import type { BookFault, ChannelBook } from "../channels/channel-book.ts";
import type { AuditBook } from "../identity/audit-book.ts";
import type { Identity } from "../identity/port.ts";
import type { Ask, HttpEnv } from "./env.ts";
import { Fault } from "./fault.ts";
import { readBody, signedIn } from "./guards.ts";

export type ChannelRouteParts = {
  readonly identity: Pick<Identity, "authenticate">;
  readonly audit: Pick<AuditBook, "note">;
  readonly book: ChannelBook;
  readonly readAgain: (channel: ThreadId, row: string) => Promise<{ readonly done: boolean; readonly reason?: string }>;
  readonly forgetAside: (channel: ThreadId, row: string) => Promise<boolean>;
};

/** Channels, for admins, the list also for leads: `shared/protocol/channels.ts`. Mounted at `/api/channels`. */
export function channelRoutes({ identity, audit, book, readAgain, forgetAside }: ChannelRouteParts): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  app.get("/", signedIn(identity, "admin", "lead"), async (c) => {
    c.header("Cache-Control", "no-store");
    return c.json({ channels: await book.list() });
  });
  app.use("*", signedIn(identity, "admin"));
  app.use("*", async (c, next) => {
    await next();
    c.header("Cache-Control", "no-store");
  });
  const origin = (c: Ask) => ({ by: c.get("who").actor.id, from: c.get("from") });

  app.post("/", async (c) => {
    const body = await readBody(c, channelBody);
    const made = await book.create(body);
    if (!made.ok) throw faultOf(made.error);
    audit.note({ act: "channel-made", channel: made.value.id, kind: body.kind }, origin(c));
    return c.json(made.value, 201);
  });

  app.post("/test", async (c) => {
    const tested = await book.testBody(await readBody(c, channelBody));
    if (!tested.ok) throw faultOf(tested.error);
    return c.json(tested.value);
  });

  app.patch("/:id", async (c) => {
    const channel = channelOf(c);
    const patch = await readBody(c, channelPatch);
    const changed = await book.change(channel, patch);
    if (!changed.ok) throw faultOf(changed.error);
    // Names of what was changed: values may be secrets.
    const { settings, ...rest } = patch;
    const fields = [...Object.keys(rest), ...Object.keys(settings ?? {}).map((name) => `settings.${name}`)];
    audit.note({ act: "channel-changed", channel, fields }, origin(c));
    return c.json(changed.value);
  });

  app.delete("/:id", async (c) => {
    const channel = channelOf(c);
    if (!(await book.end(channel))) throw new Fault("not-found");
    audit.note({ act: "channel-ended", channel }, origin(c));
    return c.body(null, 204);
  });

  app.post("/:id/test", async (c) => c.json(found(await book.test(channelOf(c)))));

  app.get("/:id/aside", async (c) => c.json(found(await book.asides(channelOf(c), c.req.query("before")))));

  app.post("/:id/aside/:row/again", async (c) => {
    const answer = await readAgain(channelOf(c), c.req.param("row"));
    if (answer.reason === "not-found") throw new Fault("not-found");
    return c.json(answer);
  });

  app.delete("/:id/aside/:row", async (c) => {
    const channel = channelOf(c);
    if (!(await forgetAside(channel, c.req.param("row")))) throw new Fault("not-found");
    audit.note({ act: "channel-aside-removed", channel }, origin(c));
    return c.body(null, 204);
  });

  app.get("/:id/failed", (c) => c.json(found(book.failed(channelOf(c), c.req.query("before")))));

  app.post("/:id/failed/again", async (c) => {
    const channel = channelOf(c);
    const asked = found(await book.failedAgain(channel));
    audit.note({ act: "channel-resent", channel, count: asked }, origin(c));
    return c.json({ asked });
  });
  return app;
}

function channelOf(c: Ask): ThreadId {
  const id = c.req.param("id");
  if (!isThreadId(id)) throw new Fault("not-found");
  return id;
}

function found<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Fault("not-found");
  return value;
}

const faultOf = ({ code, field }: BookFault): Fault => new Fault(code, field === undefined ? {} : { detail: field });
