import type { ChannelAbilities } from "./abilities.ts";

const MEBIBYTE = 1024 * 1024;

/**
 * E-mail. Files out: 18 MiB leave as about 25 MB of base64, which is what most mailboxes take. Choices leave as numbered
 * lines, because nothing can be pressed in a mail. A Message-ID is no guarantee that a mail is shown once, so what is unknown
 * stays unknown.
 */
export const email: ChannelAbilities = {
  kind: "email",
  carried: "connector",
  textLength: 20_000,
  fileBytesOut: 18 * MEBIBYTE,
  fileBytesIn: 40 * MEBIBYTE,
  buttons: 0,
  buttonLength: 300,
  typing: false,
  receipts: "none",
  replies: true,
  dedupes: false,
  writesFirst: true,
  threading: "references",
  verifies: false,
};
