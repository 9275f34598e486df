import type { OpenedChunk } from "./chunk.ts";
import { CHANGE_LIMITS } from "./chunk.ts";
import type { ByteReader } from "./chunk-bytes.ts";
import { ChunkError, readBytes, readDeltas, readFlags, readRuns, readString, readUnsigned } from "./chunk-bytes.ts";
import type { MapRoot, TextRoot } from "./genesis.ts";
import { GENESIS_ACTOR, isTextRoot, ROOTS } from "./genesis.ts";

/** A scalar as it stands in a cell. */
export type CellScalar = string | number | boolean | null;

/**
 * An operation of a ticket's change. Its own name is `<counter>@<actor>`, or what a reader makes of these two; `after` is the character that it stands behind
 * (absent: at the beginning), `removes` the characters, and `replaces` the values of the cell that its author saw.
 */
export type TicketOp<Id = string> =
  | {
      readonly kind: "insert";
      readonly id: Id;
      readonly root: TextRoot;
      readonly after?: Id;
      readonly text: string;
    }
  | { readonly kind: "remove"; readonly id: Id; readonly root: TextRoot; readonly removes: readonly Id[] }
  | {
      readonly kind: "put";
      readonly id: Id;
      readonly root: MapRoot;
      readonly key: string;
      readonly value: CellScalar;
      readonly replaces: readonly Id[];
    }
  /** Takes values out of a cell without a new one: so Automerge writes the choice of a value that stands there already. */
  | {
      readonly kind: "drop";
      readonly id: Id;
      readonly root: MapRoot;
      readonly key: string;
      readonly replaces: readonly Id[];
    };

/** Columns of a change's operations, by the names that the format gives them. */
const COLUMN = {
  objectActor: 1,
  objectCounter: 2,
  keyActor: 17,
  keyCounter: 19,
  keyText: 21,
  insert: 52,
  action: 66,
  valueMeta: 86,
  valueRaw: 87,
  replaced: 112,
  replacedActor: 113,
  replacedCounter: 115,
} as const;
const KNOWN: ReadonlySet<number> = new Set(Object.values(COLUMN));
const ACTION = { put: 1, remove: 3 } as const;
const VALUE = { null: 0, false: 1, true: 2, unsigned: 3, signed: 4, float: 5, text: 6 } as const;
/** Values that one change may replace, all together: ten times what its operations could in peace. */
const MOST_REPLACED = CHANGE_LIMITS.operations * 10;
/** One operation writes one character: a code point of one or two UTF-16 units. */
const CHARACTER_UNITS = 2;
const NOTHING = new Uint8Array(0);

/**
 * The operations of a change in their order. Throws {@link ChunkError}: `schema` for whatever is not writing into a text
 * or a cell that the genesis made (a ticket's change makes no object, counts no counter, marks no text).
 */
export const readOps = (opened: OpenedChunk): TicketOp[] =>
  readNamedOps(opened, (counter, place) => `${counter}@${opened.actors[place]}`);

