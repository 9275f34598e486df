import type { AuthorId } from "../../../shared/kernel/ids.ts";
import { derivedThreadId, type TeamId, type ThreadId } from "../../../shared/kernel/ids.ts";
import type { BoardRow } from "../../../shared/protocol/board.ts";
import { ENTRIES, makeMarker } from "./port.ts";

export const TEAM: TeamId = derivedThreadId("team", "bench");
export const THREADS: readonly ThreadId[] = Array.from({ length: ENTRIES }, (_, i) =>
  derivedThreadId("dialog", `bench:${i}`),
);
const SINCE = 1_760_000_000_000;

/** The same row for everybody: what our board shows of a dialog. */
export function makeRow(entry: number, marker: string, v: number): BoardRow {
  const thread = THREADS[entry];
  if (thread === undefined) throw new RangeError(`no entry ${entry}`);
  // A marker has the shape of an agent's author id.
  const owner = marker as AuthorId;
  return { thread, owner, since: SINCE + v, epoch: 1 + (v % 9), inc: 1, v, state: "open", lease: "live" };
}

export const firstRows = (): readonly BoardRow[] => THREADS.map((_, i) => makeRow(i, makeMarker(0, i), 1));

/** Owners by thread, for comparing what everybody ended up with. */
export const ownersOf = (rows: Iterable<Pick<BoardRow, "thread" | "owner">>): Record<string, string> =>
  Object.fromEntries(
    [...rows].map(({ thread, owner }) => [thread, owner ?? ""] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
