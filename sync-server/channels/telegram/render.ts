import { splitText } from "../../../shared/channels/split-text.ts";
import { telegram } from "../../../shared/channels/telegram.ts";
import type { Json } from "../../../shared/kernel/canonical.ts";
import { sha256Hex } from "../../../shared/kernel/hash.ts";
import type { OutFile, Outgoing } from "../port.ts";

/** One call to Telegram. */
export type TelegramPart = {
  readonly kind: "text" | "photo" | "document";
  readonly text: string;
  readonly file?: OutFile;
  readonly replyTo?: number;
  /** A row each. */
  readonly buttons: readonly { readonly text: string; readonly data: string }[];
};

const CAPTION_LENGTH = 1024;
/**
 * sendPhoto: 10 MB, width and height together 10,000, at most 20 times as long as wide; Telegram makes a JPEG of it. Where the
 * size is not known Telegram is asked, and a picture that it refuses leaves as a document (`send`).
 */
const PHOTO_BYTES = 10 * 1024 * 1024;
const PHOTO_TYPES = new Set(["image/jpeg", "image/png", "image/webp"]);

/**
 * Text in pieces, then a part a file; a text that one file can carry goes with it. Buttons stand under the last part, and
 * the first one points at the message that it answers.
 */
export function renderTelegram(outgoing: Outgoing, address: Json, signed: boolean): readonly TelegramPart[] {
  const text = signed && outgoing.by !== undefined ? `${outgoing.by}:\n${outgoing.text}` : outgoing.text;
  const [only] = outgoing.files;
  const carried = only !== undefined && outgoing.files.length === 1 && text.length <= CAPTION_LENGTH;
  const bare: readonly TelegramPart[] = carried
    ? [filePart(only, text)]
    : [
        ...splitText(text, telegram.textLength).map(
          (piece): TelegramPart => ({ kind: "text", text: piece, buttons: [] }),
        ),
        ...outgoing.files.map((file) => filePart(file, "")),
      ];
  const buttons = outgoing.choices.map((choice) => ({ text: choice.label, data: callbackData(choice.value) }));
  // Buttons cannot stand alone in Telegram.
  const parts = bare.length === 0 && buttons.length > 0 ? [{ kind: "text", text: "⬇️", buttons } as const] : bare;
  const replyTo = replyIn(outgoing.replyTo, address);
  return parts.map((part, at) => ({
    ...part,
    ...(at === 0 && replyTo !== undefined ? { replyTo } : {}),
    ...(at === parts.length - 1 ? { buttons } : {}),
  }));
}

/** What a button sends back: 64 bytes at most, so a longer value leaves as `~` and the first 40 hex digits of its SHA-256. */
export function callbackData(value: string): string {
  const bytes = new TextEncoder().encode(value).length;
  return bytes <= 64 && bytes > 0 ? value : `~${sha256Hex(value).slice(0, 40)}`;
}

function filePart(file: OutFile, text: string): TelegramPart {
  return { kind: isPhoto(file) ? "photo" : "document", text, file, buttons: [] };
}

function isPhoto(file: OutFile): boolean {
  const { width, height } = file;
  if (!PHOTO_TYPES.has(file.type) || file.size > PHOTO_BYTES) return false;
  if (width === undefined || height === undefined) return true;
  return width + height <= 10_000 && Math.max(width, height) <= 20 * Math.min(width, height);
}

/** A message of the same chat only; the number behind the chat's. */
function replyIn(replyTo: string | undefined, address: Json): number | undefined {
  const [, chat, message] = /^(-?\d+):(\d+)$/.exec(replyTo ?? "") ?? [];
  return chat !== undefined && Number(chat) === chatOf(address) ? Number(message) : undefined;
}

/** The chat of an address that `parse` made. */
export function chatOf(address: Json): number {
  const chat: unknown = address !== null && typeof address === "object" ? Reflect.get(address, "chat") : undefined;
  if (typeof chat !== "number") throw new TypeError("no address of Telegram");
  return chat;
}
