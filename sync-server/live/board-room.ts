import * as decoding from "lib0/decoding";
import * as Y from "yjs";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId, ThreadId } from "../../shared/kernel/ids.ts";
import { type BoardRow, type PendingRow, PRESENCE_LIMITS, presenceState } from "../../shared/protocol/board.ts";
import { CLOSE } from "../../shared/protocol/version.ts";
import { type BoardChanges, makeBoardRows } from "./board-rows.ts";
import { type Frame, MESSAGE, SYNC, syncFrame } from "./frame.ts";
import type { Link } from "./link.ts";
import { makePresenceRoom } from "./presence.ts";
import type { Turn } from "./turn.ts";

/**
 * One team's board of one day (CL25): written by the server, read by everybody who was let in. Changes of one turn of the
 * event loop make one transaction, one update and one frame, which goes to every listener as it is.
 */
export type BoardRoom = {
  readonly join: (link: Link) => void;
  readonly change: (changes: BoardChanges) => void;
  readonly size: () => number;
  /** Sends everybody away. */
  readonly close: (code: number) => void;
};

type Parts = {
  readonly turn: Turn;
  readonly clock: () => Ms;
  readonly gone: Map<AuthorId, { readonly heardAt: Ms; readonly unsent: number }>;
  readonly onEmpty: () => void;
};

/** An update that says nothing: no structs, no deletions. */
const isEmptyUpdate = (update: Uint8Array): boolean => update.length === 2 && update[0] === 0 && update[1] === 0;

export function makeBoardRoom({ turn, clock, gone, onEmpty }: Parts): BoardRoom {
  const rows = makeBoardRows();
  const links = new Set<Link>();
  const listeners = new Set<Link>();
  let owners = new Map<ThreadId, BoardRow | undefined>();
  let pending = new Map<ThreadId, PendingRow | undefined>();
  /** The whole state as a frame, kept until the next change: a thousand clients that come back at once cost one encode. */
  let whole: Frame | undefined;

  const tell = (frame: Frame): void => {
    for (const link of listeners) link.send(frame);
  };
  const presence = makePresenceRoom({
    serverClient: rows.client,
    gone,
    schema: presenceState,
    perSecond: PRESENCE_LIMITS.perSecond,
    clock,
    tell,
  });
  function write(): void {
    const changes = { owners, pending };
    owners = new Map();
    pending = new Map();
    const update = rows.apply(changes);
    if (update === undefined) return;
    whole = undefined;
    tell(syncFrame(SYNC.update, update));
  }

  /** A device may hold nothing but an earlier state of this very document; another's copy would be mixed in for ever. */
  function isOfThisDocument(vector: Map<number, number>): boolean {
    return [...vector].every(([client, at]) => at === 0 || (client === rows.client && at <= rows.clock()));
  }

  function answerStep1(link: Link, encoded: Uint8Array): void {
    const vector = Y.decodeStateVector(encoded);
    if (!isOfThisDocument(vector)) return link.close(CLOSE.dayOver);
    if ((vector.get(rows.client) ?? 0) === 0) {
      whole ??= syncFrame(SYNC.step2, rows.state());
      link.send(whole);
    } else {
      link.send(syncFrame(SYNC.step2, rows.state(encoded)));
    }
    listeners.add(link);
    sendEverybody(link);
  }

  function sendEverybody(link: Link): void {
    const everybody = presence.everybody();
    if (everybody !== undefined) link.send(everybody);
  }

  function receive(link: Link, bytes: Uint8Array): void {
    const decoder = decoding.createDecoder(bytes);
    const kind = decoding.readVarUint(decoder);
    if (kind === MESSAGE.queryAwareness) return sendEverybody(link);
    if (kind === MESSAGE.awareness) return presence.receive(link, decoding.readVarUint8Array(decoder));
    if (kind !== MESSAGE.sync) return link.close(CLOSE.forbidden);
    const step = decoding.readVarUint(decoder);
    const body = decoding.readVarUint8Array(decoder);
    if (step === SYNC.step1) answerStep1(link, body);
    else if (!isEmptyUpdate(body)) link.close(CLOSE.forbidden);
  }

  return {
    join: (link) => {
      links.add(link);
      link.onMessage((bytes) => {
        try {
          receive(link, bytes);
        } catch {
          link.close(CLOSE.forbidden); // not y-protocols
        }
      });
      link.onClose(() => {
        links.delete(link);
        listeners.delete(link);
        presence.leave(link);
        if (links.size === 0) onEmpty();
      });
    },
    change: (changes) => {
      for (const [thread, row] of changes.owners ?? []) owners.set(thread, row);
      for (const [thread, row] of changes.pending ?? []) pending.set(thread, row);
      turn.afterChanges(write);
    },
    size: () => links.size,
    close: (code) => {
      for (const link of links) link.close(code);
      presence.close();
      rows.close();
    },
  };
}
