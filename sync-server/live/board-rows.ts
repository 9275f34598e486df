import * as Y from "yjs";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { BOARD, type BoardRow, type PendingRow } from "../../shared/protocol/board.ts";
import { makeRowUpdates } from "./row-updates.ts";

/**
 * The document of one board: two lists of rows, one row a thread, written by this server only, under one client id for
 * the document's whole life. A changed row is deleted and added at the end: deleted neighbours merge into one tombstone,
 * which a Y.Map's never do (measured in speed.md, W13: 929 kB against 75 kB after 100,000 changes).
 *
 * Updates are written straight from the rows, on the way to the listeners; the Y.Doc, which knows the state as a whole,
 * takes them in afterwards, when somebody asks for it or enough of them wait.
 */
export type BoardRows = {
  /** The client id under which everything is written. */
  readonly client: number;
  /** What differs, as one update; nothing when nothing does. */
  readonly apply: (changes: BoardChanges) => Uint8Array | undefined;
  /** How far the client has written: its entry in a state vector. */
  readonly clock: () => number;
  /** The document as an update; with an encoded state vector, what is missing there. */
  readonly state: (vector?: Uint8Array) => Uint8Array;
  readonly owners: () => IterableIterator<BoardRow>;
  readonly close: () => void;
};

/** New rows by thread; `undefined` takes a row away. */
export type BoardChanges = {
  readonly owners?: ReadonlyMap<ThreadId, BoardRow | undefined>;
  readonly pending?: ReadonlyMap<ThreadId, PendingRow | undefined>;
};

/** Updates that the document has not taken in yet: a millisecond's worth. */
const MOST_WAITING = 64;

export function makeBoardRows(): BoardRows {
  const doc = new Y.Doc({ gc: true });
  // The document takes in what another wrote: a client id that it uses itself would look like somebody else's to it.
  const client = (doc.clientID + 1) % 2 ** 32;
  const updates = makeRowUpdates(client);
  const owners = makeKeyedRows<BoardRow>(isSameOwner);
  const pending = makeKeyedRows<PendingRow>(isSamePending);
  let waiting: Uint8Array[] = [];

  function takeIn(): void {
    const taken = waiting;
    waiting = [];
    if (taken.length === 0) return;
    doc.transact(() => {
      for (const update of taken) Y.applyUpdate(doc, update);
    });
  }

  return {
    client,
    apply: (changes) => {
      const from = updates.clock();
      const changedOwners = owners.write(changes.owners ?? new Map(), from);
      const changedPending = pending.write(changes.pending ?? new Map(), from + changedOwners.added.length);
      const update = updates.encode({
        added: [
          { array: BOARD.owners, rows: changedOwners.added },
          { array: BOARD.pending, rows: changedPending.added },
        ],
        deleted: [...changedOwners.deleted, ...changedPending.deleted],
      });
      if (update === undefined) return undefined;
      waiting.push(update);
      if (waiting.length > MOST_WAITING) takeIn();
      return update;
    },
    clock: updates.clock,
    state: (vector) => {
      takeIn();
      return Y.encodeStateAsUpdate(doc, vector);
    },
    owners: () => owners.values(),
    close: () => doc.destroy(),
  };
}

/** Rows by thread, each with the clock at which it was written. */
function makeKeyedRows<Row>(isSame: (a: Row, b: Row) => boolean): {
  /** Rows that differ, numbered from `clock` on in the order given back, and clocks of those that they replace. */
  write(
    changes: ReadonlyMap<ThreadId, Row | undefined>,
    clock: number,
  ): { readonly added: readonly Row[]; readonly deleted: readonly number[] };
  values(): IterableIterator<Row>;
} {
  const rows = new Map<ThreadId, Row>();
  const clocks = new Map<ThreadId, number>();
  return {
    write: (changes, clock) => {
      const added: Row[] = [];
      const deleted: number[] = [];
      for (const [thread, row] of changes) {
        const present = rows.get(thread);
        if (row === undefined ? present === undefined : present !== undefined && isSame(row, present)) continue;
        const written = clocks.get(thread);
        if (written !== undefined) deleted.push(written);
        if (row === undefined) {
          rows.delete(thread);
          clocks.delete(thread);
          continue;
        }
        rows.set(thread, row);
        clocks.set(thread, clock + added.length);
        added.push(row);
      }
      return { added, deleted };
    },
    values: () => rows.values(),
  };
}

/** (inc, v) is raised by every write of a head; a lease runs out without one. */
const isSameOwner = (a: BoardRow, b: BoardRow): boolean => a.v === b.v && a.inc === b.inc && a.lease === b.lease;
const isSamePending = (a: PendingRow, b: PendingRow): boolean => a.item === b.item;
