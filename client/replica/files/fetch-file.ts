import type { ItemId, ThreadId } from "../../../shared/kernel/ids.ts";
import { sha256OfBlob } from "../../platform/device-key.ts";
import type { Environment } from "../../platform/environment.ts";
import { openAnswer } from "../http.ts";

/** A file's bytes from the server, when they are what their name says; a captive portal's page never is. */
export async function fetchFile(
  environment: Environment,
  { thread, item, sha }: { readonly thread: ThreadId; readonly item: ItemId; readonly sha: string },
): Promise<Blob | undefined> {
  const fetch: Environment["fetch"] = (path, init) => environment.fetch(path, init);
  const answer = await openAnswer(fetch, `/files/${thread}/${item}/${sha}`, { headers: { accept: "*/*" } });
  if (!answer.ok) return undefined;
  const bytes = await answer.value.blob().catch(() => undefined);
  return bytes !== undefined && (await sha256OfBlob(bytes)) === sha ? bytes : undefined;
}
