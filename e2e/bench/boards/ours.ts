import { createServer } from "node:http";
import { WebSocketServer } from "ws";
import type { AuthorId, DeviceId, ThreadId } from "../../../shared/kernel/ids.ts";
import type { BoardRow } from "../../../shared/protocol/board.ts";
import { emptyHead } from "../../../shared/thread/fold.ts";
import type { Head } from "../../../shared/thread/head.ts";
import type { Who } from "../../../sync-server/identity/port.ts";
import { makeBoards } from "../../../sync-server/live/boards.ts";
import { makeLink } from "../../../sync-server/live/link.ts";
import { makeTurn } from "../../../sync-server/live/turn.ts";
import { listen } from "./listen.ts";
import type { BoardUnderTest } from "./port.ts";
import { firstRows, makeRow, ownersOf, TEAM } from "./rows.ts";

/** The production board behind production links; a change is what a commit tells the boards. */
export async function openOurBoard(): Promise<BoardUnderTest> {
  const heads = new Map<ThreadId, Head>();
  for (const row of firstRows()) heads.set(row.thread, headOf(row));
  const turn = makeTurn();
  const boards = makeBoards({
    turn,
    clock: Date.now,
    source: { threadsOf: () => heads.values(), head: (thread) => heads.get(thread), leaseOf: () => "live" },
  });

  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  server.on("upgrade", (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (ws) => {
      ws.on("error", () => undefined); // `close` follows
      const link = makeLink({
        ws,
        socket,
        who,
        turn,
        onDropped: () => process.stderr.write("a listener was dropped\n"),
      });
      boards.join(link, TEAM, "today");
    });
  });
  return {
    port: await listen(server),
    room: `/live/board:${TEAM}:today`,
    change: (entry, marker) => {
      const thread = firstThread(entry);
      const before = heads.get(thread);
      const after = headOf(makeRow(entry, marker, (before?.v ?? 0) + 1));
      heads.set(thread, after);
      boards.follow(after, before);
    },
    state: () => ownersOf([...heads.values()].map(({ _id: thread, owner }) => ({ thread, owner }))),
  };
}

const firstThread = (entry: number): ThreadId => makeRow(entry, "", 0).thread;

const who: Who = {
  actor: { kind: "agent", id: "agent.000000000000000000" as AuthorId, role: "agent", teams: [TEAM] }, // has the id's shape
  device: "0000000000" as DeviceId, // has the id's shape
  session: "bench",
};

function headOf(row: BoardRow): Head {
  const { thread, owner, since, epoch, inc, v, state } = row;
  return { ...emptyHead(thread), owner, ownerSince: since, epoch, inc, v, state, team: TEAM };
}
