import * as v from "valibot";
import type { RemoteFile } from "../port.ts";
import { ChannelError } from "../port.ts";

const ref = v.looseObject({ url: v.string() });

/** A user's file from where VK keeps it; only by https, or from the API's own host (a fake, a proxy). */
export async function fetchFile(
  file: RemoteFile,
  { baseUrl, signal }: { readonly baseUrl: string; readonly signal: AbortSignal },
): Promise<AsyncIterable<Uint8Array>> {
  const url = new URL(v.parse(ref, file.ref).url);
  if (url.protocol !== "https:" && url.origin !== new URL(baseUrl).origin) {
    throw new ChannelError("forbidden", "a file's address that is not of VK");
  }
  let response: Response;
  try {
    response = await fetch(url, { signal });
  } catch (error) {
    throw new ChannelError("unreachable", error instanceof Error ? error.name : "failed");
  }
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new ChannelError(
      response.status === 404 || response.status === 410 ? "gone" : "unreachable",
      `HTTP ${response.status}`,
    );
  }
  return response.body;
}
