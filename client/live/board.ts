import * as Y from "yjs";
import type { TeamId, ThreadId } from "../../shared/kernel/ids.ts";
import { BOARD, type BoardRow, boardRoom, type PendingRow } from "../../shared/protocol/board.ts";
import type { Environment } from "../platform/environment.ts";
import { type PresenceEntry, readMessage, SYNC, syncMessage } from "./messages.ts";
import { openRoomLine, type RoomLine } from "./room-line.ts";

/** One team's board as this tab reads it. Nothing is ever written to it but presence. */
export interface Board {
  readonly rows: ReadonlyMap<ThreadId, BoardRow>;
  readonly pending: ReadonlyMap<ThreadId, PendingRow>;
  /** Sends an awareness message; dropped while the line is down. */
  send(message: Uint8Array): void;
  close(): void;
}

export type BoardEvents = {
  readonly changed: () => void;
  readonly heard: (states: readonly PresenceEntry[]) => void;
  /** A line is up: say who we are. */
  readonly opened: (send: (message: Uint8Array) => void) => void;
};

/** Opens the board of the server's present day, and the next day's when that is over (CL25). */
export function openBoard(environment: Environment, team: TeamId, events: BoardEvents): Board {
  let doc = new Y.Doc();
  let rows: ReadonlyMap<ThreadId, BoardRow> = new Map();
  let pending: ReadonlyMap<ThreadId, PendingRow> = new Map();
  listen();

  const line: RoomLine = openRoomLine(environment, boardRoom(team, "today"), {
    opened: () => {
      line.send(syncMessage(SYNC.step1, Y.encodeStateVector(doc)));
      events.opened((message) => line.send(message));
    },
    received: (bytes) => {
      const message = readMessage(bytes);
      if (message.t === "presence") events.heard(message.states);
      if (message.t === "sync" && message.step !== SYNC.step1) Y.applyUpdate(doc, message.body);
    },
    lost: (why) => {
      if (why === "unreachable") return;
      doc.destroy();
      doc = new Y.Doc();
      listen();
      // What the old board said stays shown until the new one speaks; where there is none for us any more, nothing is.
      if (why === "stopped") read();
    },
  });

  function listen(): void {
    const mine = doc;
    // One reading a transaction, of the changed list only: a thousand rows take under a millisecond.
    mine.on("afterTransaction", (transaction: Y.Transaction) => {
      if (transaction.changed.size > 0 && mine === doc) read();
    });
  }

  function read(): void {
    rows = byThread(doc.getArray<BoardRow>(BOARD.owners));
    pending = byThread(doc.getArray<PendingRow>(BOARD.pending));
    events.changed();
  }

  return {
    get rows() {
      return rows;
    },
    get pending() {
      return pending;
    },
    send: (message) => line.send(message),
    close: () => {
      line.close();
      doc.destroy();
    },
  };
}

const byThread = <Row extends { readonly thread: ThreadId }>(array: Y.Array<Row>): ReadonlyMap<ThreadId, Row> =>
  new Map(array.toArray().map((row) => [row.thread, row]));
