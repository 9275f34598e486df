import type { Base } from "../../shared/items/base.ts";
import type { Item } from "../../shared/items/registry.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { AuthorId, ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import { makeThreadId } from "../../shared/kernel/ids.ts";
import { isVisitor } from "../../shared/policy/can.ts";
import type { DeviceHead, HeldRow } from "../../shared/thread/head.ts";
import { provisionalHead } from "../../shared/thread/provisional.ts";
import type { Device, Written } from "./device.ts";
import type { World } from "./world.ts";

/** What an agent has before him when he does something: his own screen, right or stale. */
type Desk = {
  readonly world: World;
  readonly device: Device;
  readonly me: AuthorId;
  readonly thread: ThreadId;
  /** Confirmed, and as his own unsent items make it (CL18). */
  readonly head: DeviceHead;
  readonly shown: DeviceHead;
  readonly unsent: readonly Item[];
};

type Act = (desk: Desk) => readonly Written[];

/** One agent does one thing that his screen offers him. What he did, for the trace. */
export function agentActs(world: World, device: Device): string {
  const refused = device.refused()[0];
  if (refused !== undefined && world.chance.is(0.3)) {
    device.discard(refused.id);
    return `drops the refused ${refused.kind}`;
  }
  const thread = world.chooseThread(device);
  const head = thread === undefined ? undefined : device.share.head(thread);
  if (thread === undefined || head === undefined) return "sees nothing to do";
  const unsent = device.unsent(thread);
  const shown = provisionalHead(head, unsent, device.actor, device.clock).head;
  const desk: Desk = { world, device, me: device.actor.id, thread, head, shown, unsent };
  const act = world.chance.weigh(actsOf(desk)) ?? note;
  const items = device.write(act(desk));
  return items.map((item) => `${item.kind}${item.mode === "offline" ? " (off line)" : ""}`).join(", ");
}

/** What the screen offers, by weight. */
function actsOf(desk: Desk): readonly (readonly [number, Act])[] {
  const { shown, me, device } = desk;
  const always: (readonly [number, Act])[] = [
    [0.6, note],
    [0.3, tag],
    [0.3, setField],
    [heldFor(desk).length > 0 ? 5 : 0, endHeld],
    [lost(desk) === undefined ? 0 : 1, acknowledge],
    [shown.kind === "dialog" && desk.world.tickets.size < 5 ? 0.35 : 0, openTicket],
    [shown.kind === "dialog" && ticketOf(desk) !== undefined ? 2.5 : 0, replyByTicket],
  ];
  if (shown.kind === "ticket") {
    const mine = shown.owner === me;
    const status = mine ? 2 : isVisitor(device.actor, shown) ? 5 : 0.5;
    const assigns = mine && shown.status !== "closed" ? 1 : 0;
    return [
      ...always,
      ...ownershipActs(desk),
      [status, setStatus],
      [2, edit],
      [mine ? 0.3 : 0, snooze],
      [assigns, sendOut],
      [heldFor(desk).length > 0 ? 8 : 0, endHeld],
    ];
  }
  if (shown.state === "closed") return [...always, [1.5, reopen], [0.7, reply], [0.5, claim], [0.3, close]];
  if (shown.owner === me) {
    return [...always, ...ownershipActs(desk), [6, reply], [2.5, replyAndClose], [2, close], [0.7, snooze]];
  }
  if (shown.owner === null) {
    const chain = device.isOnline ? 1 : 7;
    return [...always, [5, claim], [chain, claimReplyClose], [2, claimAndReply], [0.5, reply]];
  }
  return [...always, ...ownershipActs(desk), [1.5, reply], [device.isOnline ? 0.2 : 1.5, claimReplyClose]];
}

function ownershipActs({ shown, me, device }: Desk): readonly (readonly [number, Act])[] {
  const isLead = device.actor.kind === "agent" && device.actor.role === "lead";
  if (shown.owner === me)
    return [
      [0.8, release],
      [0.8, handover],
      [0.25, transfer],
    ];
  if (shown.owner === null)
    return [
      [4, claim],
      [isLead || shown.kind === "ticket" ? 1 : 0, assign],
    ];
  return [
    [1.2, claim],
    [1.3, takeover],
    [isLead ? 1 : 0, assign],
    [isLead ? 0.5 : 0, release],
    [isLead && shown.kind === "dialog" ? 0.2 : 0, close],
  ];
}

