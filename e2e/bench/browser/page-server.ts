import { createServer } from "node:http";
import { listen } from "../boards/listen.ts";

/** Serves the floors' pages on an origin of their own, without the desk's headers. */
export type PageServer = { readonly origin: string; readonly close: () => Promise<void> };

/** `files`: by path, `.js` as a script, everything else as HTML. */
export async function openPageServer(files: Readonly<Record<string, string>>): Promise<PageServer> {
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    const body = files[path];
    const type = path.endsWith(".js") ? "text/javascript" : "text/html";
    response.writeHead(body === undefined ? 404 : 200, { "content-type": `${type}; charset=utf-8` });
    response.end(body);
  });
  const port = await listen(server);
  return {
    origin: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
