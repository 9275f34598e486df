import type { FileRef } from "../../../shared/items/base.ts";
import type { Ms } from "../../../shared/kernel/clock.ts";
import type { ItemId, ThreadId } from "../../../shared/kernel/ids.ts";
import { LIMITS } from "../../../shared/kernel/schema.ts";
import { isRefusedFileName } from "../../../shared/protocol/files.ts";
import { sha256OfBlob } from "../../platform/device-key.ts";
import type { Environment } from "../../platform/environment.ts";
import { ReplicaError } from "../errors.ts";
import { fetchFile } from "./fetch-file.ts";
import type { FileKeep } from "./keep.ts";

/** Names a local file by its content and pins it until it is sent. Rejects with `file-kind`, `malformed`, `storage-full`. */
export async function pinFile(
  keep: FileKeep,
  given: { readonly file: Blob; readonly name: string; readonly now: Ms },
): Promise<FileRef> {
  const { file, name, now } = given;
  if (isRefusedFileName(name)) throw new ReplicaError("file-kind");
  if (file.size === 0 || file.size > LIMITS.fileBytes) throw new ReplicaError("malformed", { detail: "size" });
  const shown = name.trim().slice(-LIMITS.fileNameLength) || "file";
  const ref: FileRef = { sha: await sha256OfBlob(file), name: shown, type: file.type.slice(0, 127), size: file.size };
  await keep.pin(ref, file, now);
  return ref;
}

/** A file's bytes from this device, or from the server and then from this device. */
export async function readFile(
  keep: FileKeep,
  environment: Environment,
  wanted: { readonly thread: ThreadId; readonly item: ItemId; readonly sha: string },
): Promise<Blob | undefined> {
  const { sha } = wanted;
  const kept = await keep.bytes(sha, environment.now()).catch(() => undefined);
  if (kept !== undefined) return kept;
  const bytes = await fetchFile(environment, wanted);
  if (bytes === undefined) return undefined;
  const ref: FileRef = { sha, name: sha, type: bytes.type, size: bytes.size };
  await keep.cache(ref, bytes, environment.now()).catch(() => undefined); // no room: shown all the same
  return bytes;
}
