/**
 * The Blobs port: files by the SHA-256 of their content. A blob is uploaded in parts, resumably, and never changes. Whoever
 * uploads one brings all of its bytes himself, also where another has brought them before: knowing a hash is not having
 * the file. Who has is kept beside it.
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

/** A part of an upload: whose, where it begins, and its bytes. */
export type BlobPart = { readonly by: string; readonly offset: number; readonly bytes: Uint8Array };

/** A place that keeps blobs. Rejects with a `BlobsError`; a hash that is no SHA-256 throws. */
export interface Blobs {
  /** Announces an upload of somebody's (`by`: an author's id), or finds how far his earlier one came. */
  begin(hash: BlobHash, size: number, by: string): Promise<BeginAnswer>;
  /** Adds a part at `offset`, which must be what was received so far. Parts of one blob at a time are put in a row. */
  append(hash: BlobHash, part: BlobPart): Promise<AppendAnswer>;
  /** Verifies the hash and makes the blob durable and visible, with him among those who have it. Again answers `ok`. */
  complete(hash: BlobHash, by: string): Promise<CompleteAnswer>;
  /** Whether he has brought this file, or is counted among those who have it (`admit`). */
  isHeld(hash: BlobHash, by: string): Promise<boolean>;
  /** Counts somebody among those who have the file, without his bringing it: he can read it anyway. Durable. */
  admit(hash: BlobHash, by: string): Promise<void>;
  /** Keeps a place at which the file is named (an item's document), at most `mostPlaces` of them. Durable. */
  addPlace(hash: BlobHash, place: string): Promise<void>;
  /** The places at which the file is named, oldest first. */
  places(hash: BlobHash): Promise<readonly string[]>;
  /** Opens a complete blob; nothing when it is not here, or when the range begins behind its end. */
  open(hash: BlobHash, range?: BlobRange): Promise<OpenedBlob | undefined>;
  /** The size of a complete blob; nothing when it is not here. */
  stat(hash: BlobHash): Promise<{ readonly size: number } | undefined>;
  /** Deletes a blob, its unfinished uploads and what is kept beside it; nothing happens when there is nothing. */
  remove(hash: BlobHash): Promise<void>;
}

/** A manual that is named in every second dialog need not know them all. */
export const mostPlaces = 500;

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

/** What is kept beside a blob, one fact a line. */
export const holderNote = (by: string): string => `by ${by}`;
export const placeNote = (place: string): string => `in ${place}`;
/** The places among the notes. */
export const placesIn = (notes: readonly string[]): readonly string[] =>
  notes.flatMap((note) => (note.startsWith("in ") ? [note.slice(3)] : []));

/** Throws when it is no SHA-256: hashes become file names, and anything else must not. */
export function assertBlobHash(hash: string): void {
  if (!/^[0-9a-f]{64}$/.test(hash)) throw new TypeError("not a SHA-256 in lower-case hex");
}
