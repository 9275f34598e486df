import { derivedItemId, derivedThreadId, personOfUser, type ThreadId } from "../../shared/kernel/ids.ts";
import type { Submission } from "../arbiter/port.ts";
import { SYSTEM_ACTOR } from "../reactions/perform.ts";
import { makeSystemItem } from "../reactions/reaction.ts";
import type { InboxDesk } from "./inbox-desk.ts";
import type { InboundEvent } from "./port.ts";
import { makeUserItem } from "./user-items.ts";

type Call = Extract<InboundEvent, { readonly t: "call" }>;
type Ringing = Extract<InboundEvent, { readonly t: "ringing" }>;

/**
 * [S47] A call that is over: an item in the caller's latest dialog by this channel that is not closed, else in a new one. The
 * desk writes it, the arbiter folds it: a missed one waits like a message.
 */
export async function takeCall(desk: InboxDesk, event: Call): Promise<void> {
  const { channel, records, world, facts } = desk;
  const user = desk.userOf(event.user.id);
  const cause = `call:${channel}:${event.id}`;
  const known = await records.event(channel, event.id);
  if (known !== undefined && (await world.item(known.thread, known.item)) !== undefined) return;
  const thread = known?.thread ?? dialogOf(desk, event);
  await records.keepEvent(channel, {
    id: event.id,
    external: undefined,
    place: { thread, item: derivedItemId(cause) },
  });
  await desk.at("placed");
  await desk.keepPerson(event);

  const submissions: Submission[] = [];
  if (world.head(thread) === undefined) {
    const origin = { channel, event: `${event.id} open`, thread, user, at: event.at };
    const item = makeUserItem(origin, "open", {
      team: facts().teamAt(world.clock()),
      person: personOfUser(user),
      user,
      channel: "phone",
      link: channel,
    });
    submissions.push({ item, actor: { kind: "user", id: user } });
  }
  const agent = event.extension === undefined ? undefined : world.phones?.agentOf(event.extension);
  const { direction, outcome, from, to, seconds, recording } = event;
  const call = makeSystemItem({
    kind: "call",
    thread,
    cause,
    at: event.at,
    direction,
    outcome,
    from,
    to,
    ...(agent === undefined ? {} : { agent }),
    ...(seconds === undefined ? {} : { seconds }),
    ...(recording === undefined ? {} : { recording }),
  });
  submissions.push({ item: call, actor: SYSTEM_ACTOR });
  await desk.admit(submissions);
  await desk.at("admitted");
}

function dialogOf({ channel, dialogs, userOf, world }: InboxDesk, event: Call): ThreadId {
  const latest = dialogs.latest(channel, userOf(event.user.id));
  const state = latest === undefined ? undefined : world.head(latest)?.state;
  return latest !== undefined && state !== "closed"
    ? latest
    : derivedThreadId("dialog", `channel:${channel}:${event.id}`);
}

/** The agent whose telephone it is, hears it on his desks; nobody else does. */
export function tellRinging({ world }: InboxDesk, { t: _t, ...ring }: Ringing): Promise<void> {
  const agent = world.phones?.agentOf(ring.extension);
  if (agent !== undefined) world.phones?.ring(agent, ring);
  return Promise.resolve();
}
