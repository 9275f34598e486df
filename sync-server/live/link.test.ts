import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import type { AuthorId, DeviceId } from "../../shared/kernel/ids.ts";
import { CLOSE } from "../../shared/protocol/version.ts";
import type { Who } from "../identity/port.ts";
import { binaryFrame, textFrame } from "./frame.ts";
import { type Link, MOST_QUEUED, makeLink } from "./link.ts";
import { makeTurn } from "./turn.ts";

const who: Who = {
  actor: { kind: "agent", id: "agent.000000000000000000" as AuthorId, role: "agent", teams: [] }, // has the id's shape
  device: "0000000000" as DeviceId, // has the id's shape
  session: "test",
};
let end: (() => void) | undefined;
afterEach(() => end?.());

async function connect() {
  let dropped = 0;
  const turn = makeTurn();
  const http = createServer();
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const made = new Promise<{ link: Link; queued: () => number }>((resolve) => {
    http.on("upgrade", (request, socket, head) => {
      sockets.handleUpgrade(request, socket, head, (ws) => {
        ws.on("error", () => undefined);
        const link = makeLink({ ws, socket, who, turn, onDropped: () => (dropped += 1) });
        resolve({ link, queued: () => socket.writableLength });
      });
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}/`);
  client.on("error", () => undefined);
  end = () => {
    client.terminate();
    http.closeAllConnections();
    http.close();
  };
  await new Promise<void>((resolve) => client.once("open", () => resolve()));
  return { client, dropped: () => dropped, ...(await made) };
}

describe("a link", () => {
  test("what is queued in one turn arrives whole and in order", async () => {
    const { client, link } = await connect();
    const got: string[] = [];
    client.on("message", (data: Buffer, isBinary: boolean) => got.push(`${isBinary}:${data.toString("utf8")}`));
    for (let i = 0; i < 50; i += 1)
      link.send(i % 2 === 0 ? textFrame(`т${i}`) : binaryFrame(Buffer.from([65 + (i % 26)])));
    await expect.poll(() => got.length).toBe(50);
    expect(got.slice(0, 3)).toEqual(["false:т0", "true:B", "false:т2"]);
  });

  test("a client that does not read is dropped, and costs no more than the limit", async () => {
    const { client, link, queued, dropped } = await connect();
    client.pause();
    const frame = binaryFrame(Buffer.alloc(256 * 1024));
    let most = 0;
    for (let sent = 0; sent < 400 && link.isOpen(); sent += 1) {
      link.send(frame);
      await new Promise((resolve) => setImmediate(resolve));
      most = Math.max(most, queued());
    }
    expect(dropped()).toBe(1);
    expect(most).toBeLessThanOrEqual(MOST_QUEUED);
    expect(link.isOpen()).toBe(false);
    const closed = new Promise<number>((resolve) => client.once("close", resolve));
    client.resume();
    // In time to read what was stuck it hears why; else the line is simply cut.
    expect([CLOSE.tooSlow, 1006]).toContain(await closed);
  });
});
