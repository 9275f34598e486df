/**
 * The contract of the Blobs port, as tests: BL1 upload and read · BL2 resuming · BL3 offsets · BL4 the hash is verified
 * · BL5 limits · BL6 ranges · BL7 a full disk · BL8 repeating · BL9 only hashes are names · BL10 who has it · BL11 where it is
 * named
 */
import { createHash, randomBytes } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import type { BlobRange, Blobs } from "../blobs.ts";

/** A place of blobs that can be opened again with what it kept, and whose disk can be full. */
export type BlobsPlace = {
  readonly open: () => Promise<Blobs>;
  readonly setFull: (isFull: boolean) => void;
  readonly end: () => Promise<void>;
};

const ANNA = "agent.anna";
const BORIS = "user.boris";

/** The size limit that a place is opened with. */
export const contractMaxBytes = 4 << 20;

/** Runs the contract over one kind of blobs. */
export function testBlobsContract(name: string, makePlace: () => Promise<BlobsPlace>): void {
  describe(`the Blobs contract: ${name}`, () => {
    const ends: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const end of ends.splice(0)) await end();
    });
    async function begin(): Promise<{ readonly place: BlobsPlace; readonly blobs: Blobs }> {
      const place = await makePlace();
      ends.push(place.end);
      return { place, blobs: await place.open() };
    }

    test("[BL1] a blob that was sent in parts is read as it was, and only after it is complete", async () => {
      const { blobs } = await begin();
      const bytes = randomBytes(3_000_000);
      const hash = hashOf(bytes);
      expect(await blobs.begin(hash, bytes.length, ANNA)).toEqual({ ok: true, received: 0, complete: false });
      for (let at = 0; at < bytes.length; at += 1_000_000) {
        expect(await blobs.open(hash)).toBeUndefined();
        expect(await blobs.stat(hash)).toBeUndefined();
        const part = bytes.subarray(at, at + 1_000_000);
        expect(await blobs.append(hash, { by: ANNA, offset: at, bytes: part })).toEqual({
          ok: true,
          received: at + part.length,
        });
      }
      expect(await blobs.complete(hash, ANNA)).toEqual({ ok: true });
      expect(await blobs.stat(hash)).toEqual({ size: bytes.length });
      expect((await readAll(blobs, hash))?.equals(bytes)).toBe(true);
      await blobs.remove(hash);
      expect(await blobs.stat(hash)).toBeUndefined();
      await blobs.remove(hash);
    });

    test("[BL2] an upload goes on after a restart from where it stood", async () => {
      const { place, blobs } = await begin();
      const bytes = randomBytes(1_000);
      const hash = hashOf(bytes);
      await blobs.begin(hash, 1_000, ANNA);
      await blobs.append(hash, { by: ANNA, offset: 0, bytes: bytes.subarray(0, 600) });
      const again = await place.open();
      expect(await again.begin(hash, 1_000, ANNA)).toEqual({ ok: true, received: 600, complete: false });
      expect(await again.begin(hash, 999, ANNA)).toEqual({ ok: false, error: "size-differs" });
      await again.append(hash, { by: ANNA, offset: 600, bytes: bytes.subarray(600) });
      expect(await again.complete(hash, ANNA)).toEqual({ ok: true });
      const third = await place.open();
      expect((await readAll(third, hash))?.equals(bytes)).toBe(true);
    });

    test("[BL3] a part at another offset is refused and tells where to go on; of two at once one is kept", async () => {
      const { blobs } = await begin();
      const bytes = randomBytes(100);
      const hash = hashOf(bytes);
      expect(await blobs.append(hash, { by: ANNA, offset: 0, bytes })).toEqual({ ok: false, error: "unknown-upload" });
      await blobs.begin(hash, 100, ANNA);
      const [first, second] = await Promise.all([
        blobs.append(hash, { by: ANNA, offset: 0, bytes: bytes.subarray(0, 40) }),
        blobs.append(hash, { by: ANNA, offset: 0, bytes: bytes.subarray(0, 40) }),
      ]);
      expect(first).toEqual({ ok: true, received: 40 });
      expect(second).toEqual({ ok: false, error: "wrong-offset", received: 40 });
      expect(await blobs.append(hash, { by: ANNA, offset: 50, bytes: bytes.subarray(50) })).toMatchObject({
        error: "wrong-offset",
        received: 40,
      });
      expect(await blobs.complete(hash, ANNA)).toEqual({ ok: false, error: "incomplete", received: 40 });
      expect(await blobs.append(hash, { by: ANNA, offset: 40, bytes: bytes.subarray(39) })).toEqual({
        ok: false,
        error: "too-long",
      });
      expect(await blobs.append(hash, { by: ANNA, offset: 40, bytes: bytes.subarray(40) })).toEqual({
        ok: true,
        received: 100,
      });
      expect(await blobs.complete(hash, ANNA)).toEqual({ ok: true });
    });

    test("[BL4] bytes that have another hash are thrown away, and the upload can begin again", async () => {
      const { blobs } = await begin();
      const bytes = randomBytes(100);
      const hash = hashOf(bytes);
      await blobs.begin(hash, 100, ANNA);
      await blobs.append(hash, { by: ANNA, offset: 0, bytes: randomBytes(100) });
      expect(await blobs.complete(hash, ANNA)).toEqual({ ok: false, error: "hash-mismatch" });
      expect(await blobs.complete(hash, ANNA)).toEqual({ ok: false, error: "unknown-upload" });
      expect(await blobs.stat(hash)).toBeUndefined();
      expect(await blobs.begin(hash, 100, ANNA)).toEqual({ ok: true, received: 0, complete: false });
      await blobs.append(hash, { by: ANNA, offset: 0, bytes });
      expect(await blobs.complete(hash, ANNA)).toEqual({ ok: true });
    });

    test("[BL5] empty and oversize files are refused before a byte is sent", async () => {
      const { blobs } = await begin();
      const hash = hashOf(randomBytes(10));
      expect(await blobs.begin(hash, 0, ANNA)).toEqual({ ok: false, error: "empty" });
      expect(await blobs.begin(hash, contractMaxBytes + 1, ANNA)).toEqual({ ok: false, error: "too-large" });
      expect(await blobs.begin(hash, contractMaxBytes, ANNA)).toMatchObject({ ok: true });
      await expect(blobs.begin(hash, 1.5, ANNA)).rejects.toThrow(TypeError);
    });

    test("[BL6] a range gives its bytes and the whole size", async () => {
      const { blobs } = await begin();
      const bytes = randomBytes(500);
      const hash = await put(blobs, bytes);
      expect(await readAll(blobs, hash, { start: 100, end: 200 })).toEqual(bytes.subarray(100, 200));
      expect(await readAll(blobs, hash, { start: 450 })).toEqual(bytes.subarray(450));
      expect(await readAll(blobs, hash, { start: 450, end: 9_999 })).toEqual(bytes.subarray(450));
      expect((await blobs.open(hash, { start: 499, end: 500 }))?.size).toBe(500);
      expect(await blobs.open(hash, { start: 500 })).toBeUndefined();
      expect(await blobs.open(hash, { start: 20, end: 20 })).toBeUndefined();
    });

    test("[BL7] a full disk is told by name, and the upload goes on when there is room", async () => {
      const { place, blobs } = await begin();
      const bytes = randomBytes(100);
      const hash = hashOf(bytes);
      const full = { name: "BlobsError", code: "disk-full", retry: true };
      place.setFull(true);
      await expect(blobs.begin(hash, 100, ANNA)).rejects.toMatchObject(full);
      place.setFull(false);
      await blobs.begin(hash, 100, ANNA);
      await blobs.append(hash, { by: ANNA, offset: 0, bytes: bytes.subarray(0, 30) });
      place.setFull(true);
      await expect(blobs.append(hash, { by: ANNA, offset: 30, bytes: bytes.subarray(30) })).rejects.toMatchObject(full);
      place.setFull(false);
      expect(await blobs.begin(hash, 100, ANNA)).toEqual({ ok: true, received: 30, complete: false });
      await blobs.append(hash, { by: ANNA, offset: 30, bytes: bytes.subarray(30) });
      place.setFull(true);
      await expect(blobs.complete(hash, ANNA)).rejects.toMatchObject(full);
      place.setFull(false);
      expect(await blobs.complete(hash, ANNA)).toEqual({ ok: true });
      expect((await readAll(blobs, hash))?.equals(bytes)).toBe(true);
    });

    test("[BL8] what is here already need not be sent, and repeating changes nothing", async () => {
      const { blobs } = await begin();
      const bytes = randomBytes(100);
      const hash = await put(blobs, bytes);
      expect(await blobs.begin(hash, 100, ANNA)).toEqual({ ok: true, received: 100, complete: true });
      expect(await blobs.append(hash, { by: ANNA, offset: 0, bytes })).toEqual({
        ok: false,
        error: "wrong-offset",
        received: 100,
      });
      expect(await blobs.complete(hash, ANNA)).toEqual({ ok: true });
      expect((await readAll(blobs, hash))?.equals(bytes)).toBe(true);
    });

    test("[BL10] whoever uploads a file brings all of it, whoever else has; an upload of one is no other's", async () => {
      const { place, blobs } = await begin();
      const bytes = randomBytes(100);
      const hash = hashOf(bytes);
      await blobs.begin(hash, 100, ANNA);
      await blobs.append(hash, { by: ANNA, offset: 0, bytes: bytes.subarray(0, 60) });
      expect(await blobs.begin(hash, 100, BORIS)).toEqual({ ok: true, received: 0, complete: false });
      await blobs.append(hash, { by: ANNA, offset: 60, bytes: bytes.subarray(60) });
      expect(await blobs.complete(hash, BORIS)).toEqual({ ok: false, error: "incomplete", received: 0 });
      expect(await blobs.complete(hash, ANNA)).toEqual({ ok: true });
      expect([await blobs.isHeld(hash, ANNA), await blobs.isHeld(hash, BORIS)]).toEqual([true, false]);
      // That another has brought it is not told, and does not help.
      expect(await blobs.begin(hash, 100, BORIS)).toEqual({ ok: true, received: 0, complete: false });
      await blobs.append(hash, { by: BORIS, offset: 0, bytes: randomBytes(100) });
      expect(await blobs.complete(hash, BORIS)).toEqual({ ok: false, error: "hash-mismatch" });
      expect((await readAll(blobs, hash))?.equals(bytes)).toBe(true);
      expect(await blobs.isHeld(hash, BORIS)).toBe(false);
      await blobs.begin(hash, 100, BORIS);
      await blobs.append(hash, { by: BORIS, offset: 0, bytes });
      expect(await blobs.complete(hash, BORIS)).toEqual({ ok: true });
      const again = await place.open();
      expect([await again.isHeld(hash, ANNA), await again.isHeld(hash, BORIS)]).toEqual([true, true]);
      await again.remove(hash);
      expect(await again.isHeld(hash, ANNA)).toBe(false);
    });

    test("[BL11] who may have it without bringing it, and where it is named, is kept beside it, before it comes, too", async () => {
      const { place, blobs } = await begin();
      const bytes = randomBytes(100);
      const hash = hashOf(bytes);
      await blobs.addPlace(hash, "dialog.1:a");
      await blobs.addPlace(hash, "dialog.2:b");
      await blobs.addPlace(hash, "dialog.1:a");
      await blobs.admit(hash, BORIS);
      const again = await place.open();
      expect(await again.places(hash)).toEqual(["dialog.1:a", "dialog.2:b"]);
      expect([await again.isHeld(hash, BORIS), await again.isHeld(hash, ANNA)]).toEqual([true, false]);
      expect(await again.stat(hash)).toBeUndefined();
      place.setFull(true);
      await expect(again.admit(hash, ANNA)).rejects.toMatchObject({ code: "disk-full" });
      place.setFull(false);
      expect(await again.isHeld(hash, ANNA)).toBe(false);
    });

    test("[BL9] what is no hash is refused before it becomes a file name", async () => {
      const { blobs } = await begin();
      for (const name of ["", "..", "../../etc/passwd", "A".repeat(64), "0".repeat(63), `${"0".repeat(63)}/`]) {
        await expect((async () => blobs.begin(name, 1, ANNA))()).rejects.toThrow(TypeError);
        await expect(
          (async () => blobs.append(name, { by: ANNA, offset: 0, bytes: new Uint8Array(1) }))(),
        ).rejects.toThrow(TypeError);
        await expect((async () => blobs.complete(name, ANNA))()).rejects.toThrow(TypeError);
        await expect((async () => blobs.isHeld(name, ANNA))()).rejects.toThrow(TypeError);
        await expect((async () => blobs.admit(name, ANNA))()).rejects.toThrow(TypeError);
        await expect((async () => blobs.addPlace(name, "x"))()).rejects.toThrow(TypeError);
        await expect((async () => blobs.places(name))()).rejects.toThrow(TypeError);
        await expect((async () => blobs.open(name))()).rejects.toThrow(TypeError);
        await expect((async () => blobs.stat(name))()).rejects.toThrow(TypeError);
        await expect((async () => blobs.remove(name))()).rejects.toThrow(TypeError);
      }
    });
  });
}

async function put(blobs: Blobs, bytes: Buffer): Promise<string> {
  const hash = hashOf(bytes);
  await blobs.begin(hash, bytes.length, ANNA);
  await blobs.append(hash, { by: ANNA, offset: 0, bytes });
  expect(await blobs.complete(hash, ANNA)).toEqual({ ok: true });
  return hash;
}

async function readAll(blobs: Blobs, hash: string, range?: BlobRange): Promise<Buffer | undefined> {
  const blob = await blobs.open(hash, range);
  if (blob === undefined) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of blob.bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
