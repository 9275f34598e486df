import { Readable } from "node:stream";
import type { BrotliCompress, Gzip } from "node:zlib";
import { constants, createBrotliCompress, createGzip, gzip } from "node:zlib";
import type { Context } from "hono";
import { textStream } from "./http-body.ts";

/** An answer's text at once, or its lines as they are made. An empty line means: send what there is. */
export type Answer =
  | { readonly type: string; readonly text: string }
  | { readonly type: string; readonly lines: AsyncIterable<string> };

/** Smaller answers cost more to compress than to send. */
const leastChars = 2_048;
const gzipLevel = 4;
const brotliQuality = 3;
const piece = 64 * 1024;

/** Compresses by what the client takes: streams by brotli or gzip, short answers by gzip. */
export async function compressed(c: Context, answer: Answer): Promise<Response> {
  const accepted = c.req.header("accept-encoding") ?? "";
  const headers: Record<string, string> = { "content-type": answer.type, vary: "accept-encoding" };
  if ("text" in answer) {
    if (answer.text.length < leastChars || !/\bgzip\b/.test(accepted)) return c.body(answer.text, 200, headers);
    return c.body(await gzipped(answer.text), 200, { ...headers, "content-encoding": "gzip" });
  }
  const encoding = /\bbr\b/.test(accepted) ? "br" : /\bgzip\b/.test(accepted) ? "gzip" : undefined;
  if (encoding === undefined) return c.body(textStream(joined(answer.lines)), 200, headers);
  const encoder =
    encoding === "gzip"
      ? createGzip({ level: gzipLevel })
      : createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality } });
  const stream = encodedStream(answer.lines, { encoder, signal: c.req.raw.signal });
  return c.body(stream, 200, { ...headers, "content-encoding": encoding });
}

const gzipped = (text: string): Promise<Uint8Array<ArrayBuffer>> =>
  new Promise((resolve, reject) => {
    gzip(text, { level: gzipLevel }, (error, bytes) =>
      error === null ? resolve(new Uint8Array(bytes)) : reject(error),
    );
  });

/** Lines in pieces that are worth sending; an empty line sends what there is. */
async function* joined(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let text = "";
  for await (const line of lines) {
    if (line !== "") text += `${line}\n`;
    if (text.length < piece && (line !== "" || text === "")) continue;
    yield text;
    text = "";
  }
  if (text !== "") yield text;
}

type Encoding = { readonly encoder: Gzip | BrotliCompress; readonly signal: AbortSignal };

function encodedStream(lines: AsyncIterable<string>, { encoder, signal }: Encoding): ReadableStream<Uint8Array> {
  const leave = (): void => void encoder.destroy();
  signal.addEventListener("abort", leave);
  encoder.once("close", () => signal.removeEventListener("abort", leave));
  void pump(lines, encoder);
  return Readable.toWeb(encoder) as ReadableStream<Uint8Array>; // Node's type of the same thing
}

/** Feeds the encoder no faster than the client takes. */
async function pump(lines: AsyncIterable<string>, encoder: Gzip | BrotliCompress): Promise<void> {
  try {
    for await (const text of joined(lines)) {
      if (encoder.destroyed) return;
      const isRoom = encoder.write(text);
      // Each piece is a batch of work for the device: do not let it wait in the encoder.
      if (text.length < piece) await new Promise<void>((resolve) => encoder.flush(resolve));
      else if (!isRoom) await drained(encoder);
    }
    encoder.end();
  } catch (error) {
    encoder.destroy(error instanceof Error ? error : new Error("stream failed", { cause: error }));
  }
}

const drained = (encoder: Gzip | BrotliCompress): Promise<void> =>
  new Promise((resolve) => {
    const settle = (): void => {
      encoder.off("drain", settle).off("close", settle);
      resolve();
    };
    encoder.on("drain", settle).on("close", settle);
  });
