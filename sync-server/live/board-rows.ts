import * as Y from "yjs";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { BOARD, type BoardRow, type PendingRow } from "../../shared/protocol/board.ts";

/**
 * The document of one board: two lists of rows, one row a thread, written by this server only, under one client id for
 * the document's whole life. A changed row is deleted and added at the end: deleted neighbours merge into one tombstone,
 * which a Y.Map's never do (measured in speed.md, W13: 929 kB against 75 kB after 100,000 changes).
 */
export type BoardRows = {
  readonly doc: Y.Doc;
  /** Writes what differs, in one transaction, which makes one update. */
  readonly apply: (changes: BoardChanges) => void;
  readonly owners: () => IterableIterator<BoardRow>;
};

/** New rows by thread; `undefined` takes a row away. */
export type BoardChanges = {
  readonly owners?: ReadonlyMap<ThreadId, BoardRow | undefined>;
  readonly pending?: ReadonlyMap<ThreadId, PendingRow | undefined>;
};

export function makeBoardRows(): BoardRows {
  const doc = new Y.Doc({ gc: true });
  const owners = makeKeyedRows<BoardRow>(doc.getArray<BoardRow>(BOARD.owners), isSameOwner);
  const pending = makeKeyedRows<PendingRow>(doc.getArray<PendingRow>(BOARD.pending), isSamePending);
  return {
    doc,
    apply: (changes) => {
      doc.transact(() => {
        if (changes.owners !== undefined) owners.write(changes.owners);
        if (changes.pending !== undefined) pending.write(changes.pending);
      });
    },
    owners: () => owners.values(),
  };
}

/** A Y.Array as a map: places are found by the order in which rows were added, which the array keeps. */
function makeKeyedRows<Row>(
  array: Y.Array<Row>,
  isSame: (a: Row, b: Row) => boolean,
): {
  write(changes: ReadonlyMap<ThreadId, Row | undefined>): void;
  values(): IterableIterator<Row>;
} {
  const rows = new Map<ThreadId, Row>();
  const ticketOf = new Map<ThreadId, number>();
  const tickets: number[] = [];
  let nextTicket = 0;

  function placeOf(ticket: number): number {
    let low = 0;
    let high = tickets.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((tickets[middle] ?? 0) < ticket) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function remove(thread: ThreadId): void {
    const ticket = ticketOf.get(thread);
    if (ticket === undefined) return;
    const place = placeOf(ticket);
    array.delete(place, 1);
    tickets.splice(place, 1);
    ticketOf.delete(thread);
    rows.delete(thread);
  }

  return {
    write: (changes) => {
      const added: Row[] = [];
      for (const [thread, row] of changes) {
        const present = rows.get(thread);
        if (row === undefined ? present === undefined : present !== undefined && isSame(row, present)) continue;
        remove(thread);
        if (row === undefined) continue;
        rows.set(thread, row);
        // Its place when the rows below are added at the end, in this order.
        ticketOf.set(thread, nextTicket);
        tickets.push(nextTicket);
        nextTicket += 1;
        added.push(row);
      }
      if (added.length > 0) array.push(added);
    },
    values: () => rows.values(),
  };
}

/** (inc, v) is raised by every write of a head; a lease runs out without one. */
const isSameOwner = (a: BoardRow, b: BoardRow): boolean => a.v === b.v && a.inc === b.inc && a.lease === b.lease;
const isSamePending = (a: PendingRow, b: PendingRow): boolean => a.item === b.item;
