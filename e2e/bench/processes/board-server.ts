import { type AddressInfo, createServer } from "node:net";
import {
  type BoardName,
  type BoardUnderTest,
  entryOf,
  makeMarker,
  microseconds,
  NOW,
  ORDER_BYTES,
} from "../boards/port.ts";
import { serveParent } from "./child.ts";

// One board in a process of its own; changes are ordered over a socket.
async function openBoard(name: BoardName): Promise<BoardUnderTest> {
  switch (name) {
    case "ours":
      return (await import("../boards/ours.ts")).openOurBoard();
    case "ws":
      return (await import("../boards/plain.ts")).openPlainBoard("framed by ws");
    case "ws preframed":
      return (await import("../boards/plain.ts")).openPlainBoard("preframed");
    case "y-websocket":
      return (await import("../boards/reference.ts")).openReferenceBoard();
    case "Hocuspocus":
      return (await import("../boards/hocuspocus.ts")).openHocuspocusBoard();
  }
}

const board = await openBoard(process.argv[2] as BoardName); // named by the row
const orders = createServer((socket) => {
  socket.setNoDelay(true);
  let rest: Buffer = Buffer.alloc(0);
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk: Buffer) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    for (; at + ORDER_BYTES <= bytes.length; at += ORDER_BYTES) {
      const change = bytes.readUInt32LE(at);
      const moment = bytes.readUInt32LE(at + 4);
      board.change(entryOf(change), makeMarker(change, moment === NOW ? microseconds() : moment));
    }
    rest = bytes.subarray(at);
  });
});
await new Promise<void>((resolve) => orders.listen(0, "127.0.0.1", resolve));
const ordersPort = (orders.address() as AddressInfo).port; // a TCP server's address

serveParent({
  where: () => ({ port: board.port, room: board.room, ordersPort }),
  state: () => board.state(),
});
