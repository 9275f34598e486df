import type { StampedItem } from "../../shared/items/stamp.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { makeThreadId } from "../../shared/kernel/ids.ts";
import type { Device, Written } from "./device.ts";
import type { World } from "./world.ts";

/** One user does one thing in his chat. What he did, for the trace. */
export function userActs(world: World, device: Device): string {
  const threads = dialogsOf(world, device);
  const thread = threads.length > 0 ? world.chance.pick(threads) : undefined;
  const mayBegin = threads.length < 3;
  if (thread === undefined || (mayBegin && world.chance.is(0.12))) {
    device.write(begin(world, device));
    return "begins a dialog";
  }
  const own = [...device.share.items(thread).values()].filter((item) => item.kind === "message" && isOwn(device, item));
  const isClosed = device.share.head(thread)?.state === "closed";
  const text = `text ${world.nextText()}`;
  const drafts = world.chance.weigh<readonly Written[]>([
    [8, [{ kind: "message", thread, text }]],
    [own.length > 0 ? 0.6 : 0, own.map((item): Written => ({ kind: "edit", thread, of: item.id, text })).slice(-1)],
    [own.length > 0 ? 0.2 : 0, own.map((item): Written => ({ kind: "erase", thread, of: item.id })).slice(-1)],
    [isClosed ? 1.5 : 0, [{ kind: "reopen", thread }]],
    [isClosed ? 0.5 : 0, [{ kind: "rating", thread, score: 5 }]],
    [0.2, [{ kind: "accept", thread }]],
  ]);
  const items = device.write(drafts ?? []);
  return items.map((item) => `${item.kind}${item.mode === "offline" ? " (off line)" : ""}`).join(", ");
}

/** Dialogs that this user has begun or is in, as far as this device knows. */
function dialogsOf(world: World, device: Device): readonly ThreadId[] {
  return world.dialogs.filter((thread) => device.share.head(thread) !== undefined || device.unsent(thread).length > 0);
}

function begin(world: World, device: Device): readonly Written[] {
  const thread = makeThreadId("dialog", device.clock, world.chance.random);
  world.dialogs.push(thread);
  return [
    { kind: "open", thread, team: world.chance.pick(world.teams), user: device.actor.id, channel: "link" },
    (before) => ({
      kind: "message",
      thread,
      text: `text ${world.nextText()}`,
      after: before.slice(0, 1).map((item) => item.id),
    }),
  ];
}

const isOwn = (device: Device, item: StampedItem): boolean =>
  item.author === device.actor.id && item.stamp.verdict === "noted";
