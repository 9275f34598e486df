import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { DeviceHead, Head, UndeliveredRow } from "../../shared/thread/head.ts";
import type { Commit } from "../arbiter/port.ts";
import { type Duty, runDuty, type Timers } from "../reactions/duty.ts";
import type { Carrier, Delivered } from "./deliver-one.ts";
import { tellThread } from "./deliver-one.ts";
import { type ChannelDialogs, channelOf } from "./dialogs.ts";
import { type KeyedTurns, makeKeyedTurns } from "./keyed-turns.ts";
import type { ChannelWorld } from "./ports.ts";
import type { Records } from "./records.ts";

/** How a channel stands for what is to leave: open, waiting (paused, not set up yet), or gone for good. */
export type Way =
  | { readonly t: "open"; readonly carrier: Carrier; readonly oneByOne: "user" | "dialog" }
  | { readonly t: "waits" }
  | { readonly t: "gone" }
  /** The user's page fetches it by itself. */
  | { readonly t: "page" };

export type DeliveriesParts = {
  readonly world: ChannelWorld;
  readonly records: Records;
  readonly dialogs: ChannelDialogs;
  readonly wayOf: (channel: ThreadId) => Way;
  readonly timers: Timers;
  /** Told what each item came to. */
  readonly onDelivered: (channel: ThreadId, delivered: Delivered) => void;
};

/**
 * Carries what the desk says to users of channels. Driven by what heads say: everything beyond `channelSent` that the desk said
 * is to leave, in the order of `u`, chat by chat; rows "again" of `undelivered` leave once more. A crash repeats nothing that a
 * delivery's record knows of.
 */
