import type { ChannelAbilities } from "./abilities.ts";

/** Messages of a VK community (dev.vk.com/ru/method/messages.send, .../bots/development/keyboard). */
export const vk: ChannelAbilities = {
  kind: "vk",
  carried: "connector",
  textLength: 4096,
  fileBytesOut: 64 * 1024 * 1024,
  fileBytesIn: 64 * 1024 * 1024,
  buttons: 10,
  buttonLength: 40,
  typing: true,
  receipts: "read",
  replies: true,
  dedupes: true,
  writesFirst: false,
  threading: "user",
  verifies: true,
};
