import { apiModule } from "./api/module.ts";
import { emailModule } from "./email/module.ts";
import { maxModule } from "./max/module.ts";
import { phoneModule } from "./phone/module.ts";
import type { ChannelModule } from "./port.ts";
import { telegramModule } from "./telegram/module.ts";
import { vkModule } from "./vk/module.ts";
import { whatsappModule } from "./whatsapp/module.ts";

/** Every kind of channel that somebody must carry. A new one is a folder beside this file and a line here. */
export const CHANNEL_MODULES: readonly ChannelModule[] = [
  telegramModule,
  emailModule,
  vkModule,
  maxModule,
  whatsappModule,
  phoneModule,
  apiModule,
];
