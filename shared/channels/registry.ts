import type { ChannelKind } from "../items/open.ts";
import { type ChannelAbilities, page } from "./abilities.ts";
import { api } from "./api.ts";
import { email } from "./email.ts";
import { max } from "./max.ts";
import { phone } from "./phone.ts";
import { telegram } from "./telegram.ts";
import { vk } from "./vk.ts";
import { whatsapp } from "./whatsapp.ts";

/** What each channel can do. A new channel is a file beside this one and a line here. */
const ABILITIES: readonly ChannelAbilities[] = [
  page("link"),
  page("widget"),
  telegram,
  email,
  vk,
  max,
  whatsapp,
  phone,
  api,
];

const BY_KIND: ReadonlyMap<string, ChannelAbilities> = new Map(ABILITIES.map((one) => [one.kind, one]));

/** Abilities by the channel of a head; a dialog without one is a page's. An unknown channel (of a later version) is carried by nobody. */
export function abilitiesOf(channel: string | null): ChannelAbilities {
  const known = BY_KIND.get(channel ?? "link");
  return known ?? { ...page("desk"), kind: (channel ?? "desk") as ChannelKind, carried: "none" }; // named as the head does
}
