import type { Item } from "../../shared/items/registry.ts";
import type { AuthorId, ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import type { ChatDatabase } from "./database.ts";
import { filesOf } from "./items.ts";

/** What the page knows of the thread that it follows, when it looks for what a restore lost. */
export type Here = {
  readonly thread: ThreadId;
  /** Ids of the items that the server told of. */
  readonly shown: ReadonlySet<string>;
  /** The server does not know the thread (any more). */
  readonly isThreadLost: boolean;
  /** The server was put back to an earlier copy: this author's other threads may lack something too. */
  readonly wasPutBack: boolean;
};

/**
 * CL27 as far as a user's page can: what the server had admitted and does not have is queued once more, as it was written.
 * Doubles do no harm, an id is admitted once.
 */
export interface GiveBack {
  /** Queues what is missing; once a page for each item. Rejects when the device is full. */
  look(here: Here): Promise<boolean>;
  /** Whether this page has sent the item again. */
  has(item: ItemId): boolean;
}

/** `begin` makes the first item of a thread that was begun on another device of the same person. */
export function createGiveBack(options: {
  readonly database: Pick<ChatDatabase, "own" | "queue" | "enqueue" | "setMeta">;
  readonly author: AuthorId;
  readonly begin: (thread: ThreadId) => readonly Item[];
}): GiveBack {
  const { database, author } = options;
  const given = new Set<ItemId>();
  return {
    has: (item) => given.has(item),
    look: async (here) => {
      const own = await database.own(author);
      const queued = new Set((await database.queue()).map((row) => row.item.id));
      const again = lostItems(own, here).filter((item) => !queued.has(item.id) && !given.has(item.id));
      const isBegun = [...own, ...again].some((item) => item.kind === "open" && item.thread === here.thread);
      if (here.isThreadLost && !isBegun) again.unshift(...options.begin(here.thread));
      if (again.length === 0) return false;
      // Their files may be lost as well: the server says which of them it has.
      for (const file of again.flatMap((item) => filesOf(item))) await database.setMeta(`sent:${file.sha}`, false);
      await database.enqueue(again, Date.now());
      for (const item of again) given.add(item.id);
      return true;
    },
  };
}

/** Own items, in the order of writing, that the server does not have or may not have. */
export const lostItems = (own: readonly Item[], here: Here): Item[] =>
  own.filter((item) => {
    if (item.thread !== here.thread) return here.wasPutBack;
    return here.isThreadLost || (item.kind !== "open" && !here.shown.has(item.id));
  });
