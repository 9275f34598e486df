import { expect, test } from "vitest";
import { binaryFrame, textFrame } from "../../../sync-server/live/frame.ts";
import { clientFrame, makeFrameReader } from "./frame-reader.ts";

function readBy(bytes: Buffer, step: number) {
  const seen: string[] = [];
  const reader = makeFrameReader({
    onMessage: (payload) => seen.push(payload.length < 20 ? payload.toString() : `${payload.length} bytes`),
    onPing: (payload) => seen.push(`ping ${payload.toString()}`),
    onClose: (code) => seen.push(`close ${code}`),
  });
  for (let at = 0; at < bytes.length; at += step) {
    // The buffer is used again, as a socket's read buffer is.
    const chunk = Buffer.from(bytes.subarray(at, at + step));
    reader.read(chunk);
    chunk.fill(0);
  }
  return seen;
}

test("frames of every length are read, however the stream is cut", () => {
  const stream = Buffer.concat([
    textFrame("one"),
    binaryFrame(Buffer.alloc(126)),
    Buffer.from([0x89, 1, 0x78]),
    binaryFrame(Buffer.alloc(70_000)),
    textFrame("two"),
    Buffer.from([0x88, 2, 0x11, 0x30]),
  ]);
  for (const step of [1, 3, 127, 4_096, stream.length]) {
    expect(readBy(stream, step)).toEqual(["one", "126 bytes", "ping x", "70000 bytes", "two", "close 4400"]);
  }
});

test("what is not read here is refused, not guessed", () => {
  expect(() => readBy(Buffer.from([0x01, 1, 0x78]), 9)).toThrow("split");
  expect(() => readBy(Buffer.from([0xc2, 1, 0x78]), 9)).toThrow("compressed");
});

test("a client's frame is masked", () => {
  const frame = clientFrame("binary", Buffer.from("hello"));
  expect([frame[0], frame[1], frame.subarray(6).toString()]).toEqual([0x82, 0x85, "hello"]);
  expect(clientFrame("binary", Buffer.alloc(300)).length).toBe(308);
});
