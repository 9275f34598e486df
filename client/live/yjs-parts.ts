import * as Y from "yjs";
import { openBoard } from "./board.ts";
import { joinDraftRoom } from "./draft-room.ts";

/** Everything of the live edge that needs Yjs: one piece, loaded after the first paint. */
export const yjsParts = {
  openBoard,
  joinDraftRoom,
  /** Two states of one document as one; nothing of either is lost. */
  mergeStates: (a: Uint8Array, b: Uint8Array): Uint8Array => Y.mergeUpdates([a, b]),
} as const;

export type YjsParts = typeof yjsParts;