/** The same with names as `nameOf` makes them, of a counter and an actor's place among the chunk's. */
export function readNamedOps<Id>(
  { facts, actors, columns }: OpenedChunk,
  nameOf: (counter: number, place: number) => Id,
): TicketOp<Id>[] {
  for (const name of columns.keys()) if (!KNOWN.has(name)) throw new ChunkError("schema");
  const count = facts.ops;
  const column = (name: number): Uint8Array => columns.get(name) ?? NOTHING;
  const objectActor = readRuns(column(COLUMN.objectActor), readUnsigned, count);
  const objectCounter = readRuns(column(COLUMN.objectCounter), readUnsigned, count);
  const keyActor = readRuns(column(COLUMN.keyActor), readUnsigned, count);
  const keyCounter = readDeltas(column(COLUMN.keyCounter), count);
  const keyText = readRuns(column(COLUMN.keyText), readString, count);
  const insert = readFlags(column(COLUMN.insert), count);
  const action = readRuns(column(COLUMN.action), readUnsigned, count);
  const values = readValues(column(COLUMN.valueMeta), column(COLUMN.valueRaw), count);
  const replaced = readRuns(column(COLUMN.replaced), readUnsigned, count);
  const total = replaced.reduce<number>((sum, some) => sum + (some ?? 0), 0);
  if (total > MOST_REPLACED) throw new ChunkError("too-large");
  const replacedActor = readRuns(column(COLUMN.replacedActor), readUnsigned, total);
  const replacedCounter = readDeltas(column(COLUMN.replacedCounter), total);
  const named = (counter: number | null | undefined, actor: number | null | undefined): Id => {
    const place = actor ?? -1;
    const isKnown = actors[place] !== undefined && counter !== null && counter !== undefined && counter >= 1;
    if (!isKnown) throw new ChunkError("broken");
    return nameOf(counter, place);
  };

  const ops: TicketOp<Id>[] = [];
  let taken = 0;
  for (let i = 0; i < count; i += 1) {
    const id = nameOf(facts.startOp + i, 0);
    const root = rootOf(actors[objectActor[i] ?? -1], objectCounter[i]);
    const replaces: Id[] = [];
    for (let left = replaced[i] ?? 0; left > 0; left -= 1) {
      replaces.push(named(replacedCounter[taken], replacedActor[taken]));
      taken += 1;
    }
    const key = keyText[i] ?? null;
    const value = values[i] ?? null;
    if (isTextRoot(root)) {
      if (key !== null) throw new ChunkError("schema");
      const isHead = (keyCounter[i] ?? 0) === 0;
      const place = isHead ? undefined : named(keyCounter[i], keyActor[i]);
      if (action[i] === ACTION.put && insert[i] === true && replaces.length === 0) {
        if (typeof value !== "string" || !isCharacter(value)) throw new ChunkError("schema");
        ops.push({ kind: "insert", id, root, ...(place === undefined ? {} : { after: place }), text: value });
      } else if (action[i] === ACTION.remove && insert[i] !== true && replaces.length > 0) {
        if (place === undefined) throw new ChunkError("schema");
        ops.push({ kind: "remove", id, root, removes: replaces });
      } else {
        throw new ChunkError("schema");
      }
    } else {
      if (insert[i] === true || key === null) throw new ChunkError("schema");
      if (action[i] === ACTION.put) ops.push({ kind: "put", id, root, key, value, replaces });
      else if (action[i] === ACTION.remove && replaces.length > 0) ops.push({ kind: "drop", id, root, key, replaces });
      else throw new ChunkError("schema");
    }
  }
  return ops;
}

function rootOf(actor: string | undefined, counter: number | null | undefined): (typeof ROOTS)[number] {
  const root = actor === GENESIS_ACTOR ? ROOTS[(counter ?? 0) - 1] : undefined;
  if (root === undefined) throw new ChunkError("schema");
  return root;
}

const isCharacter = (text: string): boolean =>
  text.length === 1 || (text.length === CHARACTER_UNITS && Array.from(text).length === 1);

function readValues(meta: Uint8Array, raw: Uint8Array, count: number): CellScalar[] {
  const reader = readBytes(raw);
  const values: CellScalar[] = [];
  for (const said of readRuns(meta, readUnsigned, count)) {
    const length = Math.floor((said ?? 0) / 16);
    const kind = (said ?? 0) % 16;
    values.push(kind === VALUE.text ? reader.utf8(length) : readValue(kind, readBytes(reader.bytes(length))));
  }
  if (!reader.isAtEnd()) throw new ChunkError("broken");
  return values;
}

function readValue(kind: number, reader: ByteReader): CellScalar {
  const value = scalar(kind, reader);
  if (!reader.isAtEnd()) throw new ChunkError("broken");
  return value;
}

function scalar(kind: number, reader: ByteReader): CellScalar {
  switch (kind) {
    case VALUE.null:
      return null;
    case VALUE.false:
      return false;
    case VALUE.true:
      return true;
    case VALUE.unsigned:
      return reader.unsigned();
    case VALUE.signed:
      return reader.signed();
    case VALUE.float: {
      const view = new DataView(new ArrayBuffer(8));
      for (let i = 0; i < 8; i += 1) view.setUint8(i, reader.byte());
      return view.getFloat64(0, true);
    }
    default:
      // Counters, timestamps, bytes and what later versions may add.
      throw new ChunkError("schema");
  }
}
