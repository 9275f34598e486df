import * as encoding from "lib0/encoding";

/** A WebSocket frame ready for the wire (RFC 6455, 5.2: final, unmasked): built once, written to every listener as it is. */
export type Frame = Buffer & { readonly __frame: true };

const BINARY = 0x82;
const TEXT = 0x81;

export const binaryFrame = (payload: Uint8Array): Frame => frame(BINARY, [payload]);
export const textFrame = (text: string): Frame => frame(TEXT, [Buffer.from(text, "utf8")]);
/** A frame of one JSON value. */
export const jsonFrame = (value: unknown): Frame => textFrame(JSON.stringify(value));

function frame(opcode: number, parts: readonly Uint8Array[]): Frame {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const bytes = Buffer.allocUnsafe(header + length);
  bytes[0] = opcode;
  if (header === 2) bytes[1] = length;
  else if (header === 4) {
    bytes[1] = 126;
    bytes.writeUInt16BE(length, 2);
  } else {
    bytes[1] = 127;
    bytes.writeBigUInt64BE(BigInt(length), 2);
  }
  let at = header;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes as Frame; // the brand says that it was built here
}

// y-protocols: the outer kind of a message, and the kinds within a sync message.
export const MESSAGE = { sync: 0, awareness: 1, auth: 2, queryAwareness: 3 } as const;
export const SYNC = { step1: 0, step2: 1, update: 2 } as const;

/** A sync message of y-protocols around an update (or a state vector, for step 1). */
export function syncFrame(kind: (typeof SYNC)[keyof typeof SYNC], bytes: Uint8Array): Frame {
  // Both kinds are one byte as variable-length numbers; the length follows as one.
  const prefix: number[] = [MESSAGE.sync, kind];
  for (let left = bytes.length; ; left = Math.floor(left / 128)) {
    if (left < 128) {
      prefix.push(left);
      break;
    }
    prefix.push((left % 128) | 128);
  }
  return frame(BINARY, [Uint8Array.from(prefix), bytes]);
}

/** One client's state in an awareness message; `null` when it is gone. */
export type AwarenessEntry = { readonly client: number; readonly clock: number; readonly state: unknown };

/** An awareness message of y-protocols. */
export function awarenessFrame(entries: readonly AwarenessEntry[]): Frame {
  const inner = encoding.createEncoder();
  encoding.writeVarUint(inner, entries.length);
  for (const { client, clock, state } of entries) {
    encoding.writeVarUint(inner, client);
    encoding.writeVarUint(inner, clock);
    encoding.writeVarString(inner, JSON.stringify(state));
  }
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, MESSAGE.awareness);
  encoding.writeVarUint8Array(encoder, encoding.toUint8Array(inner));
  return binaryFrame(encoding.toUint8Array(encoder));
}
