import * as decoding from "lib0/decoding";
import * as Y from "yjs";
import type { Ms } from "../../shared/kernel/clock.ts";
import { DRAFT_BYTES, DRAFT_TEXT, draftPresenceState, PRESENCE_LIMITS } from "../../shared/protocol/board.ts";
import { CLOSE } from "../../shared/protocol/version.ts";
import { type Frame, MESSAGE, SYNC, syncFrame } from "./frame.ts";
import type { Link } from "./link.ts";
import { makePresenceRoom } from "./presence.ts";

/**
 * A draft that people write together (CL26): one Y.Text, at most 64 kB. Every update is tried on a copy first, so that a
 * bad one spoils nothing. The room holds nothing that its members do not hold: it may be dropped at any time.
 */
export type DraftRoom = {
  readonly join: (link: Link) => void;
  /** Sends away those for whom `may` says no. */
  readonly expel: (may: (link: Link) => boolean) => void;
  readonly size: () => number;
  readonly close: (code: number) => void;
};

/** The text with the history of its making. */
const MOST_STATE_BYTES = 1024 * 1024;
const MOST_UPDATE_BYTES = MOST_STATE_BYTES + 1024;
/** What a member may send: refilled every second, never above `burst` (a rebuilt room takes one whole copy). */
const BUDGET = { bytesPerSecond: 64 * 1024, burst: MOST_UPDATE_BYTES, updatesPerSecond: 50 } as const;

type Budget = { bytes: number; updates: number; at: Ms };
type Verdict = "taken" | "gap" | "refused";

export function makeDraftRoom({
  clock,
  onEmpty,
}: {
  readonly clock: () => Ms;
  readonly onEmpty: () => void;
}): DraftRoom {
  const doc = new Y.Doc();
  let copy = new Y.Doc();
  const links = new Map<Link, Budget>();
  doc.getText(DRAFT_TEXT);
  const tell = (frame: Frame, except?: Link): void => {
    for (const link of links.keys()) if (link !== except) link.send(frame);
  };
  const presence = makePresenceRoom({
    serverClient: doc.clientID,
    schema: draftPresenceState,
    perSecond: PRESENCE_LIMITS.perSecondInDrafts,
    clock,
    tell,
  });
  doc.on("update", (update: Uint8Array, origin: unknown) => tell(syncFrame(SYNC.update, update), origin as Link)); // set below

  function take(link: Link, update: Uint8Array): Verdict {
    const verdict = tryOn(copy, update);
    if (verdict !== "taken") {
      copy = new Y.Doc();
      Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
      return verdict;
    }
    Y.applyUpdate(doc, update, link);
    return "taken";
  }

  function hasBudget(link: Link, bytes: number): boolean {
    const budget = links.get(link);
    if (budget === undefined) return false;
    const now = clock();
    const seconds = Math.max(0, now - budget.at) / 1000;
    budget.bytes = Math.min(BUDGET.burst, budget.bytes + seconds * BUDGET.bytesPerSecond) - bytes;
    budget.updates = Math.min(2 * BUDGET.updatesPerSecond, budget.updates + seconds * BUDGET.updatesPerSecond) - 1;
    budget.at = now;
    return budget.bytes >= 0 && budget.updates >= 0;
  }

  function receiveUpdate(link: Link, update: Uint8Array): void {
    if (update.length > MOST_UPDATE_BYTES || !hasBudget(link, update.length)) return link.close(CLOSE.tooMuch);
    const verdict = take(link, update);
    if (verdict === "refused") return link.close(CLOSE.tooMuch);
    // Something before this update is missing here: ask for all that we lack.
    if (verdict === "gap") link.send(syncFrame(SYNC.step1, Y.encodeStateVector(doc)));
  }

  function receive(link: Link, bytes: Uint8Array): void {
    const decoder = decoding.createDecoder(bytes);
    const kind = decoding.readVarUint(decoder);
    if (kind === MESSAGE.awareness) return presence.receive(link, decoding.readVarUint8Array(decoder));
    if (kind === MESSAGE.queryAwareness) return sendEverybody(link);
    if (kind !== MESSAGE.sync) return link.close(CLOSE.forbidden);
    const step = decoding.readVarUint(decoder);
    const body = decoding.readVarUint8Array(decoder);
    if (step !== SYNC.step1) return receiveUpdate(link, body);
    link.send(syncFrame(SYNC.step2, Y.encodeStateAsUpdate(doc, body)));
    link.send(syncFrame(SYNC.step1, Y.encodeStateVector(doc)));
    sendEverybody(link);
  }

  function sendEverybody(link: Link): void {
    const everybody = presence.everybody();
    if (everybody !== undefined) link.send(everybody);
  }

  return {
    join: (link) => {
      links.set(link, { bytes: BUDGET.burst, updates: 2 * BUDGET.updatesPerSecond, at: clock() });
      link.onMessage((bytes) => {
        try {
          receive(link, bytes);
        } catch {
          link.close(CLOSE.forbidden); // not y-protocols
        }
      });
      link.onClose(() => {
        links.delete(link);
        presence.leave(link);
        if (links.size === 0) onEmpty();
      });
    },
    expel: (may) => {
      for (const link of links.keys()) if (!may(link)) link.close(CLOSE.forbidden);
    },
    size: () => links.size,
    close: (code) => {
      for (const link of links.keys()) link.close(code);
      presence.close();
      doc.destroy();
    },
  };
}

/** What `copy` would be after this update: one text within its limits, or no. */
function tryOn(copy: Y.Doc, update: Uint8Array): Verdict {
  try {
    Y.applyUpdate(copy, update);
    if (copy.store.pendingStructs !== null || copy.store.pendingDs !== null) return "gap";
    const isOneText = [...copy.share.keys()].every((name) => name === DRAFT_TEXT) && copy.subdocs.size === 0;
    if (!isOneText || Buffer.byteLength(copy.getText(DRAFT_TEXT).toJSON()) > DRAFT_BYTES) return "refused";
    return Y.encodeStateAsUpdate(copy).length > MOST_STATE_BYTES ? "refused" : "taken";
  } catch {
    return "refused"; // not a Yjs update
  }
}
