import type { FileRef } from "../../shared/items/base.ts";
import { sha256HexOfBytes } from "../../shared/kernel/hash.ts";
import { LIMITS } from "../../shared/kernel/schema.ts";
import type { UploadAnswer } from "../../shared/protocol/files.ts";
import { isRefusedFileName, PART_BYTES } from "../../shared/protocol/files.ts";

/** Why a file cannot go. */
export type FileFault = "too-large" | "kind" | "empty" | "unreadable";

/** SHA-256 in hex; by WebCrypto, or in script where the page is on plain http and has none. */
async function shaOf(bytes: ArrayBuffer): Promise<string> {
  if (crypto.subtle === undefined) return sha256HexOfBytes(new Uint8Array(bytes));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function pictureSize(file: Blob): Promise<{ width: number; height: number } | undefined> {
  if (!file.type.startsWith("image/")) return undefined;
  try {
    const picture = await createImageBitmap(file);
    const size = { width: picture.width, height: picture.height };
    picture.close();
    return size;
  } catch {
    return undefined; // not a picture that this browser can read: it goes as a file
  }
}

/** Reads a file that the person chose; the bytes come back as a blob of their own, so that a change on disk does no harm. */
export async function readFile(
  file: File,
): Promise<{ readonly ref: FileRef; readonly blob: Blob } | { readonly fault: FileFault }> {
  if (file.size === 0) return { fault: "empty" };
  if (file.size > LIMITS.fileBytes) return { fault: "too-large" };
  if (isRefusedFileName(file.name)) return { fault: "kind" };
  let bytes: ArrayBuffer;
  try {
    bytes = await file.arrayBuffer();
  } catch {
    return { fault: "unreadable" };
  }
  const type = file.type === "" ? "application/octet-stream" : file.type;
  const blob = new Blob([bytes], { type });
  const name = (file.name === "" ? "file" : file.name).slice(-LIMITS.fileNameLength);
  return { ref: { sha: await shaOf(bytes), name, type, size: file.size, ...(await pictureSize(blob)) }, blob };
}

/** How an upload ended: `again` keeps the file queued. */
export type UploadEnd = "complete" | "again" | { readonly refused: string };

/** Sends a file in parts, going on from where the server is. */
export async function uploadFile(
  ref: FileRef,
  blob: Blob,
  options: {
    readonly root: string;
    readonly secret: string;
    readonly signal: AbortSignal;
    readonly onSent: (bytes: number) => void;
  },
): Promise<UploadEnd> {
  const headers = { authorization: `Bearer ${options.secret}` };
  const { sha, size, name, type } = ref;
  let answer = await attempt(
    fetch(options.root, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({ sha, size, name, type }),
      signal: options.signal,
    }),
  );
  while (typeof answer === "object" && "offset" in answer && !answer.complete) {
    options.onSent(answer.offset);
    answer = await attempt(
      fetch(`${options.root}/${sha}`, {
        method: "PATCH",
        headers: { ...headers, "upload-offset": String(answer.offset) },
        body: blob.slice(answer.offset, answer.offset + PART_BYTES),
        signal: options.signal,
      }),
    );
  }
  if (typeof answer === "object" && "offset" in answer) {
    options.onSent(size);
    return "complete";
  }
  return answer;
}

/** Codes with which the server says that this file will never do. */
const FINAL = new Set([400, 413, 415]);

async function attempt(call: Promise<Response>): Promise<UploadAnswer | Exclude<UploadEnd, "complete">> {
  try {
    const response = await call;
    const body = (await response.json()) as UploadAnswer & { code?: string };
    if (response.ok) return body;
    return FINAL.has(response.status) ? { refused: body.code ?? "file-refused" } : "again";
  } catch {
    return "again"; // no network, or an answer that is not ours
  }
}
