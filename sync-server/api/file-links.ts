import { createHmac, timingSafeEqual } from "node:crypto";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { Hono } from "hono";
import { filesOf } from "../../shared/items/files-of.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import { type ItemId, isItemId, isThreadId, type ThreadId } from "../../shared/kernel/ids.ts";
import type { HttpEnv } from "../http/env.ts";
import { makeSecret } from "../platform/chance.ts";
import type { StoreDatabase } from "../stores/store.ts";
import type { FileLink } from "./present.ts";
import { Problem } from "./problem.ts";

/** Addresses of files that need no token and are good for a while; what they lead to is what the item still names. */
export type FileLinks = { readonly link: FileLink; readonly routes: Hono<HttpEnv> };

type Parts = {
  /** `desk-server`: keeps the key under `api-file-key`. */
  readonly database: StoreDatabase;
  readonly item: (thread: ThreadId, item: ItemId) => Promise<StampedItem | undefined>;
  readonly isServed: (item: StampedItem, sha: string) => Promise<boolean>;
  readonly open: (
    sha: string,
  ) => Promise<{ readonly size: number; readonly bytes: AsyncIterable<Uint8Array> } | undefined>;
  readonly url: () => string;
  readonly clock: () => Ms;
};

const GOOD_MS = 3_600_000;

export async function openFileLinks(parts: Parts): Promise<FileLinks> {
  const { database, clock } = parts;
  const key = await openKey(database);
  const signatureOf = (path: string, until: number): string =>
    createHmac("sha256", key).update(`${path}?${until}`).digest("base64url");
  const app = new Hono<HttpEnv>();

  app.get("/:thread/:item/:sha", async (c) => {
    const { thread, item, sha } = c.req.param();
    const until = Number(c.req.query("until"));
    const given = Buffer.from(c.req.query("sig") ?? "");
    const expected = Buffer.from(signatureOf(`${thread}/${item}/${sha}`, until));
    const isGood = given.length === expected.length && timingSafeEqual(given, expected) && until > clock();
    if (!isGood || !isThreadId(thread) || !isItemId(item)) throw new Problem("not-found");
    const found = await parts.item(thread, item);
    const ref = found === undefined ? undefined : filesOf(found).find((file) => file.sha === sha);
    if (found === undefined || ref === undefined || !(await parts.isServed(found, sha))) throw new Problem("not-found");
    const opened = await parts.open(sha);
    if (opened === undefined) throw new Problem("not-found");
    c.header("Content-Type", "application/octet-stream"); // never a page of ours, whatever it says it is
    c.header("Content-Disposition", `attachment; filename*=UTF-8''${encodeURIComponent(ref.name)}`);
    c.header("Content-Security-Policy", "default-src 'none'; sandbox");
    c.header("Content-Length", String(opened.size));
    return c.body(Readable.toWeb(Readable.from(opened.bytes)) as ReadableStream<Uint8Array> as never); // one stream, two libraries' types
  });

  return {
    routes: app,
    link: ({ thread, item }, { sha }) => {
      const until = Math.ceil((clock() + GOOD_MS) / GOOD_MS) * GOOD_MS; // the same address within the hour
      const path = `${thread}/${item}/${sha}`;
      return `${parts.url()}/api/v1/files/${path}?until=${until}&sig=${signatureOf(path, until)}`;
    },
  };
}

async function openKey(database: StoreDatabase): Promise<string> {
  const kept = await database.get("api-file-key");
  if (typeof kept?.["key"] === "string") return kept["key"];
  const key = makeSecret();
  const row = await database.put({ _id: "api-file-key", key });
  if (row.ok) return key;
  const other = await database.get("api-file-key");
  if (typeof other?.["key"] === "string") return other["key"];
  throw new Error("the key of file links could not be kept");
}
