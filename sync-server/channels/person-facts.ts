import type { ChannelKind } from "../../shared/items/open.ts";
import { canonicalJson, type Json } from "../../shared/kernel/canonical.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import { type AuthorId, personOfUser, SYSTEM, type ThreadId } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { Effect } from "../reactions/reaction.ts";
import type { InboundUser } from "./port.ts";

/** Who wrote, by which channel, and what is known of him. */
export type Sender = {
  readonly user: AuthorId;
  readonly who: InboundUser;
  readonly kind: ChannelKind;
  readonly channel: ThreadId;
  /** Whether the channel vouches for its own identifier. */
  readonly verifies: boolean;
  /** He has just closed his ears to us; whatever else comes of him opens them again. */
  readonly blocked?: boolean;
  readonly at: Ms;
};

/**
 * What is to be written of a user's person: the person itself with his first message, later what has changed. Name, mail and
 * telephone are the channel's word only as long as nobody of the desk has said otherwise. Nothing when nothing is new.
 */
export function personEffect(head: DeviceHead | undefined, sender: Sender): Effect | undefined {
  const { user, kind, channel, at } = sender;
  const thread = personOfUser(user);
  const wanted = factsOf(sender);
  if (head === undefined) {
    return { kind: "open", thread, cause: `channel-person:${thread}`, at, user, channel: kind, set: wanted };
  }
  const set: Record<string, Json> = {};
  for (const [name, value] of Object.entries(wanted)) {
    const now = head.fields[name];
    if (now !== undefined && canonicalJson(now.value) === canonicalJson(value)) continue;
    const isEmpty = now === undefined || now.value === null || now.value === "";
    const isOurs = name.startsWith("id.") || (now?.by === SYSTEM && name === "name");
    if (isEmpty || isOurs) set[name] = value;
  }
  if (Object.keys(set).length === 0) return undefined;
  return {
    kind: "set-field",
    thread,
    cause: `profile:${channel}:${thread}:${head.inc}.${head.n}:${canonicalJson(set)}`,
    at,
    set,
  };
}

function factsOf({ who, kind, verifies, channel, blocked }: Sender): Record<string, Json> {
  const facts: Record<string, Json> = {
    [`id.${kind}`]: {
      value: cut(who.id),
      // A channel may vouch for single ones of its users only: mail, whose sender its server has checked.
      verified:
        verifies ||
        who.ids?.some(({ kind: of, value, verified }) => of === kind && value === who.id && verified) === true,
      ...(kind === "api" ? { channel } : {}),
      ...(blocked === true ? { blocked } : {}),
    },
  };
  if (who.name !== undefined && who.name.trim() !== "") facts["name"] = cut(who.name.trim());
  if (who.locale !== undefined) facts["locale"] = who.locale;
  if (kind === "email") facts["email"] = cut(who.id);
  if (kind === "phone" || kind === "whatsapp") facts["phone"] = who.id.startsWith("+") ? who.id : `+${who.id}`;
  for (const { kind: of, value, verified } of who.ids ?? []) {
    if (!/^[a-z][a-z0-9-]{0,40}$/.test(of) || value === "") continue;
    facts[`id.${of}`] ??= { value: cut(value), verified };
    if (of === "email" || of === "phone") facts[of] ??= cut(value);
  }
  return facts;
}

const cut = (text: string): string => text.slice(0, 300);