/** Ownership as this screen knows it, or the own command that it rests on (CL3). */
function baseOf({ head, unsent }: Pick<Desk, "head" | "unsent">): Base {
  const own = unsent.findLast((item) => item.kind === "claim" || item.kind === "takeover");
  return own === undefined ? { inc: head.inc, epoch: head.epoch } : { after: own.id };
}

/** Behind the last own item that is still unsent. */
const after = (desk: Desk): { readonly after?: ItemId[] } => {
  const last = desk.unsent.findLast((item) => item.kind === "reply" || item.kind === "claim" || item.kind === "resend");
  return last === undefined ? {} : { after: [last.id] };
};

const words = (desk: Desk): string => `text ${desk.world.nextText()}`;
const seen = (desk: Desk) => desk.device.share.seen(desk.thread);
const anotherAgent = ({ world, me }: Desk): AuthorId =>
  world.chance.pick(world.agents.filter(({ id }) => id !== me)).id;

const note: Act = (desk) => [{ kind: "note", thread: desk.thread, text: words(desk) }];
const tag: Act = ({ world, thread }) => [{ kind: "tag", thread, add: [`tag-${world.chance.whole(1, 5)}`] }];
const setField: Act = ({ world, thread }) => [
  { kind: "set-field", thread, set: { room: `r${world.chance.whole(1, 9)}` } },
];
const claim: Act = ({ thread }) => [{ kind: "claim", thread }];
const reopen: Act = ({ thread }) => [{ kind: "reopen", thread }];
const release: Act = (desk) => [{ kind: "release", thread: desk.thread, base: baseOf(desk) }];
const takeover: Act = (desk) => [
  {
    kind: "takeover",
    thread: desk.thread,
    base: baseOf(desk),
    ...(desk.shown.owner === null ? {} : { from: desk.shown.owner }),
  },
];
const assign: Act = (desk) => [{ kind: "assign", thread: desk.thread, base: baseOf(desk), to: anotherAgent(desk) }];
/** The owner sends a technician. */
const sendOut: Act = (desk) => {
  const technicians = desk.world.agents.filter(({ role, id }) => role === "technician" && id !== desk.me);
  if (technicians.length === 0) return [];
  const to = desk.world.chance.pick(technicians).id;
  return [{ kind: "assign", thread: desk.thread, base: baseOf(desk), to }];
};
const handover: Act = (desk) => [{ kind: "handover", thread: desk.thread, base: baseOf(desk), to: anotherAgent(desk) }];
const transfer: Act = (desk) => [
  {
    kind: "transfer",
    thread: desk.thread,
    base: baseOf(desk),
    team: desk.world.chance.pick(desk.world.teams.filter((team) => team !== desk.shown.team)),
  },
];
const reply: Act = (desk) => [{ ...replyDraft(desk), under: baseOf(desk), ...after(desk) }];
const close: Act = (desk) => [
  { kind: "close", thread: desk.thread, base: baseOf(desk), seen: seen(desk), ...after(desk) },
];
const snooze: Act = (desk) => [
  {
    kind: "snooze",
    thread: desk.thread,
    base: baseOf(desk),
    seen: seen(desk),
    until: desk.world.scheduler.now + 60_000,
    ...after(desk),
  },
];
const setStatus: Act = (desk) => [
  {
    kind: "status",
    thread: desk.thread,
    base: baseOf(desk),
    status: desk.world.chance.pick(["in-work", "waiting-for-visit", "done", "closed", "no-such"]),
  },
];
/** Stands on what this device knows of the content, its own unsent changes among it. */
const edit: Act = ({ world, device, thread, unsent }) => {
  const known = [...device.share.items(thread).values(), ...unsent].filter((item) => item.kind === "change");
  const deps = world.chance.shuffle(known.map(({ data }) => data.split("-")[0] ?? "")).slice(0, 3);
  return [{ kind: "change", thread, data: [`c${world.nextText()}`, ...deps].join("-") }];
};

const replyDraft = (desk: Desk) => ({
  kind: "reply" as const,
  thread: desk.thread,
  text: words(desk),
  seen: seen(desk),
});

