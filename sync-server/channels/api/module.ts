import { api } from "../../../shared/channels/api.ts";
import { apiSetup } from "../../../shared/channels/api-setup.ts";
import type { ChannelModule } from "../port.ts";
import { openApiChannel } from "./connector.ts";

export const apiModule: ChannelModule = { kind: "api", abilities: api, setup: apiSetup, open: openApiChannel };
