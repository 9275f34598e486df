import type { ChannelAbilities } from "./abilities.ts";

/**
 * Telephone: calls come in, nothing is carried out. A number names its caller, but exchanges let it be forged: it proves nobody.
 */
export const phone: ChannelAbilities = {
  kind: "phone",
  carried: "none",
  textLength: 0,
  fileBytesOut: 0,
  fileBytesIn: 0,
  buttons: 0,
  buttonLength: 0,
  typing: false,
  receipts: "none",
  replies: false,
  dedupes: true,
  writesFirst: false,
  threading: "user",
  verifies: false,
};
