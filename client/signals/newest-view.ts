import type { BoardRow } from "../../shared/protocol/board.ts";
import { compareVersions, type DeviceHead } from "../../shared/thread/head.ts";

/** A head with what the board knows newer: every view is the maximum by (inc, v) (CL16). */
export function withRow(head: DeviceHead, row: BoardRow | undefined): DeviceHead {
  if (row === undefined || compareVersions(row, head) <= 0) return head;
  const { owner, since, epoch, inc, v, state } = row;
  return { ...head, owner, ownerSince: since, epoch, inc, v, state };
}
