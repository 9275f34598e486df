import type { Context } from "hono";
import { fail, ok, type Result } from "../../shared/kernel/result.ts";

/** Why a body was not read. */
export type BodyFault = "too-large" | "malformed";

/** A request's JSON, at most `limit` bytes of it; reads no further than that. */
export async function readJson(c: Context, limit: number): Promise<Result<unknown, BodyFault>> {
  const length = c.req.header("content-length");
  if (length !== undefined && Number(length) > limit) return fail("too-large");
  const text = length === undefined ? await readUpTo(c.req.raw.body, limit) : await c.req.text();
  if (text === undefined) return fail("too-large");
  try {
    return ok(JSON.parse(text) as unknown);
  } catch {
    return fail("malformed");
  }
}

/** A body of unknown length. */
async function readUpTo(body: ReadableStream<Uint8Array> | null, limit: number): Promise<string | undefined> {
  if (body === null) return "";
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** A streamed answer out of pieces of text; `parts` is left when the client has gone. */
export function textStream(parts: AsyncIterable<string>): ReadableStream<Uint8Array> {
  const iterator = parts[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done === true) controller.close();
      else controller.enqueue(Buffer.from(next.value));
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}
