import * as encoding from "lib0/encoding";

/**
 * Updates of a Yjs document (version 1 of its format) that one writer makes by adding rows at the end of root arrays and
 * deleting rows of his own. That is all that a board does, and its bytes follow from a handful of numbers: written here
 * they cost a tenth of a transaction, whose every path through Yjs is cold on a board that changes now and then.
 */
export type RowUpdates = {
  /** The update of one step: rows added, by array, and clocks of rows deleted. Nothing when there are neither. */
  readonly encode: (step: RowStep) => Uint8Array | undefined;
  /** Clock that the next row gets: rows are numbered through all arrays, in the order of `added`. */
  readonly clock: () => number;
};

export type RowStep = {
  readonly added: readonly { readonly array: string; readonly rows: readonly unknown[] }[];
  readonly deleted: readonly number[];
};

/** Yjs's number for content of plain values, and its mark for "stands right of another". */
const CONTENT_ANY = 8;
const HAS_ORIGIN = 0x80;
/** The parent is a root type, named by a string. */
const OF_ROOT = 1;

export function makeRowUpdates(client: number): RowUpdates {
  /** The last row ever added to an array, living or not: the next one stands right of it. */
  const lastOf = new Map<string, number>();
  let clock = 0;

  function writeStruct(encoder: encoding.Encoder, array: string, rows: readonly unknown[]): void {
    const last = lastOf.get(array);
    encoding.writeUint8(encoder, last === undefined ? CONTENT_ANY : CONTENT_ANY | HAS_ORIGIN);
    if (last === undefined) {
      encoding.writeVarUint(encoder, OF_ROOT);
      encoding.writeVarString(encoder, array);
    } else {
      encoding.writeVarUint(encoder, client);
      encoding.writeVarUint(encoder, last);
    }
    encoding.writeVarUint(encoder, rows.length);
    for (const row of rows) encoding.writeAny(encoder, row as encoding.AnyEncodable); // rows are JSON
    clock += rows.length;
    lastOf.set(array, clock - 1);
  }

  function writeDeleted(encoder: encoding.Encoder, deleted: readonly number[]): void {
    const spans = spansOf(deleted);
    encoding.writeVarUint(encoder, spans.length === 0 ? 0 : 1);
    if (spans.length === 0) return;
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, spans.length);
    for (const { from, count } of spans) {
      encoding.writeVarUint(encoder, from);
      encoding.writeVarUint(encoder, count);
    }
  }

  return {
    clock: () => clock,
    encode: ({ added, deleted }) => {
      const structs = added.filter(({ rows }) => rows.length > 0);
      if (structs.length === 0 && deleted.length === 0) return undefined;
      const encoder = encoding.createEncoder();
      encoding.writeVarUint(encoder, structs.length === 0 ? 0 : 1);
      if (structs.length > 0) {
        encoding.writeVarUint(encoder, structs.length);
        encoding.writeVarUint(encoder, client);
        encoding.writeVarUint(encoder, clock);
        for (const { array, rows } of structs) writeStruct(encoder, array, rows);
      }
      writeDeleted(encoder, deleted);
      return encoding.toUint8Array(encoder);
    },
  };
}

/** Numbers as spans of neighbours, ascending. */
function spansOf(numbers: readonly number[]): readonly { from: number; count: number }[] {
  const spans: { from: number; count: number }[] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = spans.at(-1);
    if (last !== undefined && last.from + last.count === number) last.count += 1;
    else spans.push({ from: number, count: 1 });
  }
  return spans;
}
