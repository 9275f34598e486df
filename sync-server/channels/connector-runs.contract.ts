import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Json } from "../../shared/kernel/canonical.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { openLog } from "../platform/log.ts";
import type { ChannelModule, Connector, InboundSink } from "./port.ts";

/** What a test opens and has closed in the end, the latest first. */
export type Closing = { readonly add: (end: () => Promise<unknown>) => void; readonly all: () => Promise<void> };

export function makeClosing(): Closing {
  const ends: (() => Promise<unknown>)[] = [];
  return {
    add: (end) => void ends.push(end),
    all: async () => {
      for (const end of ends.splice(0).reverse()) await end();
    },
  };
}

/** A connector with these settings, on the clock of the wall. */
export const openWith = (
  module: ChannelModule,
  settings: Readonly<Record<string, Json>>,
  hookUrl?: string,
): Connector =>
  module.open({
    channel: "channel.000000000000000000" as ThreadId,
    settings,
    clock: Date.now,
    random: Math.random,
    log: openLog("silent"),
    deskUrl: "http://127.0.0.1:1",
    ...(hookUrl === undefined ? {} : { hookUrl }),
  });

/** Has a connector listen until `stop`, or the end; `failed` tells how it ended by itself. */
export function listen(connector: Connector, sink: InboundSink, closing: Closing) {
  const control = new AbortController();
  let failure: unknown;
  const done = connector.receive?.(sink, control.signal).catch((error: unknown) => {
    failure = error;
  });
  const stop = async (): Promise<void> => {
    control.abort();
    await done;
  };
  const failed = async (): Promise<unknown> => {
    await done;
    return failure;
  };
  closing.add(stop);
  return { stop, failed };
}

/** A server that answers nothing, or what `answer` says; its address. */
export async function serveAt(closing: Closing, answer?: { readonly status: number; readonly body: string }) {
  const heard: { onRequest: () => void } = { onRequest: () => undefined };
  const server = createServer((_, response) => {
    heard.onRequest();
    if (answer !== undefined)
      response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body);
  });
  return { heard, url: await listenOn(server, closing) };
}

/** An address at which nobody listens any more. */
export async function addressOfNobody(): Promise<string> {
  const closing = makeClosing();
  const { url } = await serveAt(closing);
  await closing.all();
  return url;
}

/** A connector behind a server, as the desk's `/api/hooks/` has it, with `install` done. */
export async function serveHook(open: (url: string) => Connector, sink: InboundSink, closing: Closing) {
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer); // no encoding is set
      const headers = new Headers();
      for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value));
      const method = request.method ?? "";
      const body = Buffer.concat(chunks);
      const answer = await connector.hook?.({ method, path: "", query: new URLSearchParams(), headers, body }, sink);
      response.writeHead(answer?.status ?? 404).end(answer?.body);
    })();
  });
  const url = `${await listenOn(server, closing)}/hook`;
  const connector = open(url);
  await connector.install?.(url, AbortSignal.timeout(10_000));
  return { url, connector };
}

async function listenOn(server: ReturnType<typeof createServer>, closing: Closing): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.add(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return `http://127.0.0.1:${port}`;
}
