import { CLOSE } from "../../shared/protocol/version.ts";
import type { Environment, SocketPort } from "../platform/environment.ts";

export type RoomEvents = {
  /** A line is up; says what goes first. */
  readonly opened: () => void;
  readonly received: (message: Uint8Array) => void;
  /** `dayOver`: what is here belongs to a document that is no more; drop it, a new line follows. */
  readonly lost: (why: "unreachable" | "day-over" | "stopped") => void;
};

export interface RoomLine {
  send(message: Uint8Array): void;
  isUp(): boolean;
  close(): void;
}

/** A line that was silent for so long is dead; a room's server speaks at least by the presence of others, so we ask first. */
const STOPPED_BY: ReadonlySet<number> = new Set([CLOSE.unauthorized, CLOSE.forbidden, CLOSE.oldVersion, CLOSE.tooMuch]);

/**
 * A socket to a room, kept open: it comes back with jitter and stops where it is not wanted (4401, 4403 and the like), which the
 * stock client does not. Nobody's presence but our own is ever sent.
 */
export function openRoomLine(environment: Environment, room: string, events: RoomEvents): RoomLine {
  let socket: SocketPort | undefined;
  let isUp = false;
  let isClosed = false;
  let attempt = 0;
  let stopTimer: () => void = () => undefined;

  function dial(): void {
    stopTimer();
    if (isClosed || socket !== undefined) return;
    socket = environment.openSocket(`/live/${encodeURIComponent(room)}`, {
      opened: () => {
        isUp = true;
        attempt = 0;
        events.opened();
      },
      received: (message) => {
        if (typeof message !== "string") events.received(message);
      },
      closed: (code) => {
        socket = undefined;
        isUp = false;
        if (isClosed) return;
        if (STOPPED_BY.has(code)) {
          isClosed = true;
          dropHints();
          return events.lost("stopped");
        }
        events.lost(code === CLOSE.dayOver ? "day-over" : "unreachable");
        const wait = code === CLOSE.dayOver ? 1_000 : Math.min(30_000, 1_000 * 2 ** Math.min(attempt, 10));
        attempt += 1;
        stopTimer = environment.setTimer(dial, wait * (0.5 + environment.random() / 2));
      },
    });
  }

  const dropHints = environment.onHint((hint) => {
    if (hint === "online" || hint === "visible" || hint === "resumed") dial();
  });
  dial();

  return {
    send: (message) => {
      if (isUp) socket?.send(message);
    },
    isUp: () => isUp,
    close: () => {
      isClosed = true;
      isUp = false;
      stopTimer();
      dropHints();
      socket?.close();
    },
  };
}
