import { abilitiesOf } from "../../shared/channels/registry.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { kindOf } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import { channelWords } from "./event-words.ts";
import { fieldFlag, fieldText } from "./fields.ts";
import type { HeadBook } from "./heads.ts";

/** The channel by which a dialog came (a bot, a mailbox), where it came by one. */
export function channelOf(heads: Pick<HeadBook, "get">, head: DeviceHead): DeviceHead | undefined {
  return head.link !== undefined && kindOf(head.link) === "channel" ? heads.get(head.link) : undefined;
}

/** What agents call it; empty where there is none. */
export const channelName = (heads: Pick<HeadBook, "get">, head: DeviceHead): string =>
  fieldText(channelOf(heads, head), "name");

/** By what a dialog came, in words: the channel, and what agents call it where that says more. */
export function channelTitle(heads: Pick<HeadBook, "get">, head: DeviceHead): string {
  const kind = channelWords(head.channel);
  const name = channelName(heads, head);
  return name === "" || name.toLocaleLowerCase() === kind.toLocaleLowerCase() ? kind : `${kind} · ${name}`;
}

/** Channels that somebody set up and nobody removed, by name; for filters. */
export const channelsOf = (heads: Pick<HeadBook, "all">): readonly { readonly id: ThreadId; readonly name: string }[] =>
  heads
    .all("channel")
    .filter((channel) => !fieldFlag(channel, "removed"))
    .map((channel) => ({ id: channel._id, name: fieldText(channel, "name") }))
    .sort((a, b) => a.name.localeCompare(b.name));

/** Who brings an answer to the user of this dialog, and whether he does so now. */
export type Carriage = "page" | "connector" | "paused" | "removed" | "none";

/** A channel that this device does not know (yet) is taken to run. */
export function carriageOf(heads: Pick<HeadBook, "get">, head: DeviceHead): Carriage {
  const { carried } = abilitiesOf(head.channel);
  if (carried !== "connector") return carried;
  // Imported from another desk: none of this desk's channels brought it, and none takes an answer there.
  if (head.link === undefined && head.fields["imported"] !== undefined) return "none";
  const channel = channelOf(heads, head);
  if (fieldFlag(channel, "removed")) return "removed";
  return fieldFlag(channel, "paused") ? "paused" : "connector";
}
