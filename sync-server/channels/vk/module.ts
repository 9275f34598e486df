import { vk } from "../../../shared/channels/vk.ts";
import { vkSetup } from "../../../shared/channels/vk-setup.ts";
import type { ChannelModule } from "../port.ts";
import { openVk } from "./connector.ts";

export const vkModule: ChannelModule = { kind: "vk", abilities: vk, setup: vkSetup, open: openVk };
