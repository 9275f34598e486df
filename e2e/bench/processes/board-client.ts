import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { type Dialect, HOCUSPOCUS_ROOM } from "../boards/port.ts";
import { clientFrame, makeFrameReader } from "./frame-reader.ts";

/** One listener on a board: a socket that speaks as little as is needed to be told everything. */
export type BoardClient = {
  /** What came with the answer to the first step: the whole document. */
  readonly first: Uint8Array;
  readonly close: () => void;
};

type Parts = {
  readonly port: number;
  readonly room: string;
  readonly dialect: Dialect;
  /** Every message after the first state; a view of a buffer that is used again. */
  readonly onMessage: (payload: Buffer) => void;
};

// y-protocols; Hocuspocus writes the document's name before each message.
const SYNC = 0;
const AUTH = 2;
/** Hocuspocus's name for a sync message that asks nothing back. */
const SYNC_REPLY = 4;
const STEP_1 = 0;
const STEP_2 = 1;
const UPDATE = 2;

/** Reads the update out of a message; nothing in any other message. */
export function updateIn(
  payload: Uint8Array,
  dialect: Dialect,
): { readonly step: "state" | "update"; readonly update: Uint8Array } | undefined {
  const decoder = decoding.createDecoder(payload);
  if (dialect === "hocuspocus") decoding.readVarString(decoder);
  const kind = decoding.readVarUint(decoder);
  if (kind !== SYNC && kind !== SYNC_REPLY) return undefined;
  const step = decoding.readVarUint(decoder);
  if (step !== STEP_2 && step !== UPDATE) return undefined;
  return { step: step === STEP_2 ? "state" : "update", update: decoding.readVarUint8Array(decoder) };
}

function hello(dialect: Dialect): readonly Uint8Array[] {
  const message = (write: (encoder: encoding.Encoder) => void): Uint8Array => {
    const encoder = encoding.createEncoder();
    if (dialect === "hocuspocus") encoding.writeVarString(encoder, HOCUSPOCUS_ROOM);
    write(encoder);
    return encoding.toUint8Array(encoder);
  };
  if (dialect === "plain") return [];
  const step1 = message((encoder) => {
    encoding.writeVarUint(encoder, SYNC);
    encoding.writeVarUint(encoder, STEP_1);
    encoding.writeVarUint8Array(encoder, Uint8Array.of(0)); // the state vector of nothing
  });
  if (dialect === "y-websocket") return [step1];
  const token = message((encoder) => {
    encoding.writeVarUint(encoder, AUTH);
    encoding.writeVarUint(encoder, 0);
    encoding.writeVarString(encoder, "nobody asks");
  });
  return [token, step1];
}

/** Connects and resolves when the board has told its whole state. */
export function joinBoard({ port, room, dialect, onMessage }: Parts): Promise<BoardClient> {
  return new Promise((resolve, reject) => {
    let head: Buffer | undefined = Buffer.alloc(0);
    let isJoined = false;
    const socket = connect({ port, host: "127.0.0.1", onread: { buffer: Buffer.allocUnsafe(16_384), callback: read } });
    socket.setNoDelay(true);
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("a board closed a listener's socket")));
    socket.write(
      `GET ${room} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\n\r\n`,
    );
    const frames = makeFrameReader({
      onMessage: (payload) => {
        if (isJoined) return onMessage(payload);
        const state = dialect === "plain" ? payload : firstState(payload);
        if (state === undefined) return;
        isJoined = true;
        resolve({ first: Uint8Array.from(state), close: () => socket.destroy() });
      },
      onPing: (payload) => socket.write(clientFrame("pong", payload)),
      onClose: (code) => reject(new Error(`a board sent a listener away: ${code}`)),
    });

    function firstState(payload: Buffer): Uint8Array | undefined {
      const told = updateIn(payload, dialect);
      return told?.step === "state" ? told.update : undefined;
    }

    function read(size: number, buffer: Uint8Array): boolean {
      const chunk = Buffer.from(buffer.buffer, buffer.byteOffset, size);
      if (head === undefined) frames.read(chunk);
      else readHead(Buffer.concat([head, chunk]));
      return true;
    }

    function readHead(bytes: Buffer): void {
      const end = bytes.indexOf("\r\n\r\n");
      if (end < 0) {
        head = bytes;
        return;
      }
      head = undefined;
      if (!bytes.toString("latin1", 0, end).startsWith("HTTP/1.1 101")) {
        reject(new Error(`no upgrade: ${bytes.toString("latin1", 0, end)}`));
        socket.destroy();
        return;
      }
      for (const message of hello(dialect)) socket.write(clientFrame("binary", message));
      if (end + 4 < bytes.length) frames.read(bytes.subarray(end + 4));
    }
  });
}
