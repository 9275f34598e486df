import type { ChannelAbilities } from "./abilities.ts";

/** A Telegram bot (core.telegram.org/bots/api): private chats only; no ticks, no key against doubles, cannot write first. */
export const telegram: ChannelAbilities = {
  kind: "telegram",
  carried: "connector",
  textLength: 4096,
  fileBytesOut: 50 * 1024 * 1024,
  fileBytesIn: 20 * 1024 * 1024,
  buttons: 20,
  buttonLength: 64,
  typing: true,
  receipts: "none",
  replies: true,
  dedupes: false,
  writesFirst: false,
  threading: "user",
  verifies: true,
};
