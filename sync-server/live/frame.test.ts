import type { Writable } from "node:stream";
import * as encoding from "lib0/encoding";
import { describe, expect, test } from "vitest";
import * as ws from "ws";
import { binaryFrame, SYNC, syncFrame, textFrame } from "./frame.ts";

/** Its types leave the receiver out. */
const { Receiver } = ws as unknown as { readonly Receiver: new (options: object) => Writable };

/** What a client of RFC 6455 reads out of raw bytes. */
function read(bytes: Uint8Array): Promise<{ data: Buffer; isBinary: boolean }> {
  return new Promise((resolve, reject) => {
    const receiver = new Receiver({ isServer: false, maxPayload: 1e9 });
    receiver.on("message", (data: Buffer, isBinary: boolean) => resolve({ data, isBinary }));
    receiver.on("error", reject);
    receiver.write(bytes);
  });
}

describe("frames", () => {
  test.each([0, 1, 125, 126, 127, 128, 65_535, 65_536, 200_000])("%i bytes arrive as they were", async (length) => {
    const payload = Uint8Array.from({ length }, (_, at) => at % 251);
    const got = await read(binaryFrame(payload));
    expect(got.isBinary).toBe(true);
    expect(Buffer.from(payload).equals(got.data)).toBe(true);

    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, 0);
    encoding.writeVarUint(encoder, SYNC.update);
    encoding.writeVarUint8Array(encoder, payload);
    const { data } = await read(syncFrame(SYNC.update, payload));
    expect(Buffer.from(encoding.toUint8Array(encoder)).equals(data)).toBe(true);
  });

  test("text is UTF-8", async () => {
    const got = await read(textFrame("привет"));
    expect([got.isBinary, got.data.toString("utf8")]).toEqual([false, "привет"]);
  });
});
