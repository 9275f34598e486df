import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";
import type { HttpEnv } from "./env.ts";

/** A thousand devices may come back in one moment: Node's own backlog of 511 would make them wait for SYN retransmits. */
const BACKLOG = 4_096;

export type HttpServer = {
  readonly port: number;
  /** Takes nobody more, lets answers under way end, then hangs up on what is left. */
  readonly close: (graceMs: number) => Promise<void>;
};

type Parts = {
  readonly app: Hono<HttpEnv>;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  readonly port: number;
  readonly host: string | undefined;
};

/** Listens; resolves when connections are taken. Rejects when the port cannot be had. */
export async function listen({ app, upgrade, port, host }: Parts): Promise<HttpServer> {
  const answer = getRequestListener(app.fetch);
  const server: Server = createServer({ keepAliveTimeout: 65_000, requestTimeout: 120_000 }, (request, response) => {
    void answer(request, response); // its own errors are answered by the app
  });
  server.on("upgrade", upgrade);
  // Connections that browsers open beforehand and never speak on: Node does not count them as idle.
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  // A whole day of quiet is normal on an event stream.
  server.timeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, backlog: BACKLOG, ...(host === undefined ? {} : { host }) }, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address() as AddressInfo; // it listens on a port, not on a pipe
  return {
    port: address.port,
    close: async (graceMs) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // A connection turns idle when its last answer has ended: those are hung up one after another.
      const idle = setInterval(() => server.closeIdleConnections(), 25);
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearInterval(idle);
      clearTimeout(timer);
    },
  };
}
