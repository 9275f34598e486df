import type { Json } from "../../../shared/kernel/canonical.ts";
import type { RemoteFile } from "../port.ts";
import type { TelegramMessage } from "./update.ts";

type FileLike = { readonly file_id: string; readonly file_size?: number; readonly mime_type?: string };

/** Files of a message, the largest size of a picture. Larger than a bot may fetch stay with name and size: the core says so. */
export function filesOf(message: TelegramMessage): readonly RemoteFile[] {
  const { photo, document, animation, voice, audio, video, video_note: note, sticker } = message;
  const n = message.message_id;
  if (photo !== undefined) {
    const largest = photo.toSorted((a, b) => b.width * b.height - a.width * a.height)[0];
    return largest === undefined ? [] : [remote(largest, `photo-${n}.jpg`, "image/jpeg")];
  }
  // An animation comes as a document of the same file, too.
  if (animation !== undefined) return [remote(animation, animation.file_name ?? `animation-${n}.mp4`, "video/mp4")];
  if (document !== undefined)
    return [remote(document, document.file_name ?? `document-${n}`, "application/octet-stream")];
  if (voice !== undefined) return [remote(voice, `voice-${n}.ogg`, "audio/ogg")];
  if (audio !== undefined) return [remote(audio, audio.file_name ?? `audio-${n}.mp3`, "audio/mpeg")];
  if (video !== undefined) return [remote(video, video.file_name ?? `video-${n}.mp4`, "video/mp4")];
  if (note !== undefined) return [remote(note, `video-${n}.mp4`, "video/mp4")];
  if (sticker !== undefined) {
    if (sticker.is_video === true) return [remote(sticker, `sticker-${n}.webm`, "video/webm")];
    if (sticker.is_animated === true) return [remote(sticker, `sticker-${n}.tgs`, "application/x-tgsticker")];
    return [remote(sticker, `sticker-${n}.webp`, "image/webp")];
  }
  return [];
}

/** The text of a message in words: what was written, or what stands for a place, a contact, a poll; nothing where we know no words. */
export function textOf(message: TelegramMessage): string | undefined {
  const written = message.text ?? message.caption;
  if (written !== undefined) return written;
  const { venue, location, contact, poll, dice, sticker } = message;
  if (venue !== undefined) return `📍 ${venue.title}, ${venue.address}\n${mapLink(venue.location)}`;
  if (location !== undefined) return `📍 ${location.latitude}, ${location.longitude}\n${mapLink(location)}`;
  if (contact !== undefined) {
    return `👤 ${[contact.first_name, contact.last_name, phoneOf(contact.phone_number)].filter(Boolean).join(" ")}`;
  }
  if (poll !== undefined)
    return [`📊 ${poll.question}`, ...poll.options.map((option) => `• ${option.text}`)].join("\n");
  if (dice !== undefined) return `${dice.emoji} ${dice.value}`;
  return sticker?.emoji;
}

/** A phone number with its plus: Telegram gives it with or without. */
export const phoneOf = (number: string): string => `+${number.replaceAll(/\D/g, "")}`;

const mapLink = (at: { readonly latitude: number; readonly longitude: number }): string =>
  `https://www.openstreetmap.org/?mlat=${at.latitude}&mlon=${at.longitude}#map=17/${at.latitude}/${at.longitude}`;

function remote(file: FileLike, name: string, type: string): RemoteFile {
  const ref: Json = { file: file.file_id };
  return {
    name,
    type: file.mime_type ?? type,
    ...(file.file_size === undefined ? {} : { size: file.file_size }),
    ref,
  };
}
