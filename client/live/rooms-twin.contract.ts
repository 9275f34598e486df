import * as Y from "yjs";
import type { BoardRow } from "../../shared/protocol/board.ts";
import { BOARD } from "../../shared/protocol/board.ts";
import type { NetworkTwin } from "../platform/browser-twin.contract.ts";
import type { SocketEvents, SocketPort } from "../platform/environment.ts";
import { type PresenceEntry, presenceMessage, readMessage, SYNC, syncMessage } from "./messages.ts";

type Guest = { readonly events: SocketEvents; readonly room: string };

/** Rooms as a device sees them: y-websocket's protocol over documents in the process of a test. */
export class RoomsTwin implements NetworkTwin {
  readonly docs = new Map<string, Y.Doc>();
  readonly guests = new Set<Guest>();
  readonly said: PresenceEntry[] = [];
  /** Rooms that send everybody away with this code. */
  readonly closed = new Map<string, number>();
  isDown = false;
  joins = 0;

  fetch(): Promise<Response> {
    return Promise.reject(new TypeError("rooms are sockets"));
  }

  doc(room: string): Y.Doc {
    let doc = this.docs.get(room);
    if (doc === undefined) {
      doc = new Y.Doc();
      this.docs.set(room, doc);
      doc.on("update", (update: Uint8Array, origin: unknown) =>
        this.tell(room, syncMessage(SYNC.update, update), origin),
      );
    }
    return doc;
  }

  setRows(room: string, rows: readonly BoardRow[]): void {
    const doc = this.doc(room);
    const array = doc.getArray<BoardRow>(BOARD.owners);
    doc.transact(() => {
      array.delete(0, array.length);
      array.push([...rows]);
    });
  }

  speak(room: string, entry: PresenceEntry): void {
    this.tell(room, presenceMessage(entry));
  }

  tell(room: string, message: Uint8Array, except?: unknown): void {
    for (const guest of this.guests) if (guest.room === room && guest !== except) guest.events.received(message);
  }

  cut(code = 1006): void {
    for (const guest of this.guests) {
      this.guests.delete(guest);
      guest.events.closed(code);
    }
  }

  openSocket(path: string, events: SocketEvents): SocketPort {
    const room = decodeURIComponent(path.slice("/live/".length));
    const guest: Guest = { events, room };
    const code = this.isDown ? 1006 : this.closed.get(room);
    this.joins += 1;
    if (code !== undefined) setImmediate(() => events.closed(code));
    else {
      this.guests.add(guest);
      setImmediate(() => events.opened());
    }
    return {
      send: (message) => {
        if (this.guests.has(guest)) this.#hear(guest, message as Uint8Array);
      },
      close: () => this.guests.delete(guest),
      waiting: () => 0,
    };
  }

  #hear(guest: Guest, bytes: Uint8Array): void {
    const doc = this.doc(guest.room);
    const message = readMessage(bytes);
    if (message.t === "presence") this.said.push(...message.states);
    if (message.t !== "sync") return;
    if (message.step !== SYNC.step1) return Y.applyUpdate(doc, message.body, guest);
    guest.events.received(syncMessage(SYNC.step2, Y.encodeStateAsUpdate(doc, message.body)));
    guest.events.received(syncMessage(SYNC.step1, Y.encodeStateVector(doc)));
  }
}
