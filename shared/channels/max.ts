import type { ChannelAbilities } from "./abilities.ts";

/** A bot of the messenger MAX (dev.max.ru/docs-api): dialogs only; no ticks, no key against doubles, cannot write first. */
export const max: ChannelAbilities = {
  kind: "max",
  carried: "connector",
  textLength: 4000,
  fileBytesOut: 64 * 1024 * 1024,
  fileBytesIn: 64 * 1024 * 1024,
  buttons: 30,
  buttonLength: 128,
  typing: true,
  receipts: "none",
  replies: true,
  dedupes: false,
  writesFirst: false,
  threading: "user",
  verifies: true,
};
