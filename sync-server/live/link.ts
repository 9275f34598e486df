import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import { CLOSE } from "../../shared/protocol/version.ts";
import type { Who } from "../identity/port.ts";
import type { Frame } from "./frame.ts";
import type { Turn } from "./turn.ts";

/** One open socket of a signed-in device. */
export type Link = {
  readonly who: Who;
  /** Queues a frame; everything queued in one turn leaves in one write. Nothing happens on a closed link. */
  readonly send: (frame: Frame) => void;
  readonly close: (code: number) => void;
  readonly isOpen: () => boolean;
  readonly onMessage: (listener: (bytes: Buffer, isBinary: boolean) => void) => void;
  readonly onClose: (listener: () => void) => void;
};

/** Bytes that may wait for a client that does not read; more and it is dropped, to come back by token or state. */
export const MOST_QUEUED = 4 * 1024 * 1024;
/** How long a closing client has to say goodbye. */
const GOODBYE_MS = 2_000;

type Parts = {
  readonly ws: WebSocket;
  /** The socket under `ws`: no extension is negotiated, so a whole frame may be written between its own. */
  readonly socket: Duplex;
  readonly who: Who;
  readonly turn: Turn;
  readonly onDropped: () => void;
};

/** Wraps an accepted socket. */
export function makeLink({ ws, socket, who, turn, onDropped }: Parts): Link {
  /** Nearly always there is one frame a turn. */
  let first: Frame | undefined;
  let others: Frame[] = [];
  let queuedBytes = 0;

  function close(code: number): void {
    if (ws.readyState !== ws.OPEN) return;
    first = undefined;
    others = [];
    ws.close(code);
    setTimeout(() => ws.terminate(), GOODBYE_MS).unref();
  }

  function flush(): void {
    const frame = first;
    const rest = others;
    first = undefined;
    queuedBytes = 0;
    if (rest.length > 0) others = [];
    if (frame === undefined || ws.readyState !== ws.OPEN || !socket.writable) return;
    socket.write(rest.length === 0 ? frame : Buffer.concat([frame, ...rest]));
  }

  return {
    who,
    send: (frame) => {
      if (ws.readyState !== ws.OPEN) return;
      if (socket.writableLength + queuedBytes + frame.length > MOST_QUEUED && queuedBytes + socket.writableLength > 0) {
        onDropped();
        // The close frame would wait behind what is stuck: say it if it can be said, and hang up.
        close(CLOSE.tooSlow);
        return;
      }
      queuedBytes += frame.length;
      if (first === undefined) {
        first = frame;
        turn.beforeSleep(flush);
      } else others.push(frame);
    },
    close,
    isOpen: () => ws.readyState === ws.OPEN,
    onMessage: (listener) => {
      ws.on("message", (data, isBinary) => listener(data as Buffer, isBinary)); // binaryType is nodebuffer
    },
    onClose: (listener) => {
      ws.on("close", listener);
    },
  };
}
