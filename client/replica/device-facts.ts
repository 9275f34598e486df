import type { AuthorId } from "../../shared/kernel/ids.ts";
import type { Environment } from "../platform/environment.ts";
import { type AccountNews, accountChannel } from "./account.ts";
import type { People } from "./people.ts";
import type { ReplicaEvent } from "./port.ts";

/** How often free space is looked at. */
const ROOM_EVERY_MS = 300_000;
/** With less than this nothing sensible can be kept. */
const FULL_BELOW = 1_000_000;

export type DeviceFacts = {
  readonly say: (event: Extract<ReplicaEvent, { t: "storage" | "others" }>) => void;
  /** The same person has signed in again: his session may have run out before. */
  readonly back: () => void;
  /** Somebody else is signed in on this browser now, or nobody is. */
  readonly left: () => void;
};

/** Watches what a device tells of itself: room on the disk, other people's unsent work, who signs in and out. */
export function watchDevice(environment: Environment, people: People, author: AuthorId, does: DeviceFacts): () => void {
  let isOver = false;
  let stopTimer: () => void = () => undefined;
  const channel = environment.openChannel(accountChannel(environment.prefix), (message) => {
    const news = message as AccountNews; // only `tellTabs` speaks here
    if (news.author === author) does.back();
    else does.left();
  });

  async function lookAtRoom(): Promise<void> {
    const persisted = await environment.persist().catch(() => false);
    const room = await environment.room().catch(() => undefined);
    if (isOver) return;
    const free = room === undefined ? null : Math.max(0, room.quota - room.used);
    does.say({ t: "storage", free, persisted, full: free !== null && free < FULL_BELOW });
    stopTimer = environment.setTimer(() => void lookAtRoom(), ROOM_EVERY_MS);
  }
  void lookAtRoom();
  people.unsentOfOthers(author).then(
    (unsent) => {
      if (!isOver) does.say({ t: "others", unsent });
    },
    () => undefined, // the disk does not answer: then nothing is said of others
  );

  return () => {
    isOver = true;
    stopTimer();
    channel.close();
  };
}
