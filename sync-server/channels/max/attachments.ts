import type { Json } from "../../../shared/kernel/canonical.ts";
import type { RemoteFile } from "../port.ts";
import type { MaxAttachment, MaxBody } from "./update.ts";

/** Files of a message. Of pictures and sound MAX tells no size; of videos it gives the address only when asked (`fetch`). */
export function filesOf(body: MaxBody): readonly RemoteFile[] {
  return (body.attachments ?? []).flatMap((one, at) => {
    const file = fileOf(one, at + 1);
    return file === undefined ? [] : [file];
  });
}

function fileOf({ type, payload, filename, size }: MaxAttachment, n: number): RemoteFile | undefined {
  const url = payload?.url ?? undefined;
  const token = payload?.token ?? undefined;
  if (type === "video" && token !== undefined) {
    return { name: filename ?? `video-${n}.mp4`, type: "video/mp4", ref: { video: token } };
  }
  const known = KINDS[type];
  if (known === undefined || url === undefined) return undefined;
  const ref: Json = { url };
  const name = filename ?? `${known.name}-${n}${known.extension}`;
  return { name, type: known.type, ref, ...(typeof size === "number" ? { size } : {}) };
}

type Kind = { readonly name: string; readonly extension: string; readonly type: string };
const KINDS: Readonly<Record<string, Kind>> = {
  image: { name: "photo", extension: ".jpg", type: "image/jpeg" },
  audio: { name: "voice", extension: ".mp3", type: "audio/mpeg" },
  sticker: { name: "sticker", extension: ".webp", type: "image/webp" },
  file: { name: "file", extension: "", type: "application/octet-stream" },
};

/** The text of a message, with what stands for a place, a contact, a shared link; nothing where we know no words. */
export function textOf(body: MaxBody): string | undefined {
  const lines = [body.text ?? "", ...(body.attachments ?? []).map((one) => linesOf(one, body.text ?? ""))];
  const said = lines.filter((line) => line !== "");
  return said.length === 0 ? undefined : said.join("\n");
}

function linesOf({ type, payload, latitude, longitude, title }: MaxAttachment, text: string): string {
  if (type === "location" && typeof latitude === "number" && typeof longitude === "number") {
    const at = `${latitude}, ${longitude}`;
    return `📍 ${at}\nhttps://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=17/${latitude}/${longitude}`;
  }
  if (type === "contact") {
    const { name, phone } = readCard(payload?.vcf_info ?? "");
    const shown = name ?? payload?.max_info?.name ?? payload?.max_info?.first_name ?? undefined;
    return `👤 ${[shown, phone].filter((part) => part !== undefined).join(" ")}`.trimEnd();
  }
  // The preview of a link that stands in the text says nothing new.
  const url = payload?.url;
  if (type === "share" && typeof url === "string" && !text.includes(url))
    return [title, url].filter(Boolean).join("\n");
  return "";
}

/** Name and first number of a vCard (RFC 6350, 2426): lines folded or not, with or without a group. */
export function readCard(card: string): { readonly name?: string; readonly phone?: string } {
  const lines = card.replaceAll(/\r?\n[ \t]/g, "").split(/\r?\n/);
  const value = (field: string): string | undefined => {
    const line = lines.find((one) => new RegExp(`^(?:[\\w-]+\\.)?${field}[;:]`, "i").test(one));
    const said = line?.slice(line.indexOf(":") + 1).trim();
    return said === "" ? undefined : said;
  };
  const name = value("FN");
  const digits = value("TEL")?.replaceAll(/\D/g, "") ?? "";
  return { ...(name === undefined ? {} : { name }), ...(digits === "" ? {} : { phone: `+${digits}` }) };
}
