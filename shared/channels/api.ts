import type { ChannelAbilities } from "./abilities.ts";

const MEBIBYTE = 1024 * 1024;

/** A system that speaks the generic channel of the API: it takes what it is given once by its id. */
export const api: ChannelAbilities = {
  kind: "api",
  carried: "connector",
  textLength: 20_000,
  // In the call itself, as base64: a third more than this.
  fileBytesOut: 5 * MEBIBYTE,
  fileBytesIn: 64 * MEBIBYTE,
  buttons: 10,
  buttonLength: 300,
  typing: true,
  receipts: "read",
  replies: true,
  dedupes: true,
  writesFirst: false,
  threading: "user",
  verifies: true,
};
