import { type Accessor, createSignal } from "solid-js";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { isThreadId } from "../../shared/kernel/ids.ts";

/** Chats at hand: at most this many (S4). */
export const DOCK_SIZE = 6;

/** The list after adding one: unchanged when it is there; `undefined` when it is full. */
export function withChat(chats: readonly ThreadId[], chat: ThreadId): readonly ThreadId[] | undefined {
  if (chats.includes(chat)) return chats;
  return chats.length >= DOCK_SIZE ? undefined : [...chats, chat];
}

/** Open chats that stay at hand above any screen, in the order in which they came; kept over a reload. */
export type Dock = {
  readonly chats: Accessor<readonly ThreadId[]>;
  readonly has: (chat: ThreadId) => boolean;
  /** False when six are there already. */
  readonly add: (chat: ThreadId) => boolean;
  readonly remove: (chat: ThreadId) => void;
  /** The chat that stands open over the screen. */
  readonly floating: Accessor<ThreadId | undefined>;
  readonly float: (chat: ThreadId | undefined) => void;
};

/** The dock of one person in this browser. */
export function createDock(storageKey: string): Dock {
  const [chats, setChats] = createSignal<readonly ThreadId[]>(read(storageKey));
  const [floating, float] = createSignal<ThreadId | undefined>(undefined);
  function keep(next: readonly ThreadId[]): void {
    setChats(next);
    try {
      localStorage.setItem(storageKey, JSON.stringify(next));
    } catch {
      // A full or forbidden storage: the dock holds until the tab closes.
    }
  }
  return {
    chats,
    has: (chat) => chats().includes(chat),
    add: (chat) => {
      const next = withChat(chats(), chat);
      if (next && next !== chats()) keep(next);
      return next !== undefined;
    },
    remove: (chat) => {
      if (!chats().includes(chat)) return;
      keep(chats().filter((other) => other !== chat));
      if (floating() === chat) float(undefined);
    },
    floating,
    float: (chat) => void float(() => chat),
  };
}

function read(storageKey: string): readonly ThreadId[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? "[]");
    return Array.isArray(stored) ? stored.filter(isThreadId).slice(0, DOCK_SIZE) : [];
  } catch {
    return []; // no storage, or somebody else wrote there
  }
}