export type Deliveries = {
  readonly follow: (commit: Commit) => void;
  /** Looks at a head that the start met. */
  readonly begin: (head: DeviceHead) => void;
  /** A channel has been opened, or is no more: what waits for it is looked at. */
  readonly wake: (channel: ThreadId) => void;
  readonly waiting: (channel: ThreadId) => number;
  readonly idle: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** What is known to be left to carry of a thread. `sent`: up to which `u` everything is done with. */
type Track = { sent: number; items: StampedItem[]; isWhole: boolean };

export function makeDeliveries(parts: DeliveriesParts): Deliveries {
  const { world, records, dialogs, wayOf } = parts;
  const tracks = new Map<ThreadId, Track>();
  const duties = new Map<ThreadId, Duty>();
  /** Until when a channel has asked to be left alone. */
  const holds = new Map<ThreadId, Ms>();
  const waiting = new Map<ThreadId, Map<ThreadId, number>>();
  const turns: KeyedTurns = makeKeyedTurns();
  let isClosed = false;

  const sentOf = (head: Pick<DeviceHead, "cursors"> | undefined): number => head?.cursors.channelSent?.upTo ?? 0;

  function dutyOf(channel: ThreadId): Duty {
    const known = duties.get(channel);
    if (known !== undefined) return known;
    const duty = runDuty({
      name: "deliveries",
      act: (thread) => act(channel, thread),
      timers: parts.timers,
      log: world.log,
    });
    duties.set(channel, duty);
    return duty;
  }

  function count(channel: ThreadId, thread: ThreadId, items: number): void {
    const rows = waiting.get(channel) ?? new Map<ThreadId, number>();
    waiting.set(channel, rows);
    if (items === 0) rows.delete(thread);
    else rows.set(thread, items);
  }

  /** `head`: as it was before what is to be added. */
  function trackOf(thread: ThreadId, head: DeviceHead | undefined): Track {
    const known = tracks.get(thread);
    if (known !== undefined) return known;
    const sent = sentOf(head);
    const track: Track = { sent, items: [], isWhole: sent === (head?.u ?? 0) };
    tracks.set(thread, track);
    return track;
  }

  function follow({ head, before, items }: Commit): void {
    const channel = channelOf(head);
    if (channel === undefined || isClosed) return;
    dialogs.apply(head);
    if (wayOf(channel).t === "page") return;
    const track = trackOf(head._id, before);
    const said = items.filter((item) => item.stamp.u !== undefined && item.stamp.u > track.sent);
    track.items.push(...said);
    if (track.isWhole && track.items.every((item) => isUsers(item, head))) return passUsers(head, track);
    if (said.length > 0 || hasNewAgain(head, before)) look(channel, head._id);
  }

  /** Nothing of the desk's is before it: what the user himself said needs no carrying. */
  function passUsers(head: Head, track: Track): void {
    track.items = [];
    track.sent = Math.max(track.sent, head.u);
    if (head.u > sentOf(head)) world.arbiter.advance(head._id, { side: "user", sent: head.u });
    if (rowsAgain(head).length > 0) look(channelOf(head), head._id);
  }

  function look(channel: ThreadId | undefined, thread: ThreadId): void {
    if (channel !== undefined && !isClosed) dutyOf(channel).look(thread);
  }

  async function act(channel: ThreadId, thread: ThreadId): Promise<Ms | undefined> {
    await world.at?.("look");
    const way = wayOf(channel);
    const head = await world.arbiter.head(thread);
    if (head === undefined || way.t === "page") return undefined;
    const track = await wholeTrack(head);
    const again = rowsAgain(head);
    const left = track.items.filter((item) => !isUsers(item, head)).length;
    count(channel, thread, left + again.length);
    if (way.t === "waits") return undefined;
    if (way.t === "gone") return failAll(head, track);
    const hold = (holds.get(channel) ?? 0) - world.clock();
    if (hold > 0 && left + again.length > 0) return hold;
    const key = way.oneByOne === "user" ? (head.user ?? thread) : thread;
    return turns.run(`${channel} ${key}`, () => carry(channel, { thread, track, carrier: way.carrier }));
  }

  async function carry(
    channel: ThreadId,
    { thread, track, carrier }: { readonly thread: ThreadId; readonly track: Track; readonly carrier: Carrier },
  ): Promise<Ms | undefined> {
    for (let item = track.items[0]; item !== undefined; item = track.items[0]) {
      if (isClosed) return undefined;
      const head = await world.arbiter.head(thread);
      if (head === undefined) return undefined;
      if (!isUsers(item, head)) {
        const delivered = await carrier.deliver({ item, head, tries: 0 });
        parts.onDelivered(channel, delivered);
        if (delivered.t === "wait") return held(channel, delivered);
      }
      pass(thread, track, item);
    }
    count(channel, thread, 0);
    return carryAgain(channel, { thread, carrier });
  }

  /** What somebody asked for once more; each for itself, behind what was to leave anyway. */
  async function carryAgain(
    channel: ThreadId,
    { thread, carrier }: { readonly thread: ThreadId; readonly carrier: Carrier },
  ): Promise<Ms | undefined> {
    const head = await world.arbiter.head(thread);
    let wait: Ms | undefined;
    for (const row of head === undefined ? [] : rowsAgain(head)) {
      const item = await world.item(thread, row.id);
      if (item === undefined || head === undefined) continue;
      const delivered = await carrier.deliver({ item, head, tries: row.tries });
      parts.onDelivered(channel, delivered);
      if (delivered.t === "wait") wait = Math.min(wait ?? Number.POSITIVE_INFINITY, held(channel, delivered));
    }
    count(channel, thread, wait === undefined ? 0 : 1);
    return wait;
  }

  function held(channel: ThreadId, { ms, scope }: Extract<Delivered, { t: "wait" }>): Ms {
    if (scope === "channel") holds.set(channel, Math.max(holds.get(channel) ?? 0, world.clock() + ms));
    return Math.max(1, ms);
  }

  function pass(thread: ThreadId, track: Track, item: StampedItem): void {
    const { u } = item.stamp;
    track.items = track.items.filter((one) => one !== item);
    if (u === undefined) return;
    track.sent = Math.max(track.sent, u);
    world.arbiter.advance(thread, { side: "user", sent: u });
  }

  /** Everything beyond the cursor, in the order of `u`; read once, then kept by the commits. */
  async function wholeTrack(head: Head): Promise<Track> {
    const track = trackOf(head._id, head);
    track.sent = Math.max(track.sent, sentOf(head));
    if (!track.isWhole && head.u > track.sent) {
      const stored = await world.read(head._id);
      const byU = new Map<number, StampedItem>();
      for (const item of [...(stored?.items ?? []), ...track.items]) {
        if (item.stamp.u !== undefined && item.stamp.u > track.sent) byU.set(item.stamp.u, item);
      }
      track.items = [...byU].sort(([a], [b]) => a - b).map(([, item]) => item);
    }
    track.isWhole = true;
    return track;
  }

  /** The channel is no more: nothing of it leaves, and people see that. */
  async function failAll(head: Head, track: Track): Promise<undefined> {
    const code = "no-channel";
    const items = track.items; // `pass` makes another list
    for (const item of items) {
      const record = isUsers(item, head) ? undefined : await records.delivery(item._id);
      const isSent = isUsers(item, head) || record?.state === "sent" || !isSaid(item);
      if (!isSent) await tellThread(world, { item, record: { tries: 0, code }, outcome: "failed" });
      pass(head._id, track, item);
    }
    for (const { id, tries } of rowsAgain(head)) {
      const item = await world.item(head._id, id);
      if (item !== undefined) await tellThread(world, { item, record: { tries, code }, outcome: "failed" });
    }
    const channel = channelOf(head);
    if (channel !== undefined) count(channel, head._id, 0);
    return undefined;
  }

  return {
    follow,
    begin: (head) => {
      const channel = channelOf(head);
      if (channel === undefined) return;
      dialogs.apply(head);
      if (head.u > sentOf(head) || rowsAgain(head).length > 0) look(channel, head._id);
    },
    wake: (channel) => {
      holds.delete(channel);
      for (const thread of dialogs.ofChannel(channel)) {
        const head = world.head(thread);
        if (head !== undefined && (head.u > sentOf(head) || rowsAgain(head).length > 0)) look(channel, thread);
      }
    },
    waiting: (channel) => [...(waiting.get(channel)?.values() ?? [])].reduce((sum, items) => sum + items, 0),
    idle: async () => {
      await Promise.all([...duties.values()].map((duty) => duty.idle()));
    },
    close: async () => {
      isClosed = true;
      await Promise.all([...duties.values()].map((duty) => duty.close()));
    },
  };
}

const isUsers = (item: StampedItem, head: Pick<DeviceHead, "user">): boolean => item.author === head.user;
const isSaid = ({ kind }: StampedItem): boolean => kind === "reply" || kind === "resend" || kind === "notice";
const rowsAgain = ({ undelivered }: Pick<DeviceHead, "undelivered">): readonly UndeliveredRow[] =>
  (undelivered ?? []).filter(({ outcome }) => outcome === "again");
const hasNewAgain = (head: DeviceHead, before: DeviceHead | undefined): boolean =>
  head.undelivered !== before?.undelivered && rowsAgain(head).length > 0;
