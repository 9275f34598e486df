import type { JSX } from "solid-js";
import { CHANNEL_SETUPS } from "../../../../shared/channels/setups.ts";
import { Channels } from "./channels.tsx";

/** Channels of the desk, set up without a programmer (S1, S37, S50). */
export function ChannelsPage(): JSX.Element {
  return <Channels setups={CHANNEL_SETUPS} />;
}
