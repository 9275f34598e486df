import type { ThreadId } from "../../shared/kernel/ids.ts";
import { address } from "./address.ts";
import type { Desk } from "./desk.ts";

/** The thread before the eyes: the one in the inbox, over another screen the one that floats; not merely the chosen one. */
export function shownThread(desk: Pick<Desk, "dock">): ThreadId | undefined {
  const now = address();
  return now.screen === "inbox" ? now.thread : desk.dock.floating();
}
