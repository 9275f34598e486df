import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type AppendAnswer,
  assertBlobHash,
  type BeginAnswer,
  type BlobPart,
  type BlobRange,
  type Blobs,
  BlobsError,
  type CompleteAnswer,
  defaultMaxBlobBytes,
  holderNote,
  mostPlaces,
  type OpenedBlob,
  placeNote,
  placesIn,
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
 *   notes/ab/abcdef...        what is kept beside it, one fact a line: who has it, where it is named
 *   uploads/abcdef....0123    the bytes received so far from one person; its length is the offset
 *   uploads/abcdef....0123.size    the announced size
 *
 * A crash leaves at worst an upload to go on with: a file under `blobs` is always whole.
 */
export async function openDiskBlobs(options: DiskBlobsOptions): Promise<Blobs> {
  const maxBytes = options.maxBytes ?? defaultMaxBlobBytes;
  const uploads = join(options.folder, "uploads");
  const inOrder = new OneAtATime();
  const blobPath = (hash: string) => join(options.folder, "blobs", hash.slice(0, 2), hash);
  const notesPath = (hash: string) => join(options.folder, "notes", hash.slice(0, 2), hash);
  const partPath = (hash: string, by: string) => join(uploads, `${hash}.${shortOf(by)}`);
  const sizePath = (hash: string, by: string) => `${partPath(hash, by)}.size`;
  await guard(mkdir(uploads, { recursive: true }));

  function inTurn<T>(hash: string, task: () => Promise<T>): Promise<T> {
    assertBlobHash(hash);
    return guard(inOrder.run(hash, task));
  }

  async function begin(hash: string, size: number, by: string): Promise<BeginAnswer> {
    if (!Number.isSafeInteger(size) || size < 0) throw new TypeError("a size is a whole number of bytes");
    if (size === 0) return { ok: false, error: "empty" };
    if (size > maxBytes) return { ok: false, error: "too-large" };
    const whole = await sizeOf(blobPath(hash));
    if (whole !== undefined && (await isHeld(hash, by))) return { ok: true, received: whole, complete: true };
    const announced = await announcedSize(hash, by);
    if (announced !== undefined && announced !== size) return { ok: false, error: "size-differs" };
    throwFault();
    if (announced === undefined) await writeFile(sizePath(hash, by), String(size));
    return { ok: true, received: (await sizeOf(partPath(hash, by))) ?? 0, complete: false };
  }

  async function append(hash: string, { by, offset, bytes }: BlobPart): Promise<AppendAnswer> {
    const size = await announcedSize(hash, by);
    if (size === undefined) {
      const whole = (await isHeld(hash, by)) ? await sizeOf(blobPath(hash)) : undefined;
      if (whole === undefined) return { ok: false, error: "unknown-upload" };
      return { ok: false, error: "wrong-offset", received: whole };
    }
    const received = (await sizeOf(partPath(hash, by))) ?? 0;
    if (offset !== received) return { ok: false, error: "wrong-offset", received };
    if (received + bytes.length > size) return { ok: false, error: "too-long" };
    throwFault();
    await withFile(partPath(hash, by), "a", async (file) => {
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

  async function complete(hash: string, by: string): Promise<CompleteAnswer> {
    const path = blobPath(hash);
    const isHere = (await sizeOf(path)) !== undefined;
    if (isHere && (await isHeld(hash, by))) {
      await forget(hash, by);
      return { ok: true };
    }
    const size = await announcedSize(hash, by);
    if (size === undefined) return { ok: false, error: "unknown-upload" };
    const received = (await sizeOf(partPath(hash, by))) ?? 0;
    if (received < size) return { ok: false, error: "incomplete", received };
    if ((await hashOf(partPath(hash, by))) !== hash) {
      await forget(hash, by);
      return { ok: false, error: "hash-mismatch" };
    }
    throwFault();
    // First that he has it: a blob that is here with nobody who has it would be read by nobody.
    await note(hash, holderNote(by));
    if (isHere) {
      await forget(hash, by);
      return { ok: true };
    }
    await mkdir(dirname(path), { recursive: true });
    await withFile(partPath(hash, by), "r+", (file) => file.sync());
    await rename(partPath(hash, by), path);
    // The rename itself is durable only with its folders.
    for (const folder of [dirname(path), dirname(dirname(path)), uploads]) {
      await withFile(folder, "r", (file) => file.sync());
    }
    await forget(hash, by);
    return { ok: true };
  }

  async function notesOf(hash: string): Promise<readonly string[]> {
    const text = await orAbsent(readFile(notesPath(hash), "utf8"));
    if (text === undefined) return (await sizeOf(blobPath(hash))) === undefined ? [] : [holderNote(anybody)];
    // A crash may leave half a line, which says nothing.
    return text
      .slice(0, text.lastIndexOf("\n") + 1)
      .split("\n")
      .filter(Boolean);
  }

  async function isHeld(hash: string, by: string): Promise<boolean> {
    const notes = await notesOf(hash);
    return notes.includes(holderNote(by)) || notes.includes(holderNote(anybody));
  }

  async function note(hash: string, line: string): Promise<void> {
    const notes = await notesOf(hash);
    if (notes.includes(line)) return;
    throwFault();
    const path = notesPath(hash);
    const made = await mkdir(dirname(path), { recursive: true });
    const text = await orAbsent(readFile(path, "utf8"));
    const earlier = text === undefined ? notes.map((kept) => `${kept}\n`).join("") : "";
    // A full disk takes half a line: the next one begins on a line of its own.
    const isWhole = text === undefined || text === "" || text.endsWith("\n");
    await withFile(path, "a", async (file) => {
      await file.writeFile(`${earlier}${isWhole ? "" : "\n"}${line}\n`);
      await file.sync();
    });
    if (text === undefined) await withFile(dirname(path), "r", (folder) => folder.sync());
    if (made !== undefined) await withFile(dirname(made), "r", (folder) => folder.sync());
  }

  async function openBlob(hash: string, range: BlobRange = { start: 0 }): Promise<OpenedBlob | undefined> {
    const size = await sizeOf(blobPath(hash));
    const end = Math.min(range.end ?? Number.POSITIVE_INFINITY, size ?? 0);
    if (size === undefined || range.start < 0 || range.start >= end) return undefined;
    return { size, bytes: createReadStream(blobPath(hash), { start: range.start, end: end - 1 }) };
  }

  async function forget(hash: string, by: string): Promise<void> {
    await rm(partPath(hash, by), { force: true });
    await rm(sizePath(hash, by), { force: true });
  }

  async function announcedSize(hash: string, by: string): Promise<number | undefined> {
    const text = await orAbsent(readFile(sizePath(hash, by), "utf8"));
    // A crash may leave it empty: then nothing was announced.
    return text === undefined || text === "" ? undefined : Number(text);
  }

  function throwFault(): void {
    const fault = options.writeFault?.();
    if (fault !== undefined) throw fault;
  }

  return {
    begin: (hash, size, by) => inTurn(hash, () => begin(hash, size, by)),
    append: (hash, part) => inTurn(hash, () => append(hash, part)),
    complete: (hash, by) => inTurn(hash, () => complete(hash, by)),
    isHeld: (hash, by) => inTurn(hash, () => isHeld(hash, by)),
    admit: (hash, by) => inTurn(hash, () => note(hash, holderNote(by))),
    addPlace: (hash, place) =>
      inTurn(hash, async () => {
        if (placesIn(await notesOf(hash)).length < mostPlaces) await note(hash, placeNote(place));
      }),
    places: (hash) => inTurn(hash, async () => placesIn(await notesOf(hash))),
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
        await rm(notesPath(hash), { force: true });
        for (const name of await readdir(uploads)) {
          if (name.startsWith(`${hash}.`)) await rm(join(uploads, name), { force: true });
        }
      }),
  };
}

/** Who has a blob that is older than its notes: nobody kept who brought it. */
const anybody = "*";

/** A name for a file out of somebody's id. */
const shortOf = (by: string): string => createHash("sha256").update(by).digest("hex").slice(0, 16);

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
