import { hash } from "node:crypto";
import * as v from "valibot";
import type { AuthorId } from "../../shared/kernel/ids.ts";
import type { StoreDatabase } from "../stores/store.ts";
import { type SubscriptionDoc, subscriptionDoc } from "./push-docs.ts";

/** Who is called where. All of it is in memory: each commit asks. */
export type Subscriptions = {
  readonly of: (author: AuthorId) => readonly SubscriptionDoc[];
  readonly agents: () => readonly AuthorId[];
  /** Durable; the browser's earlier one, also another person's, ends. Resolves with whether there was room. */
  readonly keep: (given: Omit<SubscriptionDoc, "_id" | "_rev">) => Promise<boolean>;
  readonly end: (endpoint: string) => Promise<void>;
};

/** Browsers of one person. */
const MOST = 20;

const idOf = (endpoint: string): string => `push:${hash("sha256", endpoint).slice(0, 32)}`;

export async function openSubscriptions(database: StoreDatabase): Promise<Subscriptions> {
  const all = new Map<string, SubscriptionDoc>();
  /** By whom they are: each commit asks. */
  const byAuthor = new Map<AuthorId, Map<string, SubscriptionDoc>>();

  function forget(_id: string): void {
    const known = all.get(_id);
    if (known === undefined) return;
    all.delete(_id);
    const own = byAuthor.get(known.author);
    own?.delete(_id);
    if (own?.size === 0) byAuthor.delete(known.author);
  }
  function remember(doc: SubscriptionDoc): void {
    forget(doc._id); // it may have been another person's
    all.set(doc._id, doc);
    const own = byAuthor.get(doc.author) ?? new Map<string, SubscriptionDoc>();
    own.set(doc._id, doc);
    byAuthor.set(doc.author, own);
  }
  for (const doc of await database.range({ start: "push:", end: "push:~" })) {
    const read = v.safeParse(subscriptionDoc, doc);
    if (read.success) remember(read.output);
  }
  const of = (author: AuthorId): readonly SubscriptionDoc[] => [...(byAuthor.get(author)?.values() ?? [])];

  return {
    of,
    agents: () => [...byAuthor.keys()].filter((author) => author.startsWith("agent.")),
    keep: async (given) => {
      const _id = idOf(given.endpoint);
      if (!all.has(_id) && of(given.author).length >= MOST) return false;
      for (;;) {
        const known = await database.get(_id);
        const doc: SubscriptionDoc = { ...given, _id };
        const row = await database.put({ ...doc, ...(known === undefined ? {} : { _rev: known._rev }) });
        if (row.ok) {
          remember(doc);
          return true;
        }
        if (row.error !== "conflict") throw new Error(`the subscription could not be kept: ${row.error}`);
      }
    },
    end: async (endpoint) => {
      const _id = idOf(endpoint);
      forget(_id);
      const known = await database.get(_id);
      if (known !== undefined) await database.remove(_id, known._rev);
    },
  };
}
