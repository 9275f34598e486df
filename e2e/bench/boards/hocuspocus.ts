import { Server } from "@hocuspocus/server";
import { BOARD, type BoardRow } from "../../../shared/protocol/board.ts";
import { type BoardUnderTest, HOCUSPOCUS_ROOM } from "./port.ts";
import { firstRows, makeRow, ownersOf } from "./rows.ts";

/** Its clients must say something every so often; listeners of the bench say nothing. */
const SILENCE_MS = 3_600_000;

/** Hocuspocus with its defaults, nothing stored; the server's own changes come by a direct connection, rows in a Y.Map. */
export async function openHocuspocusBoard(): Promise<BoardUnderTest> {
  const server = new Server({ address: "127.0.0.1", port: 0, quiet: true, stopOnSignals: false, timeout: SILENCE_MS });
  await server.listen();
  const direct = await server.hocuspocus.openDirectConnection(HOCUSPOCUS_ROOM);
  const document = direct.document;
  if (document === null) throw new Error("Hocuspocus opened no document");
  const owners = document.getMap<BoardRow>(BOARD.owners);
  document.transact(() => {
    for (const row of firstRows()) owners.set(row.thread, row);
  });
  let v = 1;
  return {
    port: server.address.port,
    room: "/",
    change: (entry, marker) => {
      v += 1;
      const row = makeRow(entry, marker, v);
      // `transact` resolves at once; what it throws ends this process, and the row says so.
      void direct.transact(() => owners.set(row.thread, row));
    },
    state: () => ownersOf(owners.values()),
  };
}
