import type { AuthorId, ThreadId } from "../../shared/kernel/ids.ts";
import { draftRoom } from "../../shared/protocol/board.ts";
import type { Environment } from "../platform/environment.ts";
import type { DraftRoom } from "./draft-room.ts";
import type { DraftRecord, DraftStore } from "./draft-store.ts";
import type { LiveDraft } from "./port.ts";
import type { YjsParts } from "./yjs-parts.ts";

/** Draft rooms joined at once: who walks through a hundred dialogs does not open a hundred sockets. */
const MOST_ROOMS = 8;
/** A dialog is looked at for so long before its draft's room is joined. */
const JOIN_AFTER_MS = 400;

export type Drafts = {
  readonly open: (thread: ThreadId, author: AuthorId | "shared") => LiveDraft;
  /** Resolves when every letter is on the disk. */
  readonly close: () => Promise<void>;
};

type Entry = {
  readonly room: string;
  text: string;
  state: Uint8Array | undefined;
  joined: DraftRoom | undefined;
  joining: boolean;
  users: number;
  usedAt: number;
  wasTyped: boolean;
  readonly listeners: Set<(text: string) => void>;
};

/**
 * The drafts of one person on this device. Text is there at once, from the disk; Yjs comes later and brings the text of others.
 * What is typed before it comes is not lost: it is brought in as one change.
 */
export async function openDrafts(
  environment: Environment,
  store: DraftStore,
  load: () => Promise<Pick<YjsParts, "joinDraftRoom" | "mergeStates">>,
): Promise<Drafts> {
  const records = new Map<string, DraftRecord>();
  for (const record of await store.all().catch(() => [])) records.set(record.room, record);
  const entries = new Map<string, Entry>();
  const saving = new Map<string, Promise<void>>();
  const stale = new Set<string>();
  let merge: YjsParts["mergeStates"] | undefined;
  let isClosed = false;

  function entryOf(room: string): Entry {
    const known = entries.get(room);
    if (known !== undefined) return known;
    const record = records.get(room);
    const entry: Entry = {
      room,
      text: record?.text ?? "",
      state: record?.state,
      joined: undefined,
      joining: false,
      users: 0,
      usedAt: 0,
      wasTyped: false,
      listeners: new Set(),
    };
    entries.set(room, entry);
    return entry;
  }

  /** One write of a room at a time, always of its newest state. */
  function save(entry: Entry, client?: number): Promise<void> {
    const { room } = entry;
    stale.add(room);
    const before = saving.get(room);
    if (before !== undefined && client === undefined) return before;
    const write = async (): Promise<void> => {
      await before;
      while (stale.delete(room)) {
        const state = entry.joined?.state() ?? entry.state;
        entry.state = state;
        const { text } = entry;
        const record = {
          room,
          text,
          ...(state === undefined ? {} : { state }),
          ...(client === undefined ? {} : { client }),
        };
        // An empty draft that nobody looks at is nothing to keep.
        await (text === "" && entry.users === 0 ? store.remove(room) : store.put(record, merge)).catch(() => undefined);
      }
      saving.delete(room);
    };
    const done = write();
    saving.set(room, done);
    return done;
  }

  async function join(entry: Entry): Promise<void> {
    if (entry.joined !== undefined || entry.joining || entry.users === 0 || isClosed) return;
    entry.joining = true;
    try {
      const [parts, client] = await Promise.all([load(), store.takeClient(entry.room).catch(() => undefined)]);
      if (isClosed || entry.users === 0) return;
      makeRoom();
      merge = parts.mergeStates;
      const typed = entry.text;
      const kept = entry.state;
      entry.joined = parts.joinDraftRoom(environment, { room: entry.room, state: kept, client }, (text) => {
        entry.text = text;
        void save(entry);
        for (const listener of entry.listeners) listener(text);
      });
      // What was typed before Yjs came, or stood on the disk without its state.
      if (entry.wasTyped || kept === undefined) entry.joined.write(typed);
      entry.text = entry.joined.text();
    } catch {
      // Yjs could not be loaded now: the draft is on this device, the next opening tries again.
    } finally {
      entry.joining = false;
    }
  }

  /** Leaves the rooms that were not used for longest; their text stays here. */
  function makeRoom(): void {
    const joined = [...entries.values()].filter((entry) => entry.joined !== undefined);
    for (const entry of joined
      .sort((a, b) => a.usedAt - b.usedAt)
      .slice(0, Math.max(0, joined.length + 1 - MOST_ROOMS)))
      void leave(entry);
  }

  async function leave(entry: Entry): Promise<void> {
    const { joined } = entry;
    if (joined === undefined) return;
    entry.state = joined.state();
    entry.joined = undefined;
    joined.close();
    // In order: the next one who opens this room here may go on under the same client id.
    await save(entry, joined.client);
  }

  return {
    open: (thread, author) => {
      const entry = entryOf(draftRoom(thread, author));
      entry.users += 1;
      entry.usedAt = environment.now();
      const stopTimer = environment.setTimer(() => void join(entry), JOIN_AFTER_MS);
      const own = new Set<(text: string) => void>();
      let isOver = false;
      return {
        text: () => entry.text,
        write: (text) => {
          if (text === entry.text) return;
          entry.text = text;
          entry.usedAt = environment.now();
          if (entry.joined === undefined) {
            entry.wasTyped = true;
            void join(entry);
          } else entry.joined.write(text);
          void save(entry);
          for (const listener of entry.listeners) if (!own.has(listener)) listener(text);
        },
        subscribe: (listener) => {
          own.add(listener);
          entry.listeners.add(listener);
          return () => entry.listeners.delete(listener);
        },
        close: () => {
          if (isOver) return;
          isOver = true;
          stopTimer();
          for (const listener of own) entry.listeners.delete(listener);
          entry.users -= 1;
          if (entry.users > 0) return;
          void leave(entry).then(() => {
            if (entry.users > 0) return;
            if (entry.text === "") void save(entry);
            records.set(entry.room, {
              room: entry.room,
              text: entry.text,
              ...(entry.state === undefined ? {} : { state: entry.state }),
            });
            entries.delete(entry.room);
          });
        },
      };
    },
    close: async () => {
      isClosed = true;
      for (const entry of entries.values()) await leave(entry);
      await Promise.all(saving.values());
      store.close();
    },
  };
}
