import { gzipSync } from "node:zlib";
import type { Attachment, Email } from "postal-mime";
import { sha256HexOfBytes } from "../../../shared/kernel/hash.ts";
import { LIMITS } from "../../../shared/kernel/schema.ts";
import type { RemoteFile } from "../port.ts";
import { cleanWord } from "./headers.ts";

/** How the file with a mail's HTML is called. */
const HTML_FILE = "message.html.gz";

/** Files of a mail, and what its HTML needs of them. */
export type MailFiles = {
  readonly files: readonly RemoteFile[];
  /** SHA-256 of the file that holds the HTML. */
  readonly html?: string;
  /** Pictures of the HTML by Content-ID. */
  readonly cids: Readonly<Record<string, string>>;
};

const SUFFIXES: Readonly<Record<string, string>> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/gif": "gif",
  "image/webp": "webp",
  "application/pdf": "pdf",
  "text/plain": "txt",
  "text/html": "html",
  "text/calendar": "ics",
  "message/rfc822": "eml",
  "application/pkcs7-mime": "p7m",
  "application/pkcs7-signature": "p7s",
  "application/ms-tnef": "dat",
};

/**
 * Everything of a mail that is no text, as files: the HTML as it was sent, pictures that it shows, attachments; the whole
 * text where it is too long to be read as a message; the whole mail when there are more files than one message has.
 */
export function filesOfMail(mail: Email, source: Uint8Array, wholeText: string | undefined): MailFiles {
  const files: RemoteFile[] = [];
  const cids: Record<string, string> = {};
  let html: string | undefined;
  if (mail.html !== undefined && mail.html.trim() !== "") {
    // Packed: a page by its first bytes is refused at every door, and rightly.
    const bytes = gzipSync(mail.html, { level: 9 });
    html = sha256HexOfBytes(bytes);
    files.push(fileOf(HTML_FILE, "application/gzip", bytes));
  }
  if (wholeText !== undefined) files.push(fileOf("message.txt", "text/plain", new TextEncoder().encode(wholeText)));
  const known = new Set<string>();
  for (const [i, attachment] of mail.attachments.entries()) {
    const bytes = bytesOf(attachment);
    const sha = sha256HexOfBytes(bytes);
    const cid = cidOf(attachment);
    if (cid !== undefined && attachment.mimeType.startsWith("image/")) cids[cid] = sha;
    // The same picture many times over, as in long threads, is one file.
    if (bytes.length === 0 || known.has(sha)) continue;
    known.add(sha);
    files.push(fileOf(nameOf(attachment, i), attachment.mimeType, bytes));
  }
  const kept =
    files.length <= LIMITS.filesPerItem
      ? files
      : [...files.slice(0, LIMITS.filesPerItem - 1), fileOf("message.eml", "message/rfc822", source)];
  return { files: kept, cids, ...(html === undefined ? {} : { html }) };
}

const fileOf = (name: string, type: string, bytes: Uint8Array): RemoteFile => ({
  name,
  type: type.slice(0, 127) || "application/octet-stream",
  size: bytes.length,
  ref: null,
  bytes,
});

function bytesOf({ content }: Attachment): Uint8Array {
  if (typeof content === "string") return new TextEncoder().encode(content);
  return content instanceof Uint8Array ? content : new Uint8Array(content);
}

const cidOf = ({ contentId }: Attachment): string | undefined => {
  const cid = contentId?.replaceAll(/[<>\s]/g, "") ?? "";
  return cid === "" || cid.length > 200 ? undefined : cid;
};

/** Its own name without a path, else one that says what it is. */
function nameOf(attachment: Attachment, index: number): string {
  const own = cleanWord((attachment.filename ?? "").replace(/^.*[/\\]/, ""));
  if (own !== "") return own.slice(-LIMITS.fileNameLength);
  const suffix = SUFFIXES[attachment.mimeType] ?? "bin";
  if (attachment.mimeType === "text/calendar") return "invite.ics";
  if (attachment.mimeType === "message/rfc822") return `message-${index + 1}.eml`;
  return `attachment-${index + 1}.${suffix}`;
}
