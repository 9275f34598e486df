import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { ChatDatabase } from "./database.ts";

/** A file's bytes: from this device, else from the desk, and then kept; nothing when neither has them now. */
export async function fetchFile(
  database: Pick<ChatDatabase, "file" | "keepFile">,
  file: { readonly thread: ThreadId | undefined; readonly item: string; readonly sha: string },
  secret: string,
): Promise<Blob | undefined> {
  const kept = await database.file(file.sha);
  if (kept !== undefined) return kept.blob;
  const response = await fetch(`/files/${file.thread}/${file.item}/${file.sha}`, {
    headers: { authorization: `Bearer ${secret}` },
  }).catch(() => undefined);
  if (response?.ok !== true) return undefined;
  const blob = await response.blob();
  await database.keepFile(file.sha, blob, "").catch(() => undefined); // a full device still shows it
  return blob;
}
