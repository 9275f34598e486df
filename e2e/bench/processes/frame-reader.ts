/**
 * Reads a server's WebSocket frames out of a stream of bytes (RFC 6455: unmasked, whole messages only, as every server
 * here sends them). Text and binary payloads are told at once, views of the bytes given in; pings are answered by the
 * caller.
 */
export type FrameReader = { readonly read: (chunk: Buffer) => void };
export type FrameListener = {
  readonly onMessage: (payload: Buffer) => void;
  readonly onPing: (payload: Buffer) => void;
  readonly onClose: (code: number) => void;
};

const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export function makeFrameReader(listener: FrameListener): FrameReader {
  let rest: Buffer | undefined;

  function take(bytes: Buffer): number {
    let at = 0;
    for (;;) {
      const frame = frameAt(bytes, at);
      if (frame === undefined) return at;
      at = frame.end;
      tell(frame.opcode, bytes.subarray(frame.start, frame.end));
    }
  }

  function tell(opcode: number, payload: Buffer): void {
    switch (opcode) {
      case OPCODE.text:
      case OPCODE.binary:
        return listener.onMessage(payload);
      case OPCODE.ping:
        return listener.onPing(payload);
      case OPCODE.close:
        return listener.onClose(payload.length >= 2 ? payload.readUInt16BE(0) : 1005);
      case OPCODE.pong:
        return;
      default:
        throw new Error(`a frame of kind ${opcode} is not read here`);
    }
  }

  return {
    read: (chunk) => {
      const bytes = rest === undefined ? chunk : Buffer.concat([rest, chunk]);
      const read = take(bytes);
      // A copy, because the chunk may be a buffer that is used again.
      rest = read === bytes.length ? undefined : Buffer.from(bytes.subarray(read));
    },
  };
}

type Frame = { readonly opcode: number; readonly start: number; readonly end: number };

function frameAt(bytes: Buffer, at: number): Frame | undefined {
  if (at + 2 > bytes.length) return undefined;
  const first = bytes[at] ?? 0;
  const short = bytes[at + 1] ?? 0;
  if ((first & 0x80) === 0 || (first & 0x70) !== 0 || (short & 0x80) !== 0) {
    throw new Error("a split, compressed or masked frame is not read here");
  }
  let start = at + 2;
  let length = short;
  if (short === 126) {
    if (at + 4 > bytes.length) return undefined;
    length = bytes.readUInt16BE(at + 2);
    start = at + 4;
  } else if (short === 127) {
    if (at + 10 > bytes.length) return undefined;
    length = Number(bytes.readBigUInt64BE(at + 2));
    start = at + 10;
  }
  const end = start + length;
  return end > bytes.length ? undefined : { opcode: first & 0x0f, start, end };
}

/** A client's frame: masked, with a mask of zeros, which is a mask all the same. */
export function clientFrame(opcode: "binary" | "text" | "pong", payload: Uint8Array): Buffer {
  const { length } = payload;
  const header = length < 126 ? 2 : 4;
  if (length > 65_535) throw new RangeError("too long for a client of the bench");
  const bytes = Buffer.alloc(header + 4 + length);
  bytes[0] = 0x80 | OPCODE[opcode];
  bytes[1] = 0x80 | (header === 2 ? length : 126);
  if (header === 4) bytes.writeUInt16BE(length, 2);
  bytes.set(payload, header + 4);
  return bytes;
}
