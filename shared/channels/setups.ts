import { apiSetup } from "./api-setup.ts";
import { emailSetup } from "./email-setup.ts";
import { maxSetup } from "./max-setup.ts";
import { phoneSetup } from "./phone-setup.ts";
import type { ChannelSetup } from "./setup.ts";
import { telegramSetup } from "./telegram-setup.ts";
import { vkSetup } from "./vk-setup.ts";
import { whatsappSetup } from "./whatsapp-setup.ts";

/** Forms of all channels that an admin can add, in the order in which they are offered. A new one is a line here. */
export const CHANNEL_SETUPS: readonly ChannelSetup[] = [
  telegramSetup,
  emailSetup,
  vkSetup,
  maxSetup,
  whatsappSetup,
  phoneSetup,
  apiSetup,
];
