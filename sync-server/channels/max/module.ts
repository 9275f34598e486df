import { max } from "../../../shared/channels/max.ts";
import { maxSetup } from "../../../shared/channels/max-setup.ts";
import type { ChannelModule } from "../port.ts";
import { openMax } from "./connector.ts";

/** Bots of the messenger MAX. */
export const maxModule: ChannelModule = { kind: "max", abilities: max, setup: maxSetup, open: openMax };
