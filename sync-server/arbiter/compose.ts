import type { StampedItem } from "../../shared/items/stamp.ts";
import type { DecidedRow, Head } from "../../shared/thread/head.ts";
import type { Core } from "./core.ts";
import type { Settler } from "./settler.ts";

/** The head as a commit writes it: its version, the new rows in ring and list, and out of them what may be forgotten. */
export function composeCommit(
  core: Core,
  settler: Settler,
  given: { readonly before: Head | undefined; readonly head: Head; readonly items: readonly StampedItem[] },
): Head {
  const { before, head, items } = given;
  return {
    ...head,
    v: (before?.v ?? 0) + 1,
    pend: [...keptRows(core, settler, before?.pend ?? []), ...items],
    decided: ringOf(core, settler, before?.decided ?? [], items),
  };
}

/** The same head without the rows that need it no more: for devices nothing has changed, so neither has `v`. */
export const composeFlush = (core: Core, settler: Settler, head: Head): Head => ({
  ...head,
  pend: keptRows(core, settler, head.pend),
});

/** CL1: a row leaves the list only when its item is stored (and what follows from it is done). */
export const keptRows = (core: Core, settler: Settler, pend: readonly StampedItem[]): readonly StampedItem[] =>
  pend.filter((row) => !core.rules.mayForget(settler.isDone(row.id)));

/** CL1: at least 64 recent decisions, and every one whose item is not stored yet. Given-back ones are in the store. */
function ringOf(
  core: Core,
  settler: Settler,
  ring: readonly DecidedRow[],
  items: readonly StampedItem[],
): readonly DecidedRow[] {
  const added = items
    .filter(({ stamp }) => stamp.was === undefined)
    .map(({ id, kind, stamp }): DecidedRow => ({ id, n: stamp.n, verdict: stamp.verdict, epoch: stamp.epoch, kind }));
  const rows = [...ring, ...added];
  let dropped = 0;
  while (rows.length - dropped > core.settings.ringRows) {
    const oldest = rows[dropped];
    if (oldest === undefined || !core.rules.mayForget(settler.isDone(oldest.id))) break;
    dropped += 1;
  }
  return dropped === 0 ? rows : rows.slice(dropped);
}

const sizes = new WeakMap<StampedItem, number>();

/** Bytes of rows as JSON, about: each is measured once. */
export function bytesOf(rows: readonly StampedItem[]): number {
  let bytes = 0;
  for (const row of rows) {
    const size = sizes.get(row) ?? JSON.stringify(row).length;
    sizes.set(row, size);
    bytes += size;
  }
  return bytes;
}