const replyAndClose: Act = (desk) => [
  ...reply(desk),
  (before) => ({
    kind: "close",
    thread: desk.thread,
    base: baseOf(desk),
    seen: seen(desk),
    after: [idAt(before, 0)],
  }),
];

const claimAndReply: Act = (desk) => [
  ...claim(desk),
  (before) => ({ ...replyDraft(desk), under: { after: idAt(before, 0) }, after: [idAt(before, 0)] }),
];

const claimReplyClose: Act = (desk) => [
  ...claimAndReply(desk),
  (before) => ({
    kind: "close",
    thread: desk.thread,
    base: { after: idAt(before, 0) },
    seen: seen(desk),
    after: [idAt(before, 1)],
  }),
];

/** Held replies that this person may decide about: his own, and all of a thread that is his. */
function heldFor({ device, head, me }: Desk): readonly HeldRow[] {
  return head.held.filter((row) => (row.author === me || head.owner === me) && device.share.has(head._id, row.id));
}

const endHeld: Act = (desk) => {
  const { world, thread, device } = desk;
  const row = world.chance.pick(heldFor(desk));
  if (row.status !== undefined && desk.head.owner === desk.me && world.chance.is(0.7)) {
    return [{ kind: "status", thread, base: baseOf(desk), status: row.status, of: row.id }];
  }
  const isOwner = desk.head.owner === device.actor.id || (row.via !== undefined && ticketOf(desk) === row.via);
  if (row.status !== undefined || !isOwner || world.chance.is(0.35)) return [{ kind: "discard", thread, of: row.id }];
  const edited = world.chance.is(0.5) ? { text: words(desk) } : {};
  return [{ kind: "resend", thread, of: row.id, seen: seen(desk), ...edited }];
};

/** An own command that was lost or stale and that nobody has acknowledged (CL20). */
function lost({ device, thread, me }: Desk): StampedItem | undefined {
  const items = [...device.share.items(thread).values()];
  return items.find(
    (item) =>
      item.author === me &&
      (item.stamp.verdict === "lost" || item.stamp.verdict === "stale") &&
      !items.some((other) => other.kind === "ack" && other.of === item.id),
  );
}

const acknowledge: Act = (desk) => {
  const item = lost(desk);
  return item === undefined ? [] : [{ kind: "ack", thread: desk.thread, of: item.id }];
};

/** The second line takes part of a dialog over as a ticket. */
const openTicket: Act = ({ world, device, thread, shown }) => {
  const ticket = makeThreadId("ticket", device.clock, world.chance.random);
  world.tickets.set(ticket, thread);
  return [
    { kind: "open", thread: ticket, dialog: thread, ...(shown.team === null ? {} : { team: shown.team }) },
    (before) => ({ kind: "change", thread: ticket, data: `c${world.nextText()}`, after: [idAt(before, 0)] }),
    (before) => ({ kind: "claim", thread: ticket, after: [idAt(before, 0)] }),
    { kind: "link", thread, to: ticket, relation: "ticket" },
  ];
};

/** A ticket of this dialog that is his on his screen. */
function ticketOf({ world, device, thread, me }: Desk): ThreadId | undefined {
  for (const [ticket, dialog] of world.tickets) {
    if (dialog !== thread) continue;
    const head = device.share.head(ticket);
    const unsent = device.unsent(ticket);
    if (head === undefined && unsent.length === 0) continue;
    if (provisionalHead(head, unsent, device.actor, device.clock).head.owner === me) return ticket;
  }
  return undefined;
}

const replyByTicket: Act = (desk) => {
  const via = ticketOf(desk);
  if (via === undefined) return [];
  const head = desk.device.share.head(via);
  const unsent = desk.device.unsent(via);
  const own = unsent.findLast((item) => item.kind === "claim");
  const under: Base = own === undefined || head !== undefined ? underOf(head) : { after: own.id };
  return [{ ...replyDraft(desk), under, via, ...after(desk) }];
};

const underOf = (head: DeviceHead | undefined): Base => ({ inc: head?.inc ?? 1, epoch: head?.epoch ?? 0 });

function idAt(items: readonly Item[], index: number): ItemId {
  const item = items[index];
  if (item === undefined) throw new RangeError("nothing was written before");
  return item.id;
}
