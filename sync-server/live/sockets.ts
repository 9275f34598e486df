import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { AuthorId, ThreadId } from "../../shared/kernel/ids.ts";
import { maySee } from "../../shared/policy/scopes-of.ts";
import { parseRoom, type Room } from "../../shared/protocol/board.ts";
import { CLOSE } from "../../shared/protocol/version.ts";
import type { Identity, Who } from "../identity/port.ts";
import type { Boards } from "./boards.ts";
import type { DeskSockets } from "./desk-sockets.ts";
import type { Drafts } from "./drafts.ts";
import { type Link, makeLink } from "./link.ts";
import type { DeskDoor } from "./port.ts";
import type { Turn } from "./turn.ts";

/** How often every socket is asked for a sign of life; one that gave none between two is gone (CL12). */
export const PING_MS = 20_000;
const MOST_FRAME_BYTES = 4 * 1024 * 1024;

type Parts = {
  readonly identity: Identity;
  readonly desk: DeskSockets;
  readonly boards: Boards;
  readonly drafts: Drafts;
  readonly door: DeskDoor;
  readonly turn: Turn;
  /** Whether the request's `Origin` is the desk's own. */
  readonly isOwnOrigin: (request: IncomingMessage) => boolean;
  /** Somebody gave a sign of life. */
  readonly heard: (who: Who) => void;
  readonly onDropped: () => void;
};

/** Everything under `/live/`. */
export type Sockets = {
  /** For the HTTP server's `upgrade` event. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** A thread is shown to others than before: drafts of it are left by those who may not see it now. */
  readonly showingChanged: (thread: ThreadId) => void;
  readonly counts: () => { readonly desk: number; readonly rooms: number; readonly all: number };
  /** Lets nobody in any more; resolves when what was pushed is answered. */
  readonly settle: () => Promise<void>;
  /** Says goodbye to everybody (1001) and takes nobody more. */
  readonly close: () => Promise<void>;
};

type Guest = {
  readonly link: Link;
  readonly room: Room | undefined;
  isAlive: boolean;
  readonly ping: () => void;
  readonly end: () => void;
};

export function openSockets(parts: Parts): Sockets {
  const { identity, boards, drafts, door } = parts;
  // Frames are written under ws's nose (link.ts): nothing may be compressed or split.
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MOST_FRAME_BYTES });
  const guests = new Set<Guest>();
  let isClosing = false;

  /** What a room needs beside a sign-in: a board, to be of the team; a draft, to see the thread. */
  function admit(link: Link, path: string, room: Room | undefined): void {
    if (path === "desk") return parts.desk.join(link);
    const { actor } = link.who;
    if (room === undefined || actor.kind !== "agent") return link.close(CLOSE.forbidden);
    if (room.kind === "board") {
      if (!actor.teams.includes(room.team)) return link.close(CLOSE.forbidden);
      return boards.join(link, room.team, room.day);
    }
    if (!maySeeThread(link, room.thread)) return link.close(CLOSE.forbidden);
    drafts.join(link, room.thread, room.author);
  }

  const maySeeThread = (link: Link, thread: ThreadId): boolean => {
    const actor = identity.actorOf(link.who.actor.id);
    const head = door.head(thread);
    return actor !== undefined && head !== undefined && maySee(actor, head);
  };

  async function accept(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://desk").pathname).slice("/live/".length);
    const { authorization, cookie } = request.headers;
    const who = await identity.authenticate({ authorization, cookie });
    if (socket.destroyed) return;
    server.handleUpgrade(request, socket, head, (ws) => {
      ws.on("error", () => undefined); // a broken frame or line: `close` follows, nothing is lost by it
      // A browser is told nothing of a refused upgrade: it is let in and told by a close code.
      if (who === undefined) return ws.close(CLOSE.unauthorized);
      const link = makeLink({ ws, socket, who, turn: parts.turn, onDropped: parts.onDropped });
      const room = parseRoom(path);
      const guest: Guest = { link, room, isAlive: true, ping: () => ws.ping(), end: () => ws.terminate() };
      guests.add(guest);
      const hear = (): void => {
        guest.isAlive = true;
        parts.heard(who);
      };
      ws.on("pong", hear);
      ws.on("message", hear);
      ws.on("close", () => guests.delete(guest));
      hear();
      admit(link, path, room);
    });
  }

  const timer = setInterval(() => {
    for (const guest of guests) {
      if (!guest.isAlive) guest.end();
      else {
        guest.isAlive = false;
        guest.ping();
      }
    }
  }, PING_MS);
  const clocks = setInterval(() => {
    boards.tick();
    drafts.tick();
  }, 5_000);

  const stopSessions = identity.onSessionEnded((session) => {
    for (const { link } of guests) if (link.who.session === session) link.close(CLOSE.unauthorized);
  });
  const stopRights = identity.onRightsChanged((author: AuthorId) => {
    const actor = identity.actorOf(author);
    for (const { link, room } of guests) {
      if (link.who.actor.id !== author) continue;
      if (actor?.kind !== "agent") link.close(CLOSE.unauthorized);
      else if (room?.kind === "board" && !actor.teams.includes(room.team)) link.close(CLOSE.forbidden);
    }
    drafts.expel(undefined, maySeeThread);
  });

  return {
    upgrade: (request, socket, head) => {
      socket.on("error", () => socket.destroy());
      if (isClosing) return refuse(socket, "503 Service Unavailable");
      if (!(request.url ?? "").startsWith("/live/")) return refuse(socket, "404 Not Found");
      if (!parts.isOwnOrigin(request)) return refuse(socket, "403 Forbidden");
      accept(request, socket, head).catch(() => refuse(socket, "503 Service Unavailable"));
    },
    showingChanged: (thread) => drafts.expel(thread, maySeeThread),
    counts: () => ({ desk: parts.desk.count(), rooms: boards.count() + drafts.count(), all: guests.size }),
    settle: () => {
      isClosing = true;
      return parts.desk.settle();
    },
    close: async () => {
      isClosing = true;
      clearInterval(timer);
      clearInterval(clocks);
      stopSessions();
      stopRights();
      const ended = [...guests].map((guest) => new Promise<void>((resolve) => guest.link.onClose(() => resolve())));
      parts.desk.close();
      boards.close();
      drafts.close();
      await Promise.race([Promise.all(ended), new Promise((resolve) => setTimeout(resolve, 1_500).unref())]);
      for (const guest of guests) guest.end();
      server.close();
    },
  };
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
