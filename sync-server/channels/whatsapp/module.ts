import { whatsapp } from "../../../shared/channels/whatsapp.ts";
import { whatsappSetup } from "../../../shared/channels/whatsapp-setup.ts";
import type { ChannelModule } from "../port.ts";
import { openWhatsapp } from "./connector.ts";

export const whatsappModule: ChannelModule = {
  kind: "whatsapp",
  abilities: whatsapp,
  setup: whatsappSetup,
  open: openWhatsapp,
};
