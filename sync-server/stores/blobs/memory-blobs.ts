import { createHash } from "node:crypto";
import {
  assertBlobHash,
  type Blobs,
  BlobsError,
  defaultMaxBlobBytes,
  holderNote,
  mostPlaces,
  placeNote,
  placesIn,
} from "../blobs.ts";

type Upload = { readonly size: number; bytes: Buffer };

/** The in-memory twin of the blobs. `isFull` stands for a full disk. */
export function makeMemoryBlobs(options: { readonly maxBytes?: number; readonly isFull?: () => boolean } = {}): Blobs {
  const maxBytes = options.maxBytes ?? defaultMaxBlobBytes;
  const blobs = new Map<string, Buffer>();
  const uploads = new Map<string, Upload>();
  const notes = new Map<string, Set<string>>();
  const keyOf = (hash: string, by: string): string => `${hash} ${by}`;

  function assertSpace(): void {
    if (options.isFull?.() === true) throw new BlobsError("disk-full", { cause: undefined });
  }

  function note(hash: string, text: string): void {
    const kept = notes.get(hash) ?? new Set();
    notes.set(hash, kept.add(text));
  }
  const isHeld = (hash: string, by: string): boolean => notes.get(hash)?.has(holderNote(by)) === true;

  return {
    async begin(hash, size, by) {
      assertBlobHash(hash);
      if (!Number.isSafeInteger(size) || size < 0) throw new TypeError("a size is a whole number of bytes");
      if (size === 0) return { ok: false, error: "empty" };
      if (size > maxBytes) return { ok: false, error: "too-large" };
      const blob = blobs.get(hash);
      if (blob !== undefined && isHeld(hash, by)) return { ok: true, received: blob.length, complete: true };
      const known = uploads.get(keyOf(hash, by));
      if (known !== undefined && known.size !== size) return { ok: false, error: "size-differs" };
      assertSpace();
      if (known === undefined) uploads.set(keyOf(hash, by), { size, bytes: Buffer.alloc(0) });
      return { ok: true, received: known?.bytes.length ?? 0, complete: false };
    },
    async append(hash, { by, offset, bytes }) {
      assertBlobHash(hash);
      const upload = uploads.get(keyOf(hash, by));
      if (upload === undefined) {
        const blob = isHeld(hash, by) ? blobs.get(hash) : undefined;
        if (blob === undefined) return { ok: false, error: "unknown-upload" };
        return { ok: false, error: "wrong-offset", received: blob.length };
      }
      const received = upload.bytes.length;
      if (offset !== received) return { ok: false, error: "wrong-offset", received };
      if (received + bytes.length > upload.size) return { ok: false, error: "too-long" };
      assertSpace();
      upload.bytes = Buffer.concat([upload.bytes, bytes]);
      return { ok: true, received: upload.bytes.length };
    },
    async complete(hash, by) {
      assertBlobHash(hash);
      if (blobs.has(hash) && isHeld(hash, by)) return { ok: true };
      const upload = uploads.get(keyOf(hash, by));
      if (upload === undefined) return { ok: false, error: "unknown-upload" };
      const { bytes, size } = upload;
      if (bytes.length < size) return { ok: false, error: "incomplete", received: bytes.length };
      const isRight = createHash("sha256").update(bytes).digest("hex") === hash;
      if (isRight) assertSpace();
      uploads.delete(keyOf(hash, by));
      if (!isRight) return { ok: false, error: "hash-mismatch" };
      note(hash, holderNote(by));
      blobs.set(hash, bytes);
      return { ok: true };
    },
    async open(hash, range = { start: 0 }) {
      assertBlobHash(hash);
      const blob = blobs.get(hash);
      const end = Math.min(range.end ?? Number.POSITIVE_INFINITY, blob?.length ?? 0);
      if (blob === undefined || range.start < 0 || range.start >= end) return undefined;
      const part = blob.subarray(range.start, end);
      return {
        size: blob.length,
        bytes: (async function* () {
          yield part;
        })(),
      };
    },
    async stat(hash) {
      assertBlobHash(hash);
      const blob = blobs.get(hash);
      return blob === undefined ? undefined : { size: blob.length };
    },
    async isHeld(hash, by) {
      assertBlobHash(hash);
      return isHeld(hash, by);
    },
    async admit(hash, by) {
      assertBlobHash(hash);
      assertSpace();
      note(hash, holderNote(by));
    },
    async addPlace(hash, place) {
      assertBlobHash(hash);
      assertSpace();
      if (placesIn([...(notes.get(hash) ?? [])]).length < mostPlaces) note(hash, placeNote(place));
    },
    async places(hash) {
      assertBlobHash(hash);
      return placesIn([...(notes.get(hash) ?? [])]);
    },
    async remove(hash) {
      assertBlobHash(hash);
      blobs.delete(hash);
      notes.delete(hash);
      for (const key of uploads.keys()) if (key.startsWith(`${hash} `)) uploads.delete(key);
    },
  };
}
