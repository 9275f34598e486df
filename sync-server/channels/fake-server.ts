import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a fake's handler answers: JSON, a text, bytes, or nothing ever (the connection is broken). */
export type FakeAnswer =
  | { readonly json: unknown }
  | { readonly text: string }
  | { readonly bytes: Uint8Array; readonly type: string }
  | { readonly status: number }
  | "break";

export type FakeRequest = {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: Uint8Array;
};

/** A server on a free port of loopback. `close` breaks what is still open. */
export async function openFakeServer(
  answer: (request: FakeRequest) => Promise<FakeAnswer>,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    void read(request)
      .then(async (asked) => {
        // A caller that is gone by now (a process that died) is not served late: what comes after him would overtake him.
        await new Promise((resolve) => setImmediate(resolve));
        return request.socket.destroyed || request.socket.readableEnded ? "break" : answer(asked);
      })
      .then(
        (answered) => reply(response, answered),
        () => response.destroy(),
      );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function read(request: IncomingMessage): Promise<FakeRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // no encoding is set
  const url = new URL(request.url ?? "/", "http://fake");
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  return { path: url.pathname, query: url.searchParams, headers, body: new Uint8Array(Buffer.concat(chunks)) };
}

function reply(response: ServerResponse, answer: FakeAnswer): void {
  if (answer === "break") response.destroy();
  else if ("json" in answer) {
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer.json));
  } else if ("text" in answer) response.writeHead(200, { "content-type": "text/plain" }).end(answer.text);
  else if ("bytes" in answer) response.writeHead(200, { "content-type": answer.type }).end(answer.bytes);
  else response.writeHead(answer.status).end();
}

/** Form fields and files of a request, whichever way they were encoded. */
export async function formOf({ headers, body }: FakeRequest): Promise<FormData> {
  return new Response(new Uint8Array(body), { headers }).formData();
}
