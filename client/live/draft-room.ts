import * as Y from "yjs";
import { DRAFT_TEXT } from "../../shared/protocol/board.ts";
import type { Environment } from "../platform/environment.ts";
import { readMessage, SYNC, syncMessage } from "./messages.ts";
import { openRoomLine, type RoomLine } from "./room-line.ts";
import { smallestChange } from "./text-change.ts";

/** Updates are gathered for so long before they go: the server takes 50 a second. */
const GATHER_MS = 60;

/** The shared document of one draft, joined to its room. */
export interface DraftRoom {
  text(): string;
  /** Brings the text to `text` by one change. */
  write(text: string): void;
  state(): Uint8Array;
  readonly client: number;
  close(): void;
}

/**
 * Joins a room with what this device holds of it. `client` is used when it is free to be used, else a fresh one: an id used twice
 * splits the replicas silently and for ever.
 */
export function joinDraftRoom(
  environment: Environment,
  given: { readonly room: string; readonly state: Uint8Array | undefined; readonly client: number | undefined },
  changed: (text: string) => void,
): DraftRoom {
  const doc = new Y.Doc();
  const shared = doc.getText(DRAFT_TEXT);
  if (given.state !== undefined) Y.applyUpdate(doc, given.state, "disk");
  // Only now: Yjs takes another id when an update brings something new under the one that it has.
  if (given.client !== undefined) doc.clientID = given.client;
  let waiting: Uint8Array[] = [];
  let stopTimer: (() => void) | undefined;

  doc.on("update", (update: Uint8Array, origin: unknown) => {
    if (origin === "room") return changed(shared.toJSON());
    if (origin !== "disk") send(update);
  });
  const line: RoomLine = openRoomLine(environment, given.room, {
    opened: () => line.send(syncMessage(SYNC.step1, Y.encodeStateVector(doc))),
    received: (bytes) => {
      const message = readMessage(bytes);
      if (message.t !== "sync") return;
      if (message.step === SYNC.step1) line.send(syncMessage(SYNC.step2, Y.encodeStateAsUpdate(doc, message.body)));
      else Y.applyUpdate(doc, message.body, "room");
    },
    lost: () => undefined, // the draft is here; the next line brings both sides together
  });

  function send(update: Uint8Array): void {
    waiting.push(update);
    stopTimer ??= environment.setTimer(flush, GATHER_MS);
  }
  function flush(): void {
    stopTimer?.();
    stopTimer = undefined;
    const updates = waiting;
    waiting = [];
    // What does not get through now is asked for by the next line's first step.
    if (updates.length > 0) line.send(syncMessage(SYNC.update, Y.mergeUpdates(updates)));
  }

  return {
    text: () => shared.toJSON(),
    write: (text) => {
      const { at, removed, inserted } = smallestChange(shared.toJSON(), text);
      if (removed === 0 && inserted === "") return;
      doc.transact(() => {
        if (removed > 0) shared.delete(at, removed);
        if (inserted !== "") shared.insert(at, inserted);
      });
    },
    state: () => Y.encodeStateAsUpdate(doc),
    get client() {
      return doc.clientID;
    },
    close: () => {
      flush();
      line.close();
      doc.destroy();
    },
  };
}
