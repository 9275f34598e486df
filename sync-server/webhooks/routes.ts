import { randomBytes } from "node:crypto";
import { Hono } from "hono";
import type { Ms } from "../../shared/kernel/clock.ts";
import { type WebhookLog, type WebhookMade, webhookBody, webhookPatch } from "../../shared/protocol/v1/admin.ts";
import type { Ask, HttpEnv } from "../http/env.ts";
import { Fault } from "../http/fault.ts";
import { readBody, signedIn } from "../http/guards.ts";
import type { AuditBook } from "../identity/audit-book.ts";
import type { Directory } from "../identity/directory.ts";
import type { Identity } from "../identity/port.ts";
import { presentWebhook, type WebhookBook } from "./book.ts";
import type { WebhookDoc } from "./documents.ts";
import { bodyOf } from "./events.ts";
import { type Outbox, presentDelivery, presentRow } from "./outbox.ts";
import type { WebhookRunner } from "./runner.ts";
import type { Sender } from "./sender.ts";

type Parts = {
  readonly identity: Pick<Identity, "authenticate">;
  readonly book: WebhookBook;
  readonly outbox: Outbox;
  readonly sender: Sender;
  readonly runner: Pick<WebhookRunner, "begin">;
  readonly directory: Pick<Directory, "teams">;
  readonly audit: Pick<AuditBook, "note">;
  readonly clock: () => Ms;
  /** A hook was changed or removed. */
  readonly onChanged: () => void;
};

const LOG_PAGE = 50;

/** Web hooks, for admins: `shared/protocol/v1/admin.ts`. */
export function webhookRoutes(parts: Parts): Hono<HttpEnv> {
  const { book, outbox, sender, audit, clock } = parts;
  const app = new Hono<HttpEnv>();
  const admins = signedIn(parts.identity, "admin");
  app.use("*", async (c, next) => {
    c.header("Cache-Control", "no-store");
    await next();
  });

  const present = (doc: WebhookDoc) => presentWebhook(doc, outbox);
  const hookOf = (id: string): WebhookDoc => {
    const hook = book.get(id);
    if (hook === undefined) throw new Fault("not-found");
    return hook;
  };
  const checkTeams = (teams: readonly string[] = []): void => {
    const known: ReadonlySet<string> = new Set(parts.directory.teams());
    if (!teams.every((team) => known.has(team))) throw new Fault("malformed", { detail: "teams" });
  };
  const checkUrl = (url: string | undefined): void => {
    if (url === undefined) return;
    const read = URL.canParse(url) ? new URL(url) : undefined;
    if (read === undefined || read.username !== "" || read.password !== "")
      throw new Fault("malformed", { detail: "url" });
  };
  const by = (c: Ask) => ({ by: c.get("who").actor.id, from: c.get("from") });

  app.get("/", admins, (c) => c.json({ webhooks: book.list().map(present) }));
  app.post("/", admins, async (c) => {
    const body = await readBody(c, webhookBody);
    checkTeams(body.teams);
    checkUrl(body.url);
    await parts.runner.begin();
    const hook = await book.make(body);
    audit.note({ act: "webhook-made", webhook: hook.id }, by(c));
    return c.json({ webhook: present(hook), secret: hook.secret } satisfies WebhookMade, 201);
  });
  app.patch("/:id", admins, async (c) => {
    const body = await readBody(c, webhookPatch);
    checkTeams(body.teams);
    checkUrl(body.url);
    const { id } = hookOf(c.req.param("id"));
    const changed = await book.change(id, body);
    if (changed === undefined) throw new Fault("not-found");
    audit.note({ act: "webhook-changed", webhook: id }, by(c));
    parts.onChanged();
    sender.wake();
    return c.json(present(changed));
  });
  app.delete("/:id", admins, async (c) => {
    const { id } = hookOf(c.req.param("id"));
    await book.remove(id);
    await outbox.forget(id);
    parts.onChanged();
    audit.note({ act: "webhook-removed", webhook: id }, by(c));
    return c.body(null, 204);
  });
  app.post("/:id/secret", admins, async (c) => {
    const renewed = await book.renewSecret(hookOf(c.req.param("id")).id);
    if (renewed === undefined) throw new Fault("not-found");
    audit.note({ act: "webhook-secret-changed", webhook: renewed.id }, by(c));
    return c.json({ webhook: present(renewed), secret: renewed.secret } satisfies WebhookMade);
  });
  app.post("/:id/ping", admins, async (c) => {
    const hook = hookOf(c.req.param("id"));
    const id = randomBytes(13).toString("hex");
    const at = clock();
    const body = bodyOf(id, { event: "ping", at, data: { n: 1 } });
    // Not in the row: it is tried once, at once, and it is not waited for by what comes behind.
    await outbox.add({ hook: hook.id, id, event: "ping", body, at }, "failed");
    const kept = await outbox.read(hook.id, id);
    if (kept === undefined) throw new Fault("busy");
    const tried = await sender.tryNow(hook, kept);
    const done = { ...tried, state: tried.state === "delivered" ? "delivered" : "failed" } as const;
    await outbox.keep(done);
    return c.json(presentDelivery(done));
  });
  app.get("/:id/log", admins, (c) => {
    const { id } = hookOf(c.req.param("id"));
    const { state, event, before } = c.req.query();
    const rows = outbox
      .rows(id)
      .filter((row) => (state === undefined || row.state === state) && (event === undefined || row.event === event))
      .sort((a, b) => b.order - a.order);
    const start = before === undefined ? 0 : rows.findIndex((row) => row.id === before) + 1;
    const page = rows.slice(start, start + LOG_PAGE);
    return c.json({ rows: page.map(presentRow), more: rows.length > start + LOG_PAGE } satisfies WebhookLog);
  });
  app.get("/:id/log/:delivery", admins, async (c) => {
    const doc = await outbox.read(hookOf(c.req.param("id")).id, c.req.param("delivery"));
    if (doc === undefined) throw new Fault("not-found");
    return c.json(presentDelivery(doc));
  });
  app.post("/:id/log/:delivery/again", admins, async (c) => {
    const delivery = c.req.param("delivery");
    if (!(await outbox.again(hookOf(c.req.param("id")).id, delivery))) throw new Fault("not-found");
    sender.wake();
    return c.json({ delivery });
  });
  return app;
}
