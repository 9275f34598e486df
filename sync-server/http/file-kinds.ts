/**
 * What a file is, by its first bytes (after the WHATWG's "MIME Sniffing" for pages and pictures). `refused`: what a
 * browser or a system would run. Everything unknown is kept as bytes and only ever given out as an attachment.
 */
export type FileKind = { readonly kind: "refused" } | { readonly kind: "picture" | "other"; readonly type: string };

/** How many first bytes are looked at. */
export const SNIFFED_BYTES = 4_096;

const refused: FileKind = { kind: "refused" };
const picture = (type: string): FileKind => ({ kind: "picture", type });
const other = (type: string): FileKind => ({ kind: "other", type });

/** Starts of what runs: Windows, Linux, macOS, Java, Android, shortcuts, help files, WebAssembly, scripts. */
const RUNNING: readonly (readonly number[])[] = [
  [0x4d, 0x5a],
  [0x7f, 0x45, 0x4c, 0x46],
  [0xfe, 0xed, 0xfa, 0xce],
  [0xfe, 0xed, 0xfa, 0xcf],
  [0xce, 0xfa, 0xed, 0xfe],
  [0xcf, 0xfa, 0xed, 0xfe],
  [0xca, 0xfe, 0xba, 0xbe],
  [0x64, 0x65, 0x78, 0x0a],
  [0x4c, 0x00, 0x00, 0x00, 0x01, 0x14, 0x02, 0x00],
  [0x49, 0x54, 0x53, 0x46],
  [0x00, 0x61, 0x73, 0x6d],
  [0x23, 0x21],
];

const STARTS: readonly (readonly [readonly number[], FileKind])[] = [
  [[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], picture("image/png")],
  [[0xff, 0xd8, 0xff], picture("image/jpeg")],
  [[0x47, 0x49, 0x46, 0x38], picture("image/gif")],
  [[0x25, 0x50, 0x44, 0x46, 0x2d], other("application/pdf")],
  [[0x50, 0x4b, 0x03, 0x04], other("application/zip")],
  [[0x50, 0x4b, 0x05, 0x06], other("application/zip")],
  [[0x1f, 0x8b], other("application/gzip")],
  [[0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], other("application/x-7z-compressed")],
  [[0x52, 0x61, 0x72, 0x21], other("application/vnd.rar")],
  [[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], other("application/x-ole-storage")],
  [[0x7b, 0x5c, 0x72, 0x74, 0x66], other("application/rtf")],
  [[0x49, 0x44, 0x33], other("audio/mpeg")],
  [[0xff, 0xfb], other("audio/mpeg")],
  [[0x4f, 0x67, 0x67, 0x53], other("application/ogg")],
  [[0x66, 0x4c, 0x61, 0x43], other("audio/flac")],
  [[0x1a, 0x45, 0xdf, 0xa3], other("video/webm")],
];

/** Tags with which a page, a drawing or a script begins, wherever white space and comments let it. */
const MARKUP =
  /^(?:<!doctype|<\?xml|<!--|<(?:html|head|body|script|iframe|svg|style|table|title|meta|link|a|div|h1|img|object|embed|form|p|b|br|math|x?:?xsl)[\s>/])/i;

/** Reads the kind from the first bytes of a file. */
export function sniffKind(start: Uint8Array): FileKind {
  if (RUNNING.some((magic) => beginsWith(start, magic))) return refused;
  for (const [magic, kind] of STARTS) if (beginsWith(start, magic)) return kind;
  if (ascii(start, 0, 4) === "RIFF") {
    const form = ascii(start, 8, 4);
    if (form === "WEBP") return picture("image/webp");
    return other(form === "WAVE" ? "audio/wav" : form === "AVI " ? "video/x-msvideo" : "application/octet-stream");
  }
  if (ascii(start, 4, 4) === "ftyp") return ofIsoMedia(ascii(start, 8, 4));
  return sniffText(start);
}

function ofIsoMedia(brand: string): FileKind {
  if (brand === "avif" || brand === "avis") return picture("image/avif");
  if (brand.startsWith("hei") || brand === "mif1") return other("image/heic");
  if (brand.startsWith("M4A")) return other("audio/mp4");
  return other(brand.startsWith("qt") ? "video/quicktime" : "video/mp4");
}

function sniffText(start: Uint8Array): FileKind {
  const text = decode(start.subarray(0, SNIFFED_BYTES));
  if (text === undefined) return other("application/octet-stream");
  return MARKUP.test(text.trimStart()) ? refused : other("text/plain; charset=utf-8");
}

/** The text of UTF-8 or UTF-16 bytes; nothing when they are not text. A cut last character is left out. */
function decode(bytes: Uint8Array): string | undefined {
  const wide = beginsWith(bytes, [0xff, 0xfe]) ? "utf-16le" : beginsWith(bytes, [0xfe, 0xff]) ? "utf-16be" : undefined;
  try {
    const text = new TextDecoder(wide ?? "utf-8", { fatal: true }).decode(bytes, { stream: true });
    return wide === undefined && text.includes("\u0000") ? undefined : text;
  } catch {
    return undefined; // not text in this encoding
  }
}

const beginsWith = (bytes: Uint8Array, magic: readonly number[]): boolean =>
  magic.every((byte, at) => bytes[at] === byte);
const ascii = (bytes: Uint8Array, from: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(from, from + length));
