import { max } from "../../../shared/channels/max.ts";
import { ChannelError, type OutFile, type RemoteFile } from "../port.ts";
import { channelErrorOf, fieldOf, type MaxApi, readAnswer } from "./api.ts";
import type { UploadType } from "./render.ts";

/** What a message carries of an uploaded file: `{ token }`, or a picture's `{ photos }`. */
export type Uploaded = { readonly type: UploadType; readonly payload: unknown };

/**
 * Brings a file to MAX: an address from POST /uploads, the bytes as a form to it. Videos and sound have their token from the
 * first answer, pictures and documents from the second.
 */
export async function upload(
  api: MaxApi,
  file: OutFile & { readonly as: UploadType },
  signal: AbortSignal,
): Promise<Uploaded> {
  const place = await api({ method: "POST", path: "/uploads", query: { type: file.as }, signal });
  const url = fieldOf(place, "url");
  if (url === undefined) throw new ChannelError("rejected", "no address for an upload");
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of await file.open()) chunks.push(new Uint8Array(chunk));
  const form = new FormData();
  // Whole in memory: the upload servers want the length before the bytes, and files of the desk are at most 64 MB.
  form.set("data", new Blob(chunks, { type: file.type }), file.name);
  const said = await readAnswer(await fetch(url, { method: "POST", body: form, signal }));
  const token = fieldOf(place, "token");
  if (token !== undefined) return { type: file.as, payload: { token } };
  if (file.as === "image" || fieldOf(said, "token") !== undefined) return { type: file.as, payload: said };
  throw new ChannelError("rejected", "no token for an upload");
}

/** A user's file. Videos are asked for first; the addresses need no key, and get none. */
export async function fetchFile(
  api: MaxApi,
  file: RemoteFile,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  try {
    const url = fieldOf(file.ref, "url") ?? (await videoUrl(api, file, signal));
    const answer = await fetch(url, { signal });
    const length = Number(answer.headers.get("content-length") ?? 0);
    if (answer.ok && answer.body !== null && length <= max.fileBytesIn) return answer.body;
    await answer.body?.cancel();
    if (length > max.fileBytesIn) throw new ChannelError("too-large", file.name);
    throw new ChannelError(answer.status < 500 ? "gone" : "unreachable", `the file: ${answer.status}`);
  } catch (error) {
    throw channelErrorOf(error);
  }
}

/** The best size that MAX offers of a video. */
async function videoUrl(api: MaxApi, file: RemoteFile, signal: AbortSignal): Promise<string> {
  const token = fieldOf(file.ref, "video");
  if (token === undefined) throw new ChannelError("gone", file.name);
  const details = await api({ method: "GET", path: `/videos/${encodeURIComponent(token)}`, signal });
  const urls: unknown = Reflect.get(Object(details), "urls");
  for (const height of [1080, 720, 480, 360, 240, 144]) {
    const url = fieldOf(urls, `mp4_${height}`);
    if (url !== undefined) return url;
  }
  throw new ChannelError("gone", file.name);
}
