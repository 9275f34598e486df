import { Readable } from "node:stream";
import { Hono } from "hono";
import type { FileRef } from "../../shared/items/base.ts";
import { filesOf } from "../../shared/items/files-of.ts";
import { type AuthorId, type ItemId, isItemId, isThreadId, type ThreadId } from "../../shared/kernel/ids.ts";
import { userOf } from "../identity/credentials.ts";
import type { Identity } from "../identity/port.ts";
import { disposition } from "./disposition.ts";
import type { Ask, HttpEnv } from "./env.ts";
import { Fault } from "./fault.ts";
import { sniffKind } from "./file-kinds.ts";
import type { FileAsker, FileStore, ThreadSight } from "./ports.ts";
import { makeThumbnails, THUMBNAIL_WIDTHS } from "./thumbnails.ts";
import { readStart } from "./upload-routes.ts";

export type DownloadRouteParts = {
  readonly files: FileStore;
  readonly threads: ThreadSight;
  readonly identity: Pick<Identity, "authenticate">;
  /** The user behind a portal's mailed link. */
  readonly portalUser: (authorization: string | undefined) => Promise<AuthorId | undefined>;
};

/** `/files/<thread>/<item>/<sha>`: bytes for those who may see the item; for others there is no such file. */
export function downloadRoutes({ files, threads, identity, portalUser }: DownloadRouteParts): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  const thumbnails = makeThumbnails();

  async function askerOf(c: Ask): Promise<FileAsker> {
    const authorization = c.req.header("authorization");
    const user = userOf(authorization) ?? (await portalUser(authorization));
    if (user !== undefined) return { kind: "user", user };
    const who = await identity.authenticate({ authorization, cookie: c.req.header("cookie") });
    if (who === undefined) throw new Fault("signed-out");
    return { kind: "agent", actor: who.actor };
  }

  async function findRef(
    asker: FileAsker,
    thread: ThreadId,
    place: { item: ItemId; sha: string },
  ): Promise<FileRef | undefined> {
    const actor = asker.kind === "agent" ? asker.actor : ({ kind: "user", id: asker.user } as const);
    const head = threads.visibleHead(actor, thread);
    if (head === undefined) return undefined;
    const item = await threads.item(thread, place.item);
    if (item === undefined || (asker.kind === "user" && item.stamp.u === undefined)) return undefined;
    // A reply that is sent after all shows the files of the held one.
    const held = item.kind === "resend" ? await threads.item(thread, item.of) : undefined;
    for (const naming of held === undefined ? [item] : [item, held]) {
      const ref = filesOf(naming).find(({ sha }) => sha === place.sha);
      if (ref !== undefined && (await threads.isServed(naming, place.sha))) return ref;
    }
    return undefined;
  }

  app.get("/:thread/:item/:sha", async (c) => {
    const asker = await askerOf(c);
    const { thread, item, sha } = c.req.param();
    if (!isThreadId(thread) || !isItemId(item)) throw new Fault("not-found");
    const ref = await findRef(asker, thread, { item, sha });
    const whole = ref === undefined ? undefined : await files.stat(sha);
    if (ref === undefined || whole === undefined) throw new Fault("not-found");
    const kind = sniffKind(await readStart(files, sha));
    if (kind.kind === "refused") throw new Fault("file-kind");

    const width = Number(c.req.query("width"));
    const small =
      kind.kind === "picture" && THUMBNAIL_WIDTHS.includes(width)
        ? await thumbnails.make(sha, width, () => readWhole(files, sha))
        : undefined;
    c.header("Content-Type", small === undefined ? kind.type : "image/webp");
    c.header("Content-Disposition", disposition(kind.kind === "picture" ? "inline" : "attachment", ref.name));
    c.header("Content-Security-Policy", "default-src 'none'; sandbox");
    c.header("Cache-Control", "private, max-age=31536000, immutable");
    c.header("ETag", `"${sha}${small === undefined ? "" : `-${width}`}"`);
    c.header("Accept-Ranges", "bytes");
    if (c.req.header("if-none-match") === c.res.headers.get("etag")) return c.body(null, 304);

    if (small !== undefined) return c.body(new Uint8Array(small));
    const range = readRange(c.req.header("range"), whole.size);
    if (range === "unsatisfiable") {
      c.header("Content-Range", `bytes */${whole.size}`);
      return c.body(null, 416);
    }
    const opened = await files.open(sha, range);
    if (opened === undefined) throw new Fault("not-found");
    const { start, end } = range ?? { start: 0, end: whole.size };
    c.header("Content-Length", String(end - start));
    if (range !== undefined) c.header("Content-Range", `bytes ${start}-${end - 1}/${whole.size}`);
    const body = Readable.toWeb(Readable.from(opened.bytes)) as ReadableStream<Uint8Array>; // bytes, as made above
    return c.body(body, range === undefined ? 200 : 206);
  });
  return app;
}

async function readWhole(files: FileStore, sha: string): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of (await files.open(sha))?.bytes ?? []) parts.push(part);
  return Buffer.concat(parts);
}

type Range = { readonly start: number; readonly end: number };

/** One range of bytes (RFC 9110, 14.2), `end` not included; several are answered with the whole. */
function readRange(header: string | undefined, size: number): Range | "unsatisfiable" | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  const [, from = "", to = ""] = match ?? [];
  if (match === null || (from === "" && to === "")) return undefined;
  const start = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === "" || to === "" ? size : Math.min(size, Number(to) + 1);
  return start >= size || start >= end ? "unsatisfiable" : { start, end };
}
