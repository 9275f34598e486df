import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocketServer } from "ws";
import { openDesk } from "../../../sync-server/boot/open-desk.ts";
import { openLog } from "../../../sync-server/platform/log.ts";
import { makeMemoryBlobs } from "../../../sync-server/stores/blobs/memory-blobs.ts";
import { openEmbeddedStore } from "../../../sync-server/stores/embedded/embedded-store.ts";
import type { DocBody } from "../../../sync-server/stores/store.ts";
import { listen } from "../boards/listen.ts";
import { serveParent } from "./child.ts";

/**
 * The production desk on its embedded store, in a process of its own. Beside it, on another port, the floor: a socket that
 * takes a document and puts it into the same store under compare-and-swap, with nothing behind it. It writes into the
 * audit's database, so that nobody follows it and the desk has no work with it.
 */
const given = process.argv[2];
const dataDir = given ?? mkdtempSync(join(tmpdir(), "otklik-bench-"));
const store = await openEmbeddedStore({ folder: join(dataDir, "store") });
const floorDatabase = await store.open("desk-audit");
const desk = await openDesk({
  config: { port: 0, host: "127.0.0.1", dataDir, logLevel: "silent", trustedProxies: 0, demo: false },
  store,
  files: makeMemoryBlobs(),
  log: openLog("silent"),
  clientFolder: join(dataDir, "client"),
});

const floor = createServer();
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
floor.on("upgrade", (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, (ws) => {
    ws.on("error", () => undefined); // `close` follows
    ws.on("message", (data: Buffer) => {
      const doc = JSON.parse(data.toString()) as DocBody; // sent by the bench
      floorDatabase.put(doc).then(
        (row) => ws.send(JSON.stringify(row)),
        (error: unknown) => ws.close(1011, String(error)),
      );
    });
  });
});
const floorPort = await listen(floor);
process.on("exit", () => {
  if (given === undefined) rmSync(dataDir, { recursive: true, force: true });
});

serveParent({
  where: async () => ({ url: desk.url, firstUrl: await desk.firstUrl(), chatUrl: desk.chatUrl(), floorPort }),
  close: async () => {
    await desk.close();
    if (given === undefined) rmSync(dataDir, { recursive: true, force: true });
  },
});
