import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type AppendAnswer,
  assertBlobHash,
  type BeginAnswer,
  type BlobRange,
  type Blobs,
  BlobsError,
  type CompleteAnswer,
  defaultMaxBlobBytes,
  type OpenedBlob,
} from "../blobs.ts";
import { OneAtATime } from "./one-at-a-time.ts";

/** Where the files are, and what a test may change. */
export type DiskBlobsOptions = {
  readonly folder: string;
  readonly maxBytes?: number;
  /** Thrown in place of the next write, as a full disk does it; for tests. */
  readonly writeFault?: () => NodeJS.ErrnoException | undefined;
};

/**
 * Blobs on a disk.
 *
 *   blobs/ab/abcdef...        a complete blob: synced, hash verified, renamed into place
 *   uploads/abcdef...         the bytes received so far; its length is the offset
 *   uploads/abcdef....size    the announced size
 *
 * A crash leaves at worst an upload to go on with: a file under `blobs` is always whole.
 */
export async function openDiskBlobs(options: DiskBlobsOptions): Promise<Blobs> {
  const maxBytes = options.maxBytes ?? defaultMaxBlobBytes;
  const uploads = join(options.folder, "uploads");
  const inOrder = new OneAtATime();
  const blobPath = (hash: string) => join(options.folder, "blobs", hash.slice(0, 2), hash);
  const partPath = (hash: string) => join(uploads, hash);
  const sizePath = (hash: string) => join(uploads, `${hash}.size`);
  await guard(mkdir(uploads, { recursive: true }));

  function inTurn<T>(hash: string, task: () => Promise<T>): Promise<T> {
    assertBlobHash(hash);
    return guard(inOrder.run(hash, task));
  }

  async function begin(hash: string, size: number): Promise<BeginAnswer> {
    if (!Number.isSafeInteger(size) || size < 0) throw new TypeError("a size is a whole number of bytes");
    if (size === 0) return { ok: false, error: "empty" };
    if (size > maxBytes) return { ok: false, error: "too-large" };
    const whole = await sizeOf(blobPath(hash));
    if (whole !== undefined) return { ok: true, received: whole, complete: true };
    const announced = await announcedSize(hash);
    if (announced !== undefined && announced !== size) return { ok: false, error: "size-differs" };
    throwFault();
    if (announced === undefined) await writeFile(sizePath(hash), String(size));
    return { ok: true, received: (await sizeOf(partPath(hash))) ?? 0, complete: false };
  }

  async function append(hash: string, offset: number, bytes: Uint8Array): Promise<AppendAnswer> {
    const size = await announcedSize(hash);
    if (size === undefined) {
      const whole = await sizeOf(blobPath(hash));
      if (whole === undefined) return { ok: false, error: "unknown-upload" };
      return { ok: false, error: "wrong-offset", received: whole };
    }
    const received = (await sizeOf(partPath(hash))) ?? 0;
    if (offset !== received) return { ok: false, error: "wrong-offset", received };
    if (received + bytes.length > size) return { ok: false, error: "too-long" };
    throwFault();
    await withFile(partPath(hash), "a", async (file) => {
      try {
        await file.writeFile(bytes);
      } catch (error) {
        // A full disk takes half a part: the length must stay what was told.
        await file.truncate(received);
        throw error;
      }
    });
    return { ok: true, received: received + bytes.length };
  }

  async function complete(hash: string): Promise<CompleteAnswer> {
    if ((await sizeOf(blobPath(hash))) !== undefined) {
      await forget(hash);
      return { ok: true };
    }
    const size = await announcedSize(hash);
    if (size === undefined) return { ok: false, error: "unknown-upload" };
    const received = (await sizeOf(partPath(hash))) ?? 0;
    if (received < size) return { ok: false, error: "incomplete", received };
    if ((await hashOf(partPath(hash))) !== hash) {
      await forget(hash);
      return { ok: false, error: "hash-mismatch" };
    }
    throwFault();
    const path = blobPath(hash);
    await mkdir(dirname(path), { recursive: true });
    await withFile(partPath(hash), "r+", (file) => file.sync());
    await rename(partPath(hash), path);
    // The rename itself is durable only with its folders.
    for (const folder of [dirname(path), dirname(dirname(path)), uploads]) {
      await withFile(folder, "r", (file) => file.sync());
    }
    await forget(hash);
    return { ok: true };
  }

  async function openBlob(hash: string, range: BlobRange = { start: 0 }): Promise<OpenedBlob | undefined> {
    const size = await sizeOf(blobPath(hash));
    const end = Math.min(range.end ?? Number.POSITIVE_INFINITY, size ?? 0);
    if (size === undefined || range.start < 0 || range.start >= end) return undefined;
    return { size, bytes: createReadStream(blobPath(hash), { start: range.start, end: end - 1 }) };
  }

  async function forget(hash: string): Promise<void> {
    await rm(partPath(hash), { force: true });
    await rm(sizePath(hash), { force: true });
  }

  async function announcedSize(hash: string): Promise<number | undefined> {
    const text = await orAbsent(readFile(sizePath(hash), "utf8"));
    // A crash may leave it empty: then nothing was announced.
    return text === undefined || text === "" ? undefined : Number(text);
  }

  function throwFault(): void {
    const fault = options.writeFault?.();
    if (fault !== undefined) throw fault;
  }

  return {
    begin: (hash, size) => inTurn(hash, () => begin(hash, size)),
    append: (hash, offset, bytes) => inTurn(hash, () => append(hash, offset, bytes)),
    complete: (hash) => inTurn(hash, () => complete(hash)),
    async open(hash, range) {
      assertBlobHash(hash);
      return guard(openBlob(hash, range));
    },
    async stat(hash) {
      assertBlobHash(hash);
      const size = await guard(sizeOf(blobPath(hash)));
      return size === undefined ? undefined : { size };
    },
    remove: (hash) =>
      inTurn(hash, async () => {
        await rm(blobPath(hash), { force: true });
        await forget(hash);
      }),
  };
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await orAbsent(stat(path)))?.size;
}

async function hashOf(path: string): Promise<string> {
  const digest = createHash("sha256");
  for await (const chunk of createReadStream(path)) digest.update(chunk as Buffer);
  return digest.digest("hex");
}

async function withFile<T>(path: string, flags: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, flags);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

async function orAbsent<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

async function guard<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined || error instanceof TypeError) throw error;
    const isFull = code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG";
    throw new BlobsError(isFull ? "disk-full" : "disk", { cause: error });
  }
}
