import { telegram } from "../../../shared/channels/telegram.ts";
import { telegramSetup } from "../../../shared/channels/telegram-setup.ts";
import type { ChannelModule } from "../port.ts";
import { openTelegram } from "./connector.ts";

/** Telegram bots. */
export const telegramModule: ChannelModule = {
  kind: "telegram",
  abilities: telegram,
  setup: telegramSetup,
  open: openTelegram,
};
