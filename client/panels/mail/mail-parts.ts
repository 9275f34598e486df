import type { MailExtra } from "../../../shared/channels/email-extra.ts";
import type { ItemId, ThreadId } from "../../../shared/kernel/ids.ts";
import { fail, ok, type Result } from "../../../shared/kernel/result.ts";

/** Fetches a file of a message, from this device where it is here; nothing when it cannot be had now. */
export type FileOfMail = (thread: ThreadId, item: ItemId, sha: string) => Promise<Blob | undefined>;

/** Where a mail stands. */
export type MailPlace = { readonly thread: ThreadId; readonly item: ItemId; readonly extra: MailExtra };

/** More than anybody writes; what unpacks to more was made to fill a memory. */
const HTML_BYTES = 8 * 1024 * 1024;
const PICTURE_BYTES = 12 * 1024 * 1024;

/** The HTML of a mail as it was sent; `away` when it is not to be had now, `broken` when it cannot be read. */
export async function htmlOfMail(
  { thread, item, extra }: MailPlace,
  file: FileOfMail,
): Promise<Result<string, "away" | "broken">> {
  if (extra.html === undefined) return fail("broken");
  const packed = await file(thread, item, extra.html).catch(() => undefined);
  if (packed === undefined) return fail("away");
  try {
    return ok(await unpacked(packed));
  } catch {
    return fail("broken"); // it is not what the desk packed
  }
}

async function unpacked(packed: Blob): Promise<string> {
  const { readable, writable } = new DecompressionStream("gzip");
  const writer = writable.getWriter();
  const written = packed.arrayBuffer().then(async (bytes) => {
    await writer.write(new Uint8Array(bytes));
    await writer.close();
  });
  written.catch((error: unknown) => writer.abort(error).catch(() => undefined)); // reading fails of the same
  const reader = readable.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let bytes = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > HTML_BYTES) {
      await reader.cancel();
      throw new Error("too long");
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** The pictures that a mail brought and its HTML shows, as `data:` addresses; those that are away are left out. */
export async function picturesOfMail(
  { thread, item, extra }: MailPlace,
  html: string,
  file: FileOfMail,
): Promise<ReadonlyMap<string, string>> {
  const shown = Object.entries(extra.cids ?? {}).filter(
    ([cid]) => html.includes(cid) || html.includes(encodeURIComponent(cid)),
  );
  const found = await Promise.all(
    shown.map(async ([cid, sha]) => {
      const blob = await file(thread, item, sha).catch(() => undefined);
      return blob === undefined || blob.size > PICTURE_BYTES ? undefined : ([cid, await dataAddress(blob)] as const);
    }),
  );
  return new Map(found.filter((one) => one !== undefined));
}

const dataAddress = (blob: Blob): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(typeof reader.result === "string" ? reader.result : ""));
    reader.addEventListener("error", () => reject(reader.error ?? new Error("unreadable")));
    reader.readAsDataURL(blob);
  });
