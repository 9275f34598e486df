import type { Item } from "../../shared/items/registry.ts";
import { storedItem } from "../../shared/items/revision.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { AuthorId, TeamId, ThreadId } from "../../shared/kernel/ids.ts";
import { derivedItemId, itemDocId, kindOf, SYSTEM, SYSTEM_DEVICE } from "../../shared/kernel/ids.ts";
import type { Head } from "../../shared/thread/head.ts";
import type { Arbiter, Commit } from "../arbiter/port.ts";
import type { StoreDatabase } from "../stores/store.ts";

/**
 * Writes heads and items as an arbiter leaves them, with nothing decided: any thread can be put before anybody at any
 * moment. The head is durable when a commit is told; its items reach the store when `storeItems` is called.
 */
export class Scribe {
  readonly #database: StoreDatabase;
  readonly #listeners = new Set<(commit: Commit) => void>();
  readonly #heads = new Map<ThreadId, Head>();
  readonly #revs = new Map<ThreadId, string>();
  #unstored: StampedItem[] = [];
  #count = 0;

  constructor(database: StoreDatabase) {
    this.#database = database;
  }

  readonly arbiter: Arbiter = {
    submit: () => Promise.reject(new Error("a scribe decides nothing")),
    head: (thread) => Promise.resolve(this.#heads.get(thread)),
    onCommit: (listener) => {
      this.#listeners.add(listener);
      return () => this.#listeners.delete(listener);
    },
    advance: () => {},
    heard: () => {},
    leaseOf: () => "none",
    start: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };

  head(thread: ThreadId): Head | undefined {
    return this.#heads.get(thread);
  }

  get threads(): readonly ThreadId[] {
    return [...this.#heads.keys()];
  }

  /** Commits `items` new notes to a thread, and what else changes of its head. */
  async write(
    thread: ThreadId,
    change: { readonly items: number; readonly team?: TeamId; readonly watchers?: readonly AuthorId[] },
  ): Promise<void> {
    const before = this.#heads.get(thread);
    const started = before ?? firstHead(thread);
    const items = Array.from({ length: change.items }, (_, i) => this.#note(thread, started.n + i + 1));
    const head: Head = {
      ...started,
      v: started.v + 1,
      n: started.n + items.length,
      team: change.team ?? started.team,
      watchers: change.watchers ?? started.watchers,
      lastAt: started.lastAt + 1_000,
      pend: [...started.pend.filter((row) => this.#unstored.includes(row)), ...items],
    };
    const rev = this.#revs.get(thread);
    this.#heads.set(thread, head);
    this.#unstored.push(...items);
    const row = await this.#database.put({ ...head, ...(rev === undefined ? {} : { _rev: rev }) });
    if (!row.ok) throw new Error(`head not written: ${row.error}`);
    this.#revs.set(thread, row.rev);
    for (const tell of this.#listeners) tell({ head, ...(before === undefined ? {} : { before }), items });
  }

  /** The oldest `count` committed items reach the store. */
  async storeItems(count = Number.POSITIVE_INFINITY): Promise<void> {
    const now = this.#unstored.slice(0, count);
    await this.#database.bulkRevisions(now.map((item) => storedItem(item)));
    this.#unstored = this.#unstored.filter((item) => !now.includes(item));
  }

  #note(thread: ThreadId, n: number): StampedItem {
    this.#count += 1;
    const id = derivedItemId(`scribe:${this.#count}`);
    const item: Item = {
      _id: itemDocId(thread, id),
      id,
      thread,
      kind: "note",
      author: SYSTEM,
      device: SYSTEM_DEVICE,
      hlc: [n, 0],
      at: n,
      mode: "online",
      text: `note ${n}`,
    };
    return { ...item, stamp: { inc: 1, n, at: n, verdict: "noted", epoch: 1 } };
  }
}

const nobody = { upTo: 0, at: 0 };

const firstHead = (thread: ThreadId): Head => ({
  _id: thread,
  kind: kindOf(thread),
  inc: 1,
  v: 0,
  epoch: 1,
  owner: null,
  ownerSince: 0,
  lastOwner: null,
  state: "open",
  n: 0,
  u: 0,
  team: null,
  watchers: [],
  by: null,
  lastUser: 0,
  lastReply: null,
  lastOtherReply: 0,
  held: [],
  starts: [],
  createdAt: 0,
  lastAt: 1,
  waitingSince: null,
  person: null,
  user: null,
  channel: null,
  last: null,
  tags: [],
  priority: 1,
  links: [],
  fields: {},
  cursors: { userDelivered: nobody, userRead: nobody, teamDelivered: nobody, teamRead: nobody },
  decided: [],
  pend: [],
});
