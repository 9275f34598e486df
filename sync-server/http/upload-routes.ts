import { Hono } from "hono";
import { RateLimiterMemory } from "rate-limiter-flexible";
import * as v from "valibot";
import { sha } from "../../shared/kernel/schema.ts";
import { isRefusedFileName, PART_BYTES, type UploadAnswer, uploadBody } from "../../shared/protocol/files.ts";
import type { Ask, HttpEnv } from "./env.ts";
import { Fault } from "./fault.ts";
import { SNIFFED_BYTES, sniffKind } from "./file-kinds.ts";
import { readBody, readBytes } from "./guards.ts";
import type { FileStore } from "./ports.ts";

export type UploadRouteParts = {
  readonly files: FileStore;
  /** Whose upload it is: an author's id; throws a `Fault` when he may not. */
  readonly sender: (c: Ask) => Promise<string>;
  /** Bytes a sender may upload in an hour. */
  readonly bytesPerHour: number;
};

/** Sizes of uploads that were announced, so that a HEAD can tell them; a restart asks for the announcement again. */
const REMEMBERED = 5_000;

/** Resumable uploads: `shared/protocol/files.ts`. Mounted for agents and, with another `sender`, for users. */
export function uploadRoutes({ files, sender, bytesPerHour }: UploadRouteParts): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  const allowance = new RateLimiterMemory({ points: Math.ceil(bytesPerHour / 1024), duration: 3_600 });
  const sizes = new Map<string, number>();

  function remember(key: string, size: number): void {
    sizes.delete(key);
    sizes.set(key, size);
    const oldest = sizes.keys().next();
    if (sizes.size > REMEMBERED && !oldest.done) sizes.delete(oldest.value);
  }

  const shaOf = (c: Ask): string => {
    const read = v.safeParse(sha, c.req.param("sha"));
    if (!read.success) throw new Fault("not-found");
    return read.output;
  };

  /** What the whole is, by its own content. */
  async function present(of: string, size: number): Promise<UploadAnswer> {
    const kind = sniffKind(await readStart(files, of));
    return { sha: of, offset: size, size, complete: true, ...(kind.kind === "refused" ? {} : { type: kind.type }) };
  }

  async function finish(of: string, size: number, by: string): Promise<UploadAnswer> {
    const done = await files.complete(of, by);
    if (!done.ok) throw new Fault("file-sha", { headers: { "Upload-Offset": "0" } });
    sizes.delete(keyOf(of, by));
    return present(of, size);
  }

  app.post("/", async (c) => {
    const by = await sender(c);
    const body = await readBody(c, uploadBody);
    if (isRefusedFileName(body.name)) throw new Fault("file-kind");
    const begun = await files.begin(body.sha, body.size, by);
    if (!begun.ok) throw new Fault(begun.error === "too-large" ? "too-large" : "malformed", { detail: begun.error });
    if (begun.complete) return c.json(await present(body.sha, body.size));
    if (begun.received === body.size) return c.json(await finish(body.sha, body.size, by));
    remember(keyOf(body.sha, by), body.size);
    const answer: UploadAnswer = { sha: body.sha, offset: begun.received, size: body.size, complete: false };
    return c.json(answer, begun.received === 0 ? 201 : 200);
  });

  // HEAD is answered by GET's route, without a body.
  app.get("/:sha", async (c) => {
    const by = await sender(c);
    const of = shaOf(c);
    // A file of another's is none here.
    const whole = (await files.isHeld(of, by)) ? await files.stat(of) : undefined;
    const size = whole?.size ?? sizes.get(keyOf(of, by));
    if (size === undefined) throw new Fault("not-found");
    const begun = whole === undefined ? await files.begin(of, size, by) : undefined;
    const offset = begun?.ok === true ? begun.received : size;
    c.header("Upload-Offset", String(offset));
    c.header("Upload-Length", String(size));
    c.header("Cache-Control", "no-store");
    return c.json({ sha: of, offset, size, complete: whole !== undefined } satisfies UploadAnswer);
  });

  app.patch("/:sha", async (c) => {
    const by = await sender(c);
    const of = shaOf(c);
    const offset = Number(c.req.header("upload-offset"));
    const size = sizes.get(keyOf(of, by));
    if (!Number.isSafeInteger(offset) || offset < 0) throw new Fault("malformed", { detail: "Upload-Offset" });
    // After a restart the announcement is asked for again: that tells the offset, too.
    if (size === undefined) throw new Fault("file-offset", { headers: { "Upload-Offset": "0" }, detail: "announce" });
    const part = await readBytes(c, PART_BYTES);
    if (part.length === 0) throw new Fault("malformed", { detail: "empty" });
    if (offset === 0 && sniffKind(part.subarray(0, SNIFFED_BYTES)).kind === "refused") throw new Fault("file-kind");
    await spend(allowance, by, part.length);
    const added = await files.append(of, { by, offset, bytes: part });
    if (!added.ok) {
      if (added.error === "wrong-offset")
        throw new Fault("file-offset", { headers: { "Upload-Offset": String(added.received) } });
      throw new Fault(added.error === "too-long" ? "too-large" : "file-offset", { headers: { "Upload-Offset": "0" } });
    }
    if (added.received === size) return c.json(await finish(of, size, by));
    return c.json({ sha: of, offset: added.received, size, complete: false } satisfies UploadAnswer);
  });
  return app;
}

const keyOf = (sha: string, by: string): string => `${sha} ${by}`;

async function spend(allowance: RateLimiterMemory, key: string, bytes: number): Promise<void> {
  try {
    await allowance.consume(key, Math.ceil(bytes / 1024));
  } catch {
    const state = await allowance.get(key);
    throw new Fault("rate", { retryAfterMs: state?.msBeforeNext ?? 60_000 });
  }
}

/** The first bytes of a complete file. */
export async function readStart(files: FileStore, of: string): Promise<Uint8Array> {
  const opened = await files.open(of, { start: 0, end: SNIFFED_BYTES });
  const parts: Uint8Array[] = [];
  for await (const part of opened?.bytes ?? []) parts.push(part);
  return Buffer.concat(parts);
}
