import { Readable } from "node:stream";
import { Hono } from "hono";
import type { SharedFiles } from "../channels/shared-files.ts";
import { disposition } from "./disposition.ts";
import type { HttpEnv } from "./env.ts";
import { Fault } from "./fault.ts";
import { sniffKind } from "./file-kinds.ts";
import type { FileStore } from "./ports.ts";
import { readStart } from "./upload-routes.ts";

export type SharedFileRouteParts = {
  readonly files: FileStore;
  readonly shared: Pick<SharedFiles, "look">;
};

/** `/api/shared-files/<token>`: a file for whoever has its address, as an attachment and never to be run. */
export function sharedFileRoutes({ files, shared }: SharedFileRouteParts): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  app.get("/:token", async (c) => {
    const file = await shared.look(c.req.param("token"));
    const opened = file === undefined ? undefined : await files.stat(file.sha);
    if (file === undefined || opened === undefined) throw new Fault("not-found");
    if (sniffKind(await readStart(files, file.sha)).kind === "refused") throw new Fault("file-kind");
    const whole = await files.open(file.sha);
    if (whole === undefined) throw new Fault("not-found");
    c.header("Content-Type", "application/octet-stream");
    c.header("Content-Disposition", disposition("attachment", file.name));
    c.header("Content-Security-Policy", "default-src 'none'; sandbox");
    c.header("Cross-Origin-Resource-Policy", "same-origin");
    c.header("X-Robots-Tag", "noindex");
    // It may be revoked: nobody between keeps it.
    c.header("Cache-Control", "private, no-store");
    c.header("Content-Length", String(whole.size));
    if (c.req.method === "HEAD") {
      await whole.bytes[Symbol.asyncIterator]().return?.();
      return c.body(null);
    }
    return c.body(Readable.toWeb(Readable.from(whole.bytes)) as ReadableStream<Uint8Array>); // bytes, as made above
  });
  return app;
}
