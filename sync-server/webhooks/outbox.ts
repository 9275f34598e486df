import * as v from "valibot";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { WebhookDelivery, WebhookLogRow } from "../../shared/protocol/v1/admin.ts";
import type { StoreDatabase } from "../stores/store.ts";
import { type DeliveryDoc, type DeliveryRow, deliveryDoc } from "./documents.ts";

/** Deliveries in `desk-server`: what waits, and what became of the others; kept for 7 days, at most 1,000 a hook. */
export type Outbox = {
  /** Durable when it resolves; one that is there already stays as it is. */
  readonly add: (
    delivery: Pick<DeliveryDoc, "hook" | "id" | "event" | "body" | "at">,
    state?: "waiting" | "failed",
  ) => Promise<void>;
  /** The first of those that wait; how many there are. */
  readonly next: (hook: string) => DeliveryRow | undefined;
  readonly waiting: (hook: string) => number;
  readonly rows: (hook: string) => readonly DeliveryRow[];
  readonly read: (hook: string, id: string) => Promise<DeliveryDoc | undefined>;
  /** Writes what became of it. */
  readonly keep: (doc: DeliveryDoc) => Promise<void>;
  /** Puts it behind the others, for another day of tries. */
  readonly again: (hook: string, id: string) => Promise<boolean>;
  readonly forget: (hook: string) => Promise<void>;
  readonly sweep: () => Promise<void>;
};

const KEPT_MS = 7 * 86_400_000;
const KEPT_ROWS = 1_000;

export async function openOutbox(database: StoreDatabase, clock: () => Ms): Promise<Outbox> {
  const hooks = new Map<string, Map<string, DeliveryRow>>();
  /** Those that wait: in their order, because each is put behind the others and what is kept in its place stays there. */
  const waiting = new Map<string, Map<string, DeliveryRow>>();
  let last = 0;

  function remember(doc: DeliveryDoc): void {
    const { body: _body, log, ...row } = doc;
    const of = hooks.get(doc.hook) ?? new Map<string, DeliveryRow>();
    hooks.set(doc.hook, of);
    const tried = log.at(-1);
    const kept = { ...row, ...(tried === undefined ? {} : { last: tried }) };
    of.set(doc.id, kept);
    last = Math.max(last, doc.order);
    const queue = waiting.get(doc.hook) ?? new Map<string, DeliveryRow>();
    waiting.set(doc.hook, queue);
    if (kept.state !== "waiting" || queue.get(doc.id)?.order !== kept.order) queue.delete(doc.id);
    if (kept.state === "waiting") queue.set(doc.id, kept);
  }
  const stored = (await database.range({ start: "hook-out:", end: "hook-out:~" })).flatMap((doc) => {
    const read = v.safeParse(deliveryDoc, doc);
    return read.success ? [read.output] : [];
  });
  for (const doc of stored.sort((a, b) => a.order - b.order)) remember(doc);
  /** After all that were there before, also after a restart. */
  const nextOrder = (): number => (last = Math.max(last + 1, clock() * 1_000));
  const rowsOf = (hook: string): readonly DeliveryRow[] => [...(hooks.get(hook)?.values() ?? [])];

  async function keep(doc: DeliveryDoc): Promise<void> {
    const row = await database.put(doc);
    if (!row.ok) throw new Error(`a delivery could not be kept: ${row.error}`);
    remember({ ...doc, _rev: row.rev });
  }
  async function read(hook: string, id: string): Promise<DeliveryDoc | undefined> {
    const found = v.safeParse(deliveryDoc, await database.get(`hook-out:${hook}:${id}`));
    return found.success ? found.output : undefined;
  }
  async function remove(row: DeliveryRow): Promise<void> {
    const doc = await database.get(row._id);
    if (doc !== undefined) await database.remove(doc._id, doc._rev);
    hooks.get(row.hook)?.delete(row.id);
    waiting.get(row.hook)?.delete(row.id);
  }

  return {
    add: async ({ hook, id, event, body, at }, state = "waiting") => {
      if (hooks.get(hook)?.has(id) === true) return;
      const _id = `hook-out:${hook}:${id}`;
      const doc = { _id, hook, id, order: nextOrder(), event, body, at, since: clock(), state, tries: 0, log: [] };
      const row = await database.put(doc);
      if (row.ok) return remember({ ...doc, _rev: row.rev });
      const standing = row.error === "conflict" ? await read(hook, id) : undefined;
      if (standing === undefined) throw new Error(`a delivery could not be kept: ${row.error}`);
      remember(standing); // made before a crash, or an answer that was lost
    },
    next: (hook) => waiting.get(hook)?.values().next().value,
    waiting: (hook) => waiting.get(hook)?.size ?? 0,
    rows: rowsOf,
    read,
    keep,
    again: async (hook, id) => {
      const doc = await read(hook, id);
      if (doc === undefined) return false;
      const { nextTryAt: _next, ...rest } = doc;
      await keep({ ...rest, state: "waiting", order: nextOrder(), since: clock() });
      return true;
    },
    forget: async (hook) => {
      for (const row of rowsOf(hook)) await remove(row);
      hooks.delete(hook);
      waiting.delete(hook);
    },
    sweep: async () => {
      for (const hook of hooks.keys()) {
        const done = rowsOf(hook)
          .filter((row) => row.state !== "waiting")
          .sort((a, b) => b.order - a.order);
        for (const [nth, row] of done.entries()) {
          if (nth >= KEPT_ROWS || clock() - row.at > KEPT_MS) await remove(row);
        }
      }
    },
  };
}

/** A delivery as admins see it in the list. */
export const presentRow = (row: DeliveryRow): WebhookLogRow => ({
  id: row.id,
  event: row.event,
  at: row.at,
  state: row.state,
  tries: row.tries,
  ...(row.last?.status === undefined ? {} : { status: row.last.status }),
  ...(row.last?.problem === undefined ? {} : { problem: row.last.problem }),
  ...(row.nextTryAt === undefined ? {} : { nextTryAt: row.nextTryAt }),
});

/** The same with its body and its tries. */
export function presentDelivery(doc: DeliveryDoc): WebhookDelivery {
  const last = doc.log.at(-1);
  return { ...presentRow({ ...doc, ...(last === undefined ? {} : { last }) }), body: doc.body, log: doc.log };
}
