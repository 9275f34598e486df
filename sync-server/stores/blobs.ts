/**
 * The Blobs port: files by the SHA-256 of their content. A blob is uploaded in parts, resumably, and never changes.
 * Adapters: `blobs/disk-blobs.ts`, twin: `blobs/memory-blobs.ts`; contract: `blobs/contract.ts`.
 */

/** A SHA-256 as 64 lower-case hex digits. */
export type BlobHash = string;

/** How far an upload has come. `complete: true`: the whole blob is here and was verified; nothing need be sent. */
export type UploadState = { readonly received: number; readonly complete: boolean };

/** What became of a part. `wrong-offset`: send on from `received`. `too-long`: more than was announced; nothing was kept. */
export type AppendAnswer =
  | { readonly ok: true; readonly received: number }
  | { readonly ok: false; readonly error: "wrong-offset"; readonly received: number }
  | { readonly ok: false; readonly error: "too-long" | "unknown-upload" };

/** What became of an upload. `hash-mismatch`: it was thrown away and must begin again. `incomplete`: send on from `received`. */
export type CompleteAnswer =
  | { readonly ok: true }
  | { readonly ok: false; readonly error: "hash-mismatch" | "unknown-upload" }
  | { readonly ok: false; readonly error: "incomplete"; readonly received: number };

/** What became of an announcement. `size-differs`: an upload of that hash was announced with another size. */
export type BeginAnswer =
  | ({ readonly ok: true } & UploadState)
  | { readonly ok: false; readonly error: "too-large" | "empty" | "size-differs" };

/** Bytes `start` to `end`, `end` not included. */
export type BlobRange = { readonly start: number; readonly end?: number };

/** An opened blob: its whole size, and the bytes asked for. Whoever opened it reads it to its end or destroys it. */
export type OpenedBlob = { readonly size: number; readonly bytes: AsyncIterable<Uint8Array> };

/** A place that keeps blobs. Rejects with a `BlobsError`; a hash that is no SHA-256 throws. */
export interface Blobs {
  /** Announces an upload, or finds how far an earlier one came. */
  begin(hash: BlobHash, size: number): Promise<BeginAnswer>;
  /** Adds a part at `offset`, which must be what was received so far. Parts of one blob at a time are put in a row. */
  append(hash: BlobHash, offset: number, bytes: Uint8Array): Promise<AppendAnswer>;
  /** Verifies the hash and makes the blob durable and visible. Completing a blob that is here answers `ok`. */
  complete(hash: BlobHash): Promise<CompleteAnswer>;
  /** Opens a complete blob; nothing when it is not here, or when the range begins behind its end. */
  open(hash: BlobHash, range?: BlobRange): Promise<OpenedBlob | undefined>;
  /** The size of a complete blob; nothing when it is not here. */
  stat(hash: BlobHash): Promise<{ readonly size: number } | undefined>;
  /** Deletes a blob and its unfinished upload; nothing happens when neither is here. */
  remove(hash: BlobHash): Promise<void>;
}

/** The largest blob that is taken when nothing else is said. */
export const defaultMaxBlobBytes = 100 << 20;

/** The world behind the blobs failed. After `disk-full` an upload stands where it stood and can go on. */
export class BlobsError extends Error {
  readonly code: "disk-full" | "disk";
  readonly retry: boolean;

  constructor(code: "disk-full" | "disk", options: { readonly cause: unknown }) {
    super(code === "disk-full" ? "the disk of the files is full" : "the disk of the files failed", options);
    this.name = "BlobsError";
    this.code = code;
    this.retry = code === "disk-full";
  }
}

/** Throws when it is no SHA-256: hashes become file names, and anything else must not. */
export function assertBlobHash(hash: string): void {
  if (!/^[0-9a-f]{64}$/.test(hash)) throw new TypeError("not a SHA-256 in lower-case hex");
}
