import { randomBytes } from "node:crypto";
import * as v from "valibot";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { WebhookBody, WebhookPatch, WebhookRow } from "../../shared/protocol/v1/admin.ts";
import { makeSecret } from "../platform/chance.ts";
import type { StoreDatabase } from "../stores/store.ts";
import { type WebhookDoc, webhookDoc } from "./documents.ts";
import type { Outbox } from "./outbox.ts";

/** Subscriptions, in memory and in `desk-server`. */
export type WebhookBook = {
  readonly list: () => readonly WebhookDoc[];
  readonly get: (id: string) => WebhookDoc | undefined;
  readonly make: (body: WebhookBody) => Promise<WebhookDoc>;
  readonly change: (id: string, patch: WebhookPatch) => Promise<WebhookDoc | undefined>;
  readonly renewSecret: (id: string) => Promise<WebhookDoc | undefined>;
  /** By the desk: it got through, it did not, it stands still from now on. */
  readonly note: (
    id: string,
    facts: Pick<WebhookDoc, "lastSuccessAt" | "failingSince" | "paused" | "pausedAt">,
  ) => Promise<void>;
  readonly remove: (id: string) => Promise<boolean>;
};

const SECRET_PREFIX = "whs_";

export async function openWebhookBook(database: StoreDatabase, clock: () => Ms): Promise<WebhookBook> {
  const hooks = new Map<string, WebhookDoc>();
  let turn: Promise<unknown> = Promise.resolve();
  for (const doc of await database.range({ start: "webhook:", end: "webhook:~" })) {
    const read = v.safeParse(webhookDoc, doc);
    if (read.success) hooks.set(read.output.id, read.output);
  }
  async function keep(doc: WebhookDoc): Promise<WebhookDoc> {
    const row = await database.put(doc);
    if (!row.ok) throw new Error(`a web hook could not be kept: ${row.error}`);
    const kept = { ...doc, _rev: row.rev };
    hooks.set(doc.id, kept);
    return kept;
  }
  /** One after another: the sender notes, while an admin changes. */
  function edit(id: string, changed: (doc: WebhookDoc) => WebhookDoc): Promise<WebhookDoc | undefined> {
    const act = async (): Promise<WebhookDoc | undefined> => {
      const doc = hooks.get(id);
      return doc === undefined ? undefined : keep(changed(doc));
    };
    const now = turn.then(act);
    turn = now.catch(() => undefined);
    return now;
  }

  return {
    list: () => [...hooks.values()].sort((a, b) => a.createdAt - b.createdAt),
    get: (id) => hooks.get(id),
    make: ({ paused, privateNetwork, ...body }) => {
      const id = randomBytes(9).toString("hex");
      const createdAt = clock();
      return keep({
        _id: `webhook:${id}`,
        id,
        ...body,
        privateNetwork: privateNetwork ?? false,
        secret: SECRET_PREFIX + makeSecret(),
        createdAt,
        ...(paused === true ? { paused: "admin", pausedAt: createdAt } : {}),
      });
    },
    change: (id, { paused, ...patch }) =>
      edit(id, (doc) => {
        const next = { ...doc, ...patch };
        if (paused === undefined) return next;
        const { paused: _paused, pausedAt: _pausedAt, failingSince: _failingSince, ...running } = next;
        return paused ? { ...next, paused: "admin", pausedAt: clock() } : running;
      }),
    renewSecret: (id) => edit(id, (doc) => ({ ...doc, secret: SECRET_PREFIX + makeSecret() })),
    note: async (id, facts) => {
      await edit(id, (doc) => {
        const { failingSince: _failingSince, ...rest } = doc;
        return { ...rest, ...facts };
      });
    },
    remove: async (id) => {
      const doc = hooks.get(id);
      if (doc === undefined) return false;
      hooks.delete(id);
      const stored = await database.get(doc._id);
      if (stored !== undefined) await database.remove(stored._id, stored._rev);
      return true;
    },
  };
}

/** A subscription as admins see it; never its secret. */
export function presentWebhook(doc: WebhookDoc, outbox: Pick<Outbox, "rows" | "waiting">): WebhookRow {
  const rows = outbox.rows(doc.id);
  return {
    id: doc.id,
    name: doc.name,
    url: doc.url,
    events: doc.events,
    teams: doc.teams,
    privateNetwork: doc.privateNetwork,
    createdAt: doc.createdAt,
    waiting: outbox.waiting(doc.id),
    failed: rows.filter((row) => row.state === "failed").length,
    ...(doc.paused === undefined ? {} : { paused: doc.paused }),
    ...(doc.pausedAt === undefined ? {} : { pausedAt: doc.pausedAt }),
    ...(doc.lastSuccessAt === undefined ? {} : { lastSuccessAt: doc.lastSuccessAt }),
  };
}
