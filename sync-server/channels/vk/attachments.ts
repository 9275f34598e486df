import type { RemoteFile } from "../port.ts";
import type { Attachment } from "./payload.ts";

/** What an attachment is to an agent: a file, or a line of the text. */
export type ReadAttachment = { readonly file?: RemoteFile; readonly line?: string };

/** Media types by the extension that VK names; anything else is bytes. */
const TYPES: Readonly<Record<string, string>> = {
  pdf: "application/pdf",
  txt: "text/plain",
  csv: "text/csv",
  zip: "application/zip",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  gif: "image/gif",
  webp: "image/webp",
  ogg: "audio/ogg",
  mp4: "video/mp4",
  doc: "application/msword",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  xls: "application/vnd.ms-excel",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

/** Reads one; of a kind that we do not know its name stays in the text, so that nobody thinks there was nothing. */
export function readAttachment(one: Attachment): ReadAttachment {
  const { photo, doc, audio_message: voice, sticker, graffiti, video, audio, link, wall, market } = one;
  if (photo !== undefined) {
    const url = photo.orig_photo?.url ?? widest(photo.sizes);
    return url === undefined ? { line: "[photo]" } : file(`photo${photo.owner_id}_${photo.id}.jpg`, "image/jpeg", url);
  }
  if (doc !== undefined) {
    if (doc.url === undefined) return { line: `[${doc.title}]` };
    const type = TYPES[doc.ext.toLowerCase()] ?? "application/octet-stream";
    const read = file(doc.title === "" ? `doc${doc.id}.${doc.ext}` : doc.title, type, doc.url);
    return { file: { ...read.file, ...(doc.size === undefined ? {} : { size: doc.size }) } };
  }
  if (voice?.link_ogg !== undefined) return file(`voice${voice.owner_id}_${voice.id}.ogg`, "audio/ogg", voice.link_ogg);
  if (sticker !== undefined) {
    const url = widest(sticker.images);
    return url === undefined ? { line: "[sticker]" } : file(`sticker${sticker.sticker_id}.png`, "image/png", url);
  }
  if (graffiti?.url !== undefined)
    return file(`graffiti${graffiti.owner_id}_${graffiti.id}.png`, "image/png", graffiti.url);
  if (video !== undefined) return { line: named(video.title, `https://vk.com/video${video.owner_id}_${video.id}`) };
  if (audio !== undefined) return { line: `♪ ${audio.artist} – ${audio.title}` };
  if (link !== undefined) return { line: named(link.title, link.url) };
  if (wall !== undefined)
    return { line: `https://vk.com/wall${wall.owner_id ?? wall.to_id ?? wall.from_id ?? 0}_${wall.id}` };
  if (market !== undefined)
    return { line: named(market.title, `https://vk.com/market${market.owner_id}_${market.id}`) };
  return { line: `[${one.type}]` };
}

const named = (title: string, url: string): string => (title === "" ? url : `${title}: ${url}`);

function file(name: string, type: string, url: string): { readonly file: RemoteFile } {
  return { file: { name, type, ref: { url } } };
}

function widest(sizes: readonly { readonly url: string; readonly width: number }[]): string | undefined {
  let best: { readonly url: string; readonly width: number } | undefined;
  for (const size of sizes) if (best === undefined || size.width > best.width) best = size;
  return best?.url;
}
