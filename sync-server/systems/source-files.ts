import { hash } from "node:crypto";
import { SYSTEM } from "../../shared/kernel/ids.ts";
import type { Blobs } from "../stores/blobs.ts";
import { SourceError } from "./source-error.ts";

/** Keeps bytes among the desk's files, as brought by the desk itself; resolves with their SHA-256 in hex. */
export async function keepBytes(files: Blobs, bytes: Uint8Array): Promise<string> {
  const sha = hash("sha256", bytes, "hex");
  const begun = await files.begin(sha, bytes.byteLength, SYSTEM);
  if (!begun.ok) throw new SourceError("too-large", begun.error);
  if (begun.complete) return sha;
  const part = { by: SYSTEM, offset: begun.received, bytes: bytes.subarray(begun.received) };
  if (part.bytes.byteLength > 0) await files.append(sha, part);
  const done = await files.complete(sha, SYSTEM);
  if (!done.ok) throw new SourceError("format", `the file could not be kept: ${done.error}`);
  return sha;
}

/** All bytes of a file of the desk; nothing when it is not here. */
export async function readBytes(files: Blobs, sha: string): Promise<Uint8Array | undefined> {
  const opened = await files.open(sha);
  if (opened === undefined) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of opened.bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const TYPES: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  pdf: "application/pdf",
  txt: "text/plain",
};

/** Media type by the name's ending. */
export const typeOf = (name: string): string =>
  TYPES[name.slice(name.lastIndexOf(".") + 1).toLowerCase()] ?? "application/octet-stream";
