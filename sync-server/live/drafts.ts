import type { Ms } from "../../shared/kernel/clock.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { draftRoom } from "../../shared/protocol/board.ts";
import { CLOSE } from "../../shared/protocol/version.ts";
import { type DraftRoom, makeDraftRoom } from "./draft-room.ts";
import type { Link } from "./link.ts";

/** All draft rooms of this server (CL26). Rooms stay a while after the last one left, for the author's next device. */
export type Drafts = {
  readonly join: (link: Link, thread: ThreadId, author: Parameters<typeof draftRoom>[1]) => void;
  /** Who may see a thread changed: those who may not any more are sent away. */
  readonly expel: (thread: ThreadId | undefined, may: (link: Link, thread: ThreadId) => boolean) => void;
  readonly tick: () => void;
  readonly count: () => number;
  readonly close: () => void;
};

const LINGER_MS = 12 * 3_600_000;
const MOST_EMPTY = 2_000;

export function makeDrafts({ clock }: { readonly clock: () => Ms }): Drafts {
  const rooms = new Map<string, { readonly room: DraftRoom; readonly thread: ThreadId }>();
  /** Empty rooms since when, oldest first. */
  const empty = new Map<string, Ms>();

  function drop(name: string): void {
    rooms.get(name)?.room.close(CLOSE.goingAway);
    rooms.delete(name);
    empty.delete(name);
  }

  return {
    join: (link, thread, author) => {
      const name = draftRoom(thread, author);
      const known = rooms.get(name);
      const room = known?.room ?? makeDraftRoom({ clock, onEmpty: () => empty.set(name, clock()) });
      if (known === undefined) rooms.set(name, { room, thread });
      empty.delete(name);
      room.join(link);
    },
    expel: (thread, may) => {
      for (const entry of rooms.values()) {
        if (thread === undefined || entry.thread === thread) entry.room.expel((link) => may(link, entry.thread));
      }
    },
    tick: () => {
      const now = clock();
      for (const [name, since] of empty) {
        if (now - since > LINGER_MS || empty.size > MOST_EMPTY) drop(name);
      }
    },
    count: () => rooms.size,
    close: () => {
      for (const name of rooms.keys()) drop(name);
    },
  };
}
