/** What is wrong with a chunk's bytes; caught where a chunk is inspected, and nowhere else. */
export class ChunkError extends Error {
  override readonly name = "ChunkError";
  readonly fault: "broken" | "too-large" | "schema";

  constructor(fault: "broken" | "too-large" | "schema") {
    super(fault);
    this.fault = fault;
  }
}

/** Reads forward through bytes; throws {@link ChunkError} where there are none left. */
export interface ByteReader {
  isAtEnd(): boolean;
  byte(): number;
  /** A view of the next bytes, not a copy. */
  bytes(length: number): Uint8Array;
  /** LEB128, in its shortest form and at most 7 bytes: below 2^49, so that every number is exact. */
  unsigned(): number;
  signed(): number;
  /** The text of the next so many bytes: strict UTF-8, no overlong forms, no surrogates. */
  utf8(length: number): string;
}

const LEB_BYTES = 7;

export const readBytes = (source: Uint8Array): ByteReader => new Reader(source);

/** A class, not closures: a ticket opens with tens of thousands of readers. */
class Reader implements ByteReader {
  readonly #source: Uint8Array;
  #at = 0;

  constructor(source: Uint8Array) {
    this.#source = source;
  }

  isAtEnd(): boolean {
    return this.#at >= this.#source.length;
  }
  byte(): number {
    const value = this.#source[this.#at];
    if (value === undefined) throw new ChunkError("broken");
    this.#at += 1;
    return value;
  }
  bytes(length: number): Uint8Array {
    if (length > this.#source.length - this.#at) throw new ChunkError("broken");
    this.#at += length;
    return this.#source.subarray(this.#at - length, this.#at);
  }
  unsigned(): number {
    let sum = 0;
    let scale = 1;
    for (let i = 0; i < LEB_BYTES; i += 1) {
      const next = this.byte();
      sum += (next & 0x7f) * scale;
      scale *= 128;
      if (next >= 0x80) continue;
      if (i > 0 && next === 0) throw new ChunkError("broken");
      return sum;
    }
    throw new ChunkError("broken");
  }
  signed(): number {
    let sum = 0;
    let scale = 1;
    let before = 0;
    for (let i = 0; i < LEB_BYTES; i += 1) {
      const next = this.byte();
      sum += (next & 0x7f) * scale;
      scale *= 128;
      if (next >= 0x80) {
        before = next;
        continue;
      }
      const isNegative = (next & 0x40) !== 0;
      const isLonger = i > 0 && ((next === 0 && (before & 0x40) === 0) || (next === 0x7f && (before & 0x40) !== 0));
      if (isLonger) throw new ChunkError("broken");
      return isNegative ? sum - scale : sum;
    }
    throw new ChunkError("broken");
  }
  utf8(length: number): string {
    const end = this.#at + length;
    if (end > this.#source.length) throw new ChunkError("broken");
    let text = "";
    while (this.#at < end) {
      const first = this.byte();
      if (first < 0x80) {
        text += String.fromCharCode(first);
        continue;
      }
      const more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
      if (first < 0xc2 || first > 0xf4 || this.#at + more > end) throw new ChunkError("broken");
      let point = first & (0x3f >> more);
      for (let i = 0; i < more; i += 1) {
        const next = this.byte();
        if ((next & 0xc0) !== 0x80) throw new ChunkError("broken");
        point = (point << 6) | (next & 0x3f);
      }
      const least = LEAST[more] ?? 0;
      if (point < least || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) throw new ChunkError("broken");
      text += String.fromCodePoint(point);
    }
    return text;
  }
}

/** The least code point that needs so many bytes behind the first. */
const LEAST = [0, 0x80, 0x800, 0x10000] as const;

/**
 * Values of a run-length column; `null` where a row has none. Never unrolls more than `limit` values: a run's length is a
 * number in a few bytes. Beyond it the fault is `beyond`.
 */
export function readRuns<Value>(
  source: Uint8Array,
  readValue: (reader: ByteReader) => Value,
  limit: number,
  beyond: "broken" | "too-large" = "broken",
): (Value | null)[] {
  const reader = readBytes(source);
  const values: (Value | null)[] = [];
  const room = (count: number): number => {
    if (count > limit - values.length) throw new ChunkError(beyond);
    return count;
  };
  while (!reader.isAtEnd()) {
    const run = reader.signed();
    if (run > 0) {
      const value = readValue(reader);
      for (let left = room(run); left > 0; left -= 1) values.push(value);
    } else if (run < 0) {
      for (let left = room(-run); left > 0; left -= 1) values.push(readValue(reader));
    } else {
      for (let left = room(reader.unsigned()); left > 0; left -= 1) values.push(null);
    }
  }
  return values;
}

/** A column of differences: each value is the one before plus what stands there. */
export function readDeltas(source: Uint8Array, limit: number): (number | null)[] {
  let sum = 0;
  return readRuns(source, (reader) => reader.signed(), limit).map((delta) => {
    if (delta === null) return null;
    sum += delta;
    return sum;
  });
}

/** A column of yes and no: lengths of runs in turn, beginning with `false`. */
export function readFlags(source: Uint8Array, limit: number): boolean[] {
  const reader = readBytes(source);
  const flags: boolean[] = [];
  let flag = false;
  while (!reader.isAtEnd()) {
    const run = reader.unsigned();
    if (run > limit - flags.length) throw new ChunkError("broken");
    for (let left = run; left > 0; left -= 1) flags.push(flag);
    flag = !flag;
  }
  return flags;
}

/** A string of a column: its length and its UTF-8. */
export const readString = (reader: ByteReader): string => reader.utf8(reader.unsigned());
/** An unsigned number of a column. */
export const readUnsigned = (reader: ByteReader): number => reader.unsigned();

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Bytes as lower-case hex. */
export function toHex(bytes: Uint8Array): string {
  let hex = "";
  for (const byte of bytes) hex += HEX[byte] ?? "";
  return hex;
}
