import { createServer, type IncomingMessage } from "node:http";
import { createRequire } from "node:module";
import type { Duplex } from "node:stream";
import { BOARD, type BoardRow } from "../../../shared/protocol/board.ts";
import { listen } from "./listen.ts";
import type { BoardUnderTest } from "./port.ts";
import { firstRows, makeRow, ownersOf } from "./rows.ts";

/** The parts of y-websocket 2.1.0's `bin/` that are used here; the package has no types for them. */
type ReferenceDoc = {
  getMap(name: string): { set(key: string, value: BoardRow): void; values(): Iterable<BoardRow> };
  transact(act: () => void): void;
};
type ReferenceServer = {
  readonly setupWSConnection: (ws: object, request: IncomingMessage) => void;
  readonly getYDoc: (name: string) => ReferenceDoc;
};
type ReferenceSockets = {
  readonly Server: new (
    options: object,
  ) => {
    handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, done: (ws: object) => void): void;
  };
};

const ROOM = "board";

/** y-websocket's reference server as its `bin/server.cjs` wires it, with the `ws` that it brings; rows in a Y.Map. */
export async function openReferenceBoard(): Promise<BoardUnderTest> {
  const require = createRequire(import.meta.url);
  const { setupWSConnection, getYDoc } = require("y-websocket-reference/bin/utils") as ReferenceServer; // types above
  const ownRequire = createRequire(require.resolve("y-websocket-reference/bin/utils"));
  const sockets = new (ownRequire("ws") as ReferenceSockets).Server({ noServer: true });
  const server = createServer();
  server.on("upgrade", (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (ws) => setupWSConnection(ws, request));
  });
  const doc = getYDoc(ROOM);
  const owners = doc.getMap(BOARD.owners);
  doc.transact(() => {
    for (const row of firstRows()) owners.set(row.thread, row);
  });
  let v = 1;
  return {
    port: await listen(server),
    room: `/${ROOM}`,
    change: (entry, marker) => {
      v += 1;
      const row = makeRow(entry, marker, v);
      owners.set(row.thread, row);
    },
    state: () => ownersOf(owners.values()),
  };
}
