import { type Accessor, batch, createEffect, createRoot, createSignal, type Setter } from "solid-js";
import type { ThreadId, ThreadKind } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";

/**
 * All heads on the device, in memory. A row that shows one head follows that head only; a list follows its kind only.
 * Heads are plain objects: walking ten thousand of them costs no proxies.
 */
export type HeadBook = {
  /** The head of a thread, followed. */
  readonly get: (id: ThreadId) => DeviceHead | undefined;
  /** The head of a thread, not followed. */
  readonly peek: (id: ThreadId) => DeviceHead | undefined;
  /** All heads of a kind, followed; the same array until one of them changes. */
  readonly all: (kind: ThreadKind) => readonly DeviceHead[];
  /** Takes in what the replica tells. */
  readonly apply: (heads: readonly DeviceHead[], removed: readonly ThreadId[]) => void;
  /** Whether anything has been told yet. */
  readonly isFilled: Accessor<boolean>;
};

type Shelf = {
  readonly heads: Map<ThreadId, DeviceHead>;
  list: readonly DeviceHead[] | undefined;
  readonly version: Accessor<number>;
  readonly bump: Setter<number>;
};

const kindOfId = (id: ThreadId): ThreadKind => id.slice(0, id.indexOf(".")) as ThreadKind; // an id begins with its kind

/** Makes an empty book. */
export function createHeadBook(): HeadBook {
  const shelves = new Map<ThreadKind, Shelf>();
  const followers = new Map<
    ThreadId,
    { readonly follow: Accessor<DeviceHead | undefined>; readonly set: Setter<DeviceHead | undefined> }
  >();
  const [isFilled, setFilled] = createSignal(false);

  function shelfOf(kind: ThreadKind): Shelf {
    const kept = shelves.get(kind);
    if (kept) return kept;
    const [version, bump] = createSignal(0);
    const made: Shelf = { heads: new Map(), list: undefined, version, bump };
    shelves.set(kind, made);
    return made;
  }

  function peek(id: ThreadId): DeviceHead | undefined {
    return shelfOf(kindOfId(id)).heads.get(id);
  }

  function get(id: ThreadId): DeviceHead | undefined {
    let follower = followers.get(id);
    if (!follower) {
      const [follow, set] = createSignal<DeviceHead | undefined>(peek(id), { equals: false });
      follower = { follow, set };
      followers.set(id, follower);
    }
    return follower.follow();
  }

  function all(kind: ThreadKind): readonly DeviceHead[] {
    const shelf = shelfOf(kind);
    shelf.version();
    shelf.list ??= [...shelf.heads.values()];
    return shelf.list;
  }

  function apply(heads: readonly DeviceHead[], removed: readonly ThreadId[]): void {
    batch(() => {
      const touched = new Set<Shelf>();
      for (const head of heads) {
        const shelf = shelfOf(head.kind);
        shelf.heads.set(head._id, head);
        touched.add(shelf);
        followers.get(head._id)?.set(() => head);
      }
      for (const id of removed) {
        const shelf = shelfOf(kindOfId(id));
        if (shelf.heads.delete(id)) touched.add(shelf);
        followers.get(id)?.set(undefined);
      }
      for (const shelf of touched) {
        shelf.list = undefined;
        shelf.bump((version) => version + 1);
      }
      setFilled(true);
    });
  }

  return { get, peek, all, apply, isFilled };
}

/** Resolves when the server has admitted a thread that was begun here; false when it has not in that time. */
export function whenAdmitted(heads: HeadBook, thread: ThreadId, withinMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    createRoot((dispose) => {
      const end = (isAdmitted: boolean): void => {
        clearTimeout(timer);
        resolve(isAdmitted);
        queueMicrotask(dispose);
      };
      const timer = setTimeout(() => end(false), withinMs);
      createEffect(() => {
        if ((heads.get(thread)?.v ?? 0) > 0) end(true);
      });
    });
  });
}
