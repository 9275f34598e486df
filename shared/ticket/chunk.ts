import { inflateSync } from "fflate";
import { sha256HexOfBytes } from "../kernel/hash.ts";
import { LIMITS } from "../kernel/schema.ts";
import type { ByteReader } from "./chunk-bytes.ts";
import { ChunkError, readBytes, readRuns, readUnsigned, toHex } from "./chunk-bytes.ts";

/**
 * One Automerge change as bytes, read by our own hand before Automerge sees it
 * (https://automerge.org/automerge-binary-format-spec, "Change chunk"):
 *
 *   85 6f 4a 83 | checksum 4 | type 1 | length | deps | actor | seq | start op | time | message | actors | columns | data
 *
 * A change of a few bytes can say "a thousand million operations": what it would unroll to is counted first.
 */
const MAGIC = [0x85, 0x6f, 0x4a, 0x83] as const;
const CHECKSUM_END = 8;
const TYPE_CHANGE = 1;
const TYPE_DEFLATED = 2;
const ACTION_COLUMN = 66;
/** Bit of a column's name that says that it is deflated; only documents have such. */
const DEFLATED_COLUMN = 8;

/** Limits of one change beside {@link LIMITS.changeBytes}. */
export const CHANGE_LIMITS = { operations: 2_000, deps: 64, actors: 256, columns: 16, counter: 1_000_000_000 } as const;

/** What a change says of itself; `size` in bytes, `time` as its author's clock said, in ms. */
export type ChangeFacts = {
  /** SHA-256 of the chunk from its type on: 64 hex digits. */
  readonly hash: string;
  readonly actor: string;
  /** From 1, without gaps within an actor. */
  readonly seq: number;
  /** Counter of its first operation; the others follow one by one. */
  readonly startOp: number;
  /** How many operations it has. */
  readonly ops: number;
  readonly deps: readonly string[];
  readonly time: number;
  readonly size: number;
};

/** Why a chunk is not taken. `broken`: it is not one whole change. `schema`: it has what no change of a ticket has. */
export type ChunkFault = "broken" | "too-large" | "schema";
export type Inspection =
  | { readonly ok: true; readonly change: ChangeFacts }
  | { readonly ok: false; readonly fault: ChunkFault };

/** A chunk taken apart: its facts, the actors that its columns name by index, and its columns by their names. */
export type OpenedChunk = {
  readonly facts: ChangeFacts;
  readonly actors: readonly string[];
  readonly columns: ReadonlyMap<number, Uint8Array>;
};

/** Reads a change's facts and counts its operations; takes a microsecond or ten, whatever the bytes are. */
export function inspectChange(bytes: Uint8Array): Inspection {
  try {
    return { ok: true, change: openChunk(bytes).facts };
  } catch (error) {
    if (error instanceof ChunkError) return { ok: false, fault: error.fault };
    throw error;
  }
}

/** Takes a chunk apart; throws {@link ChunkError}. */
export function openChunk(bytes: Uint8Array): OpenedChunk {
  if (bytes.length > LIMITS.changeBytes) throw new ChunkError("too-large");
  const frame = readBytes(bytes);
  for (const part of MAGIC) if (frame.byte() !== part) throw new ChunkError("broken");
  const checksum = toHex(frame.bytes(4));
  if (frame.byte() !== TYPE_CHANGE) throw new ChunkError("broken");
  const reader = readBytes(frame.bytes(frame.unsigned()));
  if (!frame.isAtEnd()) throw new ChunkError("broken");
  const hash = sha256HexOfBytes(bytes.subarray(CHECKSUM_END));
  if (!hash.startsWith(checksum)) throw new ChunkError("broken");

  const deps = readList(reader, CHANGE_LIMITS.deps, () => toHex(reader.bytes(32)));
  const actor = toHex(reader.bytes(reader.unsigned()));
  const seq = reader.unsigned();
  const startOp = reader.unsigned();
  const time = reader.signed();
  const message = reader.utf8(reader.unsigned());
  const others = readList(reader, CHANGE_LIMITS.actors, () => toHex(reader.bytes(reader.unsigned())));
  if (!isAscending(deps) || !isAscending(others) || others.includes(actor)) throw new ChunkError("broken");
  const columns = readColumns(reader);
  // After the columns may stand what later versions add: an admitted change says nothing that we do not know.
  if (!reader.isAtEnd() || message !== "") throw new ChunkError("schema");
  if (seq < 1 || startOp < 1 || startOp > CHANGE_LIMITS.counter) throw new ChunkError("broken");
  const ops = countOps(columns.get(ACTION_COLUMN));
  const facts = { hash, actor, seq, startOp, ops, deps, time, size: bytes.length };
  return { facts, actors: [actor, ...others], columns };
}

/** Sorted, and nothing twice: the one form that Automerge writes. */
const isAscending = (texts: readonly string[]): boolean =>
  texts.every((text, i) => i === 0 || (texts[i - 1] ?? "") < text);

function countOps(column: Uint8Array | undefined): number {
  if (column === undefined) return 0;
  return readRuns(column, readUnsigned, CHANGE_LIMITS.operations, "too-large").length;
}

function readList<Value>(reader: ByteReader, limit: number, readOne: () => Value): Value[] {
  const count = reader.unsigned();
  if (count > limit) throw new ChunkError("too-large");
  return Array.from({ length: count }, readOne);
}

function readColumns(reader: ByteReader): Map<number, Uint8Array> {
  let last = -1;
  const named = readList(reader, CHANGE_LIMITS.columns, () => {
    const name = reader.unsigned();
    if (name <= last || (name & DEFLATED_COLUMN) !== 0) throw new ChunkError("broken");
    last = name;
    return { name, length: reader.unsigned() };
  });
  return new Map(named.map(({ name, length }) => [name, reader.bytes(length)]));
}

/**
 * A change as Automerge made it on this device, in the form that is sent: uncompressed. (Automerge deflates what is longer
 * than 256 bytes; a compressed change is not taken at the door.) Nothing when the bytes are no change, or unpack to more
 * than a change may have.
 */
export function inflateChange(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes[CHECKSUM_END] !== TYPE_DEFLATED) return bytes;
  try {
    const frame = readBytes(bytes);
    const head = frame.bytes(CHECKSUM_END);
    frame.byte();
    const packed = frame.bytes(frame.unsigned());
    const body = inflateSync(packed, { out: new Uint8Array(LIMITS.changeBytes) });
    const length = lebOf(body.length);
    const whole = new Uint8Array(CHECKSUM_END + 1 + length.length + body.length);
    whole.set(head);
    whole[CHECKSUM_END] = TYPE_CHANGE;
    whole.set(length, CHECKSUM_END + 1);
    whole.set(body, CHECKSUM_END + 1 + length.length);
    return inspectChange(whole).ok ? whole : undefined;
  } catch {
    // Not deflated after all, or longer than the room that it was given.
    return undefined;
  }
}

function lebOf(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low + 128 : low);
  } while (rest > 0);
  return bytes;
}
