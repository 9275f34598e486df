import type { Item } from "../../shared/items/registry.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { derivedItemId, itemDocId, SYSTEM, SYSTEM_DEVICE } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import type { Head } from "../../shared/thread/head.ts";
import type { World } from "./world.ts";

const ACTOR: Actor = { kind: "system", id: SYSTEM };

/** The desk's own reactions: they wake, route, close and tell. What was done, for the trace. */
export function systemActs(world: World): string {
  const { process } = world.centre;
  const told = world.chance.is(0.3) ? tellTicket(world) : undefined;
  if (told !== undefined) return told;
  const thread = world.dialogs.length > 0 ? world.chance.pick(world.dialogs) : undefined;
  const head = thread === undefined ? undefined : world.centre.head(thread);
  if (thread === undefined || head === undefined || !process.isReady || !process.isAlive) return "finds nothing to do";
  if (world.chance.is(0.5)) advance(world, thread, head);
  const item = itemFor(world, head);
  process.submit([{ item, actor: ACTOR }], () => {});
  return item.kind;
}

/** The user has been told of what a ticket had for him. */
function tellTicket(world: World): string | undefined {
  const { process } = world.centre;
  if (!process.isReady || !process.isAlive) return undefined;
  const heads = [...world.tickets.keys()].map((ticket) => world.centre.head(ticket));
  const head = heads.find((ticket) => ticket?.untold !== undefined && ticket.untold.length > 0);
  const of = head?.untold?.map(({ id }) => id) ?? [];
  if (head === undefined) return undefined;
  process.submit([{ item: { ...commonOf(world, head), kind: "told", of }, actor: ACTOR }], () => {});
  return "told";
}

function commonOf(world: World, head: Head) {
  const id = derivedItemId(`sim:${world.nextText()}`);
  const at = world.scheduler.now;
  return {
    _id: itemDocId(head._id, id),
    id,
    thread: head._id,
    author: SYSTEM,
    device: SYSTEM_DEVICE,
    hlc: [at, 0] as [number, number],
    at,
    offset: 0,
    mode: "online" as const,
  };
}

function itemFor(world: World, head: Head): Item {
  const common = commonOf(world, head);
  const v = head.v;
  if (head.state === "snoozed") return { ...common, kind: "wake", v };
  if (head.owner === null && world.chance.is(0.3)) {
    return { ...common, kind: "route", v, team: world.chance.pick(world.teams) };
  }
  if (head.state === "open" && head.waitingSince === null && world.chance.is(0.3)) {
    return { ...common, kind: "auto-close", v };
  }
  return { ...common, kind: "notice", code: "we-are-on-it" };
}

/** Ticks of delivery and reading, which move heads without an item. */
function advance(world: World, thread: ThreadId, head: Head): void {
  const { arbiter } = world.centre.process;
  world.scheduler.touch();
  if (world.chance.is(0.5))
    arbiter.advance(thread, { side: "user", delivered: head.u, read: world.chance.whole(0, head.u) });
  else arbiter.advance(thread, { side: "team", delivered: head.n, read: world.chance.whole(0, head.n) });
}
