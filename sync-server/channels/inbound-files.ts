import { createHash } from "node:crypto";
import type { ChannelAbilities } from "../../shared/channels/abilities.ts";
import type { FileRef } from "../../shared/items/base.ts";
import type { AuthorId } from "../../shared/kernel/ids.ts";
import { LIMITS } from "../../shared/kernel/schema.ts";
import { isRefusedFileName } from "../../shared/protocol/files.ts";
import { pause } from "../reactions/pause.ts";
import { ChannelError, type Connector, type RemoteFile } from "./port.ts";
import { backoff, type ChannelWorld, isStoreFault, ShelfError } from "./ports.ts";

/** A file that did not come along, and why: `too-large`, `file-kind`, `not-fetched`, `empty`. */
export type LostFile = { readonly name: string; readonly reason: string; readonly size?: number };

type Kept = { readonly files: readonly FileRef[]; readonly lost: readonly LostFile[] };

type Parts = {
  readonly world: Pick<ChannelWorld, "files" | "times" | "random" | "log">;
  readonly abilities: ChannelAbilities;
  readonly connector: Pick<Connector, "fetch">;
  /** What the file is by its first bytes; nothing for what a browser or a system would run. */
  readonly typeOf: (start: Uint8Array) => string | undefined;
  readonly signal: AbortSignal;
};

/** As many first bytes tell what a file is. */
const START_BYTES = 4_096;
const PART_BYTES = 1024 * 1024;

/**
 * Brings a user's files into the desk, in his name. One that cannot be had is tried again and then told among the lost: the
 * message comes without it. Rejects when the desk itself cannot keep it (a full disk): then nothing is acknowledged.
 */
export async function keepFiles(parts: Parts, remote: readonly RemoteFile[], by: AuthorId): Promise<Kept> {
  const files: FileRef[] = [];
  const lost: LostFile[] = [];
  for (const file of remote) {
    const kept = await keepOne(parts, file, by);
    if ("sha" in kept) files.push(kept);
    else lost.push(kept);
  }
  return { files, lost };
}

async function keepOne(parts: Parts, file: RemoteFile, by: AuthorId): Promise<FileRef | LostFile> {
  const name = nameOf(file.name);
  const limit = Math.min(parts.abilities.fileBytesIn, LIMITS.fileBytes);
  const losing = (reason: string): LostFile => ({
    name,
    reason,
    ...(file.size === undefined ? {} : { size: file.size }),
  });
  if (isRefusedFileName(name)) return losing("file-kind");
  if ((file.size ?? 0) > limit) return losing("too-large");
  const bytes = await bytesOf(parts, file, limit);
  if (typeof bytes === "string") return losing(bytes);
  if (bytes.length === 0) return losing("empty");
  const type = parts.typeOf(bytes.subarray(0, START_BYTES));
  if (type === undefined) return losing("file-kind");
  const sha = createHash("sha256").update(bytes).digest("hex");
  await keepBytes(parts.world, { sha, bytes, by });
  return { sha, name, type: type === "application/octet-stream" ? safeType(file.type) : type, size: bytes.length };
}

/** The bytes, or why they are not had. */
async function bytesOf(
  parts: Parts,
  file: RemoteFile,
  limit: number,
): Promise<Uint8Array | "too-large" | "not-fetched"> {
  if (file.bytes !== undefined) return file.bytes.length > limit ? "too-large" : file.bytes;
  const { fetch } = parts.connector;
  if (fetch === undefined) return "not-fetched";
  for (let attempt = 1; attempt <= parts.world.times.fetchTries; attempt += 1) {
    try {
      const chunks: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of await fetch(file, parts.signal)) {
        size += chunk.byteLength;
        if (size > limit) return "too-large";
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    } catch (error) {
      if (parts.signal.aborted || isStoreFault(error)) throw error;
      parts.world.log.warn({ err: error, attempt }, "a user's file could not be fetched");
      if (attempt === parts.world.times.fetchTries) break;
      const wait = error instanceof ChannelError ? error.afterMs : undefined;
      await pause(Math.min(wait ?? backoff(attempt, parts.world), LONGEST_WAIT_MS), parts.signal);
      if (parts.signal.aborted) throw new ShelfError("closing");
    }
  }
  return "not-fetched";
}

/** The conversation behind it waits, too. */
const LONGEST_WAIT_MS = 30_000;

type Whole = { readonly sha: string; readonly bytes: Uint8Array; readonly by: AuthorId };

async function keepBytes({ files }: Pick<ChannelWorld, "files">, { sha, bytes, by }: Whole): Promise<void> {
  const begun = await files.begin(sha, bytes.length, by);
  if (!begun.ok) throw new ShelfError(`a file could not be begun: ${begun.error}`);
  if (begun.complete) return;
  for (let offset = begun.received; offset < bytes.length; offset += PART_BYTES) {
    const part = await files.append(sha, { by, offset, bytes: bytes.subarray(offset, offset + PART_BYTES) });
    if (!part.ok) throw new ShelfError("a file could not be added to");
  }
  const done = await files.complete(sha, by);
  if (!done.ok) throw new ShelfError("a file could not be completed");
}

/** A name without a path and without signs that turn it round. */
function nameOf(given: string): string {
  const last = given.split(/[\\/]/).at(-1) ?? "";
  const clean = last.replace(/[\p{Cc}\p{Bidi_Control}]/gu, "").trim();
  return (clean === "" ? "file" : clean).slice(0, LIMITS.fileNameLength);
}

const safeType = (type: string): string =>
  /^(?:audio|video|application)\/[a-z0-9.+-]{1,100}$/.test(type) ? type : "application/octet-stream";
