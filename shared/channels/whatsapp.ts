import type { ChannelAbilities } from "./abilities.ts";

/**
 * WhatsApp Cloud API. One message has either three reply buttons of 20 characters or a list of ten rows; a list's row shows
 * longer words as its description. Files by the kinds that Meta takes; everything else becomes a link.
 */
export const whatsapp: ChannelAbilities = {
  kind: "whatsapp",
  carried: "connector",
  textLength: 4096,
  fileBytesOut: 64 * 1024 * 1024,
  fileBytesIn: 64 * 1024 * 1024,
  fileTypes: [
    "image/jpeg",
    "image/png",
    "video/mp4",
    "video/3gpp",
    "audio/aac",
    "audio/amr",
    "audio/mpeg",
    "audio/mp4",
    "audio/ogg",
    "text/plain",
    "application/pdf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.",
  ],
  buttons: 10,
  buttonLength: 20,
  typing: true,
  receipts: "read",
  replies: true,
  dedupes: false,
  writesFirst: false,
  window: 24 * 60 * 60 * 1000,
  threading: "user",
  verifies: true,
};
