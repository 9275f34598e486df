import { createServer } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { makeBoardRows } from "../../../sync-server/live/board-rows.ts";
import { binaryFrame, SYNC, syncFrame } from "../../../sync-server/live/frame.ts";
import { listen } from "./listen.ts";
import type { BoardUnderTest } from "./port.ts";
import { MARKER_START, makeMarker } from "./port.ts";
import { firstRows, makeRow } from "./rows.ts";

/**
 * The floor: bare `ws` telling everybody the same bytes as our board does for one change, with nothing behind it. With
 * `preframed` the frame is built once and written to the sockets as it is; otherwise `ws` frames it for each.
 */
export async function openPlainBoard(way: "framed by ws" | "preframed"): Promise<BoardUnderTest> {
  const message = messageOfOneChange();
  const markerAt = message.lastIndexOf(MARKER_START);
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const listeners = new Map<WebSocket, Duplex>();
  server.on("upgrade", (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (ws) => {
      listeners.set(ws, socket);
      ws.on("error", () => undefined); // `close` follows
      ws.on("close", () => listeners.delete(ws));
      ws.send(Buffer.from("welcome"));
    });
  });
  return {
    port: await listen(server),
    room: "/",
    change: (_entry, marker) => {
      const bytes = Buffer.from(message);
      bytes.write(marker, markerAt, "latin1");
      if (way === "framed by ws") {
        for (const ws of listeners.keys()) ws.send(bytes);
      } else {
        const frame = binaryFrame(bytes);
        for (const socket of listeners.values()) socket.write(frame);
      }
    },
    state: () => undefined,
  };
}

/** What our board sends for one change among 1,000 entries, without its frame. */
function messageOfOneChange(): Buffer {
  const rows = makeBoardRows();
  rows.apply({ owners: new Map(firstRows().map((row) => [row.thread, row])) });
  const changed = makeRow(500, makeMarker(1, 1), 2);
  const update = rows.apply({ owners: new Map([[changed.thread, changed]]) });
  if (update === undefined) throw new Error("a change changed nothing");
  const frame = syncFrame(SYNC.update, update);
  const header = (frame[1] ?? 0) < 126 ? 2 : 4;
  return Buffer.from(frame.subarray(header));
}
