import { phone } from "../../../shared/channels/phone.ts";
import { phoneSetup } from "../../../shared/channels/phone-setup.ts";
import type { ChannelModule } from "../port.ts";
import { openPhone } from "./connector.ts";

export const phoneModule: ChannelModule = { kind: "phone", abilities: phone, setup: phoneSetup, open: openPhone };
