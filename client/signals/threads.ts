import { type Accessor, createEffect, createSignal, onCleanup, type Setter } from "solid-js";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { Replica, ThreadView } from "./replica-types.ts";

/** Threads with their items, kept in memory while they are looked at and some time after. */
export type ThreadBook = {
  /** The thread, followed; undefined until it has come from the disk. */
  readonly get: (id: ThreadId) => ThreadView | undefined;
  /** Keeps a thread watched until the returned end is called. */
  readonly hold: (id: ThreadId) => () => void;
  /** Asks for a thread before it is wanted. */
  readonly warm: (id: ThreadId) => void;
  readonly apply: (view: ThreadView) => void;
  readonly close: () => void;
};

/** Threads that stay in memory after the last look: going back to one paints at once. */
const KEPT = 24;

type Entry = {
  holders: number;
  readonly end: () => void;
  readonly follow: Accessor<ThreadView | undefined>;
  readonly set: Setter<ThreadView | undefined>;
};

/** A book over a replica. */
export function createThreadBook(replica: Pick<Replica, "watch">): ThreadBook {
  const entries = new Map<ThreadId, Entry>();

  function entryOf(id: ThreadId): Entry {
    const kept = entries.get(id);
    if (kept) {
      entries.delete(id); // moves it to the young end
      entries.set(id, kept);
      return kept;
    }
    const [follow, set] = createSignal<ThreadView | undefined>(undefined, { equals: false });
    const made: Entry = { holders: 0, end: replica.watch(id), follow, set };
    entries.set(id, made);
    evict();
    return made;
  }

  function evict(): void {
    for (const [id, entry] of entries) {
      if (entries.size <= KEPT) return;
      if (entry.holders > 0) continue;
      entries.delete(id);
      entry.end();
    }
  }

  return {
    get: (id) => entryOf(id).follow(),
    hold: (id) => {
      entryOf(id).holders += 1;
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        const entry = entries.get(id);
        if (entry) entry.holders -= 1;
        evict();
      };
    },
    warm: (id) => void entryOf(id),
    apply: (view) => {
      const entry = entries.get(view.head._id);
      entry?.set(() => view);
    },
    close: () => {
      for (const entry of entries.values()) entry.end();
      entries.clear();
    },
  };
}

/** The thread that an accessor names, held while the owner lives. */
export function useThread(book: ThreadBook, id: Accessor<ThreadId | undefined>): Accessor<ThreadView | undefined> {
  createEffect(() => {
    const wanted = id();
    if (wanted !== undefined) onCleanup(book.hold(wanted));
  });
  return () => {
    const wanted = id();
    return wanted === undefined ? undefined : book.get(wanted);
  };
}

/** Several threads at once, held while the owner lives; asked for by id. */
export function useThreads(
  book: ThreadBook,
  ids: Accessor<readonly ThreadId[]>,
): (id: ThreadId) => ThreadView | undefined {
  createEffect(() => {
    for (const id of new Set(ids())) onCleanup(book.hold(id));
  });
  return (id) => book.get(id);
}
