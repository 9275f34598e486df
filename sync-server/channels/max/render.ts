import { max } from "../../../shared/channels/max.ts";
import { splitText } from "../../../shared/channels/split-text.ts";
import type { Json } from "../../../shared/kernel/canonical.ts";
import type { OutFile, Outgoing } from "../port.ts";

/** As what MAX takes a file. */
export type UploadType = "image" | "video" | "audio" | "file";

/** One message of MAX. */
export type MaxPart = {
  readonly kind: "message";
  readonly text: string;
  readonly file?: OutFile & { readonly as: UploadType };
  readonly replyTo?: string;
  /** A row each. */
  readonly buttons: readonly { readonly text: string; readonly payload: string }[];
};

/**
 * Text in pieces and a message a file (MAX lets a document stand alone only); a text that one file can carry goes with it.
 * With buttons the text comes last, because a document cannot carry them.
 */
export function renderMax(outgoing: Outgoing, signed: boolean): readonly MaxPart[] {
  const said = signed && outgoing.by !== undefined ? `${outgoing.by}:\n${outgoing.text}` : outgoing.text;
  const buttons = outgoing.choices.map((choice) => ({ text: choice.label, payload: choice.value }));
  const text = said === "" && buttons.length > 0 ? "⬇️" : said;
  const [only] = outgoing.files;
  const files = outgoing.files.map((file) => filePart(file, ""));
  const texts = splitText(text, max.textLength).map(
    (piece): MaxPart => ({ kind: "message", text: piece, buttons: [] }),
  );
  const parts =
    buttons.length > 0
      ? [...files, ...texts]
      : only !== undefined && files.length === 1 && text.length <= max.textLength
        ? [filePart(only, text)]
        : [...texts, ...files];
  const replyTo = outgoing.replyTo?.startsWith("mid.") === true ? outgoing.replyTo : undefined;
  return parts.map((part, at) => ({
    ...part,
    ...(at === 0 && replyTo !== undefined ? { replyTo } : {}),
    ...(at === parts.length - 1 ? { buttons } : {}),
  }));
}

const filePart = (file: OutFile, text: string): MaxPart => ({
  kind: "message",
  text,
  file: { ...file, as: uploadType(file) },
  buttons: [],
});

const IMAGE_BYTES = 50 * 1024 * 1024;
const IMAGE_SIDE = 7680;
const IMAGES = new Set(["image/jpeg", "image/png", "image/gif", "image/bmp", "image/tiff", "image/heic"]);
const VIDEOS = new Set(["video/mp4", "video/quicktime", "video/x-matroska", "video/webm"]);
const SOUNDS = new Set(["audio/mpeg", "audio/wav", "audio/mp4", "audio/x-m4a"]);

/** POST /uploads: pictures up to 50 MB and 7680 px a side; what MAX would not play or show leaves as a document. */
function uploadType({ type, size, width, height }: OutFile): UploadType {
  if (IMAGES.has(type) && size <= IMAGE_BYTES && (width ?? 0) <= IMAGE_SIDE && (height ?? 0) <= IMAGE_SIDE)
    return "image";
  if (VIDEOS.has(type)) return "video";
  return SOUNDS.has(type) ? "audio" : "file";
}

/** Where an address that `parse` made leads: the dialog, or the user where the dialog was not told. */
export function recipientOf(address: Json): { readonly name: "chat_id" | "user_id"; readonly id: number } {
  const given: object = address !== null && typeof address === "object" ? address : {};
  const chat: unknown = Reflect.get(given, "chat");
  if (typeof chat === "number") return { name: "chat_id", id: chat };
  const user: unknown = Reflect.get(given, "user");
  if (typeof user === "number") return { name: "user_id", id: user };
  throw new TypeError("no address of MAX");
}
