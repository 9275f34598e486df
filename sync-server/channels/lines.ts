import * as v from "valibot";
import type { Json } from "../../shared/kernel/canonical.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { ChannelRow, ChannelTest } from "../../shared/protocol/channels.ts";
import { channelHours } from "../../shared/protocol/channels.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { Commit } from "../arbiter/port.ts";
import type { Timers } from "../reactions/duty.ts";
import { type Deliveries, makeDeliveries, type Way } from "./deliveries.ts";
import { channelOf, makeChannelDialogs } from "./dialogs.ts";
import { type Health, openHealth } from "./health.ts";
import { secretsHidden } from "./hide-secrets.ts";
import { isWithinHours } from "./hours.ts";
import type { ChannelFacts } from "./inbox-desk.ts";
import { makeKeyedTurns } from "./keyed-turns.ts";
import { type Line, openLine } from "./line.ts";
import {
  ChannelError,
  type ChannelModule,
  type Connector,
  type DialAnswer,
  type DialAsk,
  type HookAnswer,
  type HookRequest,
  type InboundEvent,
  type Outgoing,
  type SendOutcome,
  type SetAside,
} from "./port.ts";
import { backoff, type ChannelWorld } from "./ports.ts";
import { makeRecords, type Records } from "./records.ts";
import { plainSettings } from "./settings-check.ts";

export type LinesParts = {
  readonly world: ChannelWorld;
  readonly modules: readonly ChannelModule[];
  /** Heads of all threads, for the start. */
  readonly heads: () => Iterable<DeviceHead>;
  readonly timers: Timers;
  readonly typeOf: (start: Uint8Array) => string | undefined;
  /** Where the other side reaches a channel's hook; nothing where it cannot. */
  readonly hookUrl: (channel: ThreadId) => string | undefined;
  readonly deskUrl: () => string;
};

/** All channels of the desk. */
export type Lines = {
  readonly records: Records;
  readonly deliveries: Deliveries;
  readonly follow: (commit: Commit) => void;
  /** Opens what is to be open, and looks for what a stop left; to be awaited once. */
  readonly begin: () => Promise<void>;
  /** Opens, reopens or closes a channel as its thread now says. */
  readonly refresh: (channel: ThreadId) => Promise<void>;
  readonly moduleOf: (kind: string) => ChannelModule | undefined;
  /** Asks the other side with these settings, without keeping anything. */
  readonly test: (kind: string, settings: Readonly<Record<string, Json>>) => Promise<ChannelTest>;
  /** Keeps how the channel calls us. */
  readonly named: (channel: ThreadId, test: ChannelTest) => void;
  readonly health: (channel: ThreadId) => ChannelRow["health"];
  readonly addressOf: (channel: ThreadId) => ChannelRow["address"];
  /** Nothing for a channel that is not there, is paused, or hears no hook. */
  readonly hook: (channel: ThreadId, request: HookRequest) => Promise<HookAnswer | "unknown" | "paused">;
  readonly readAgain: (channel: ThreadId, row: string) => Promise<{ readonly done: boolean; readonly reason?: string }>;
  readonly forgetAside: (channel: ThreadId, row: string) => Promise<boolean>;
  /** Dialogs that this channel has brought. */
  readonly dialogsOf: (channel: ThreadId) => Iterable<ThreadId>;
  /** An agent writes in a dialog, or has stopped. */
  readonly agentTyping: (typing: { readonly thread: ThreadId; readonly on: boolean }) => void;
  /** Has an exchange ring the extension and connect it with the number; nothing where no channel can. */
  readonly dial: (ask: DialAsk) => Promise<DialAnswer | undefined>;
  /**
   * Says something outside of any dialog of that kind of channel, once, part by part: by a channel of the team where there is
   * one, else by any. Nothing where none is open. Whoever asks keeps for himself that he did.
   */
  readonly speak: (ask: {
    readonly kind: ChannelModule["kind"];
    readonly team: ThreadId | null;
    readonly to: Json;
    readonly outgoing: Outgoing;
  }) => Promise<SendOutcome | undefined>;
  readonly close: () => Promise<void>;
};

/** How long an admin waits for a test. */
const TEST_MS = 20_000;
/** The other side shows it for a few seconds and wants to be told again. */
const TYPING_MS = 4_000;
const SPEAK_MS = 60_000;

export function openLines(parts: LinesParts): Lines {
  const { world, modules } = parts;
  const records = makeRecords(world.shelf);
  const dialogs = makeChannelDialogs(world.head);
  const lines = new Map<ThreadId, Line>();
  const healths = new Map<ThreadId, Health>();
  const turns = makeKeyedTurns();
  const typedAt = new Map<ThreadId, number>();
  let isClosed = false;

  const moduleOf = (kind: string): ChannelModule | undefined => modules.find((module) => module.kind === kind);
  const fieldOf = (channel: ThreadId, name: string): Json | undefined => world.head(channel)?.fields[name]?.value;
  const kindOfChannel = (channel: ThreadId): string => {
    const kind = fieldOf(channel, "kind");
    return typeof kind === "string" ? kind : "";
  };

  const deliveries = makeDeliveries({
    world,
    records,
    dialogs,
    timers: parts.timers,
    wayOf: (channel): Way => {
      const module = moduleOf(kindOfChannel(channel));
      // A call is heard, not carried: what is written in its dialog is for the desk.
      if (module !== undefined && module.abilities.carried !== "connector") return { t: "page" };
      const line = lines.get(channel);
      if (fieldOf(channel, "removed") === true) return { t: "gone" };
      // Of a channel without a program (of a later version) nothing is given up: it waits.
      if (line === undefined) return { t: "waits" };
      const { threading } = line.module.abilities;
      return { t: "open", carrier: line.carrier, oneByOne: threading === "user" ? "user" : "dialog" };
    },
    onDelivered: (channel, delivered) => {
      const health = healths.get(channel);
      if (delivered.t !== "done") return;
      if (delivered.outcome === "sent") health?.wentOut();
      else if (delivered.code === "auth") health?.keyRefused(delivered.detail);
    },
  });

  const factsOf = (channel: ThreadId, module: ChannelModule): ChannelFacts => {
    const head = world.head(channel);
    const team = head?.team ?? channel;
    const outside = head?.fields["outsideTeam"]?.value;
    const hours = v.safeParse(channelHours, head?.fields["hours"]?.value);
    const settings = head?.fields["settings"]?.value;
    const greeting =
      typeof settings === "object" && settings !== null && "greeting" in settings ? settings["greeting"] : undefined;
    return {
      kind: module.kind,
      team,
      teamAt: (at) =>
        typeof outside === "string" && hours.success && !isWithinHours(hours.output, at) ? (outside as ThreadId) : team, // written by the desk from a checked id
      ...(typeof greeting === "string" && greeting !== "" ? { greeting } : {}),
    };
  };

  async function healthOf(channel: ThreadId): Promise<Health> {
    const known = healths.get(channel);
    if (known !== undefined) return known;
    const health = await openHealth(channel, { world, records });
    healths.set(channel, health);
    return health;
  }

  async function closeLine(channel: ThreadId): Promise<void> {
    const line = lines.get(channel);
    lines.delete(channel);
    await line?.close();
  }

  async function refresh(channel: ThreadId): Promise<void> {
    await turns.run(channel, async () => {
      await closeLine(channel);
      if (isClosed) return;
      const head = world.head(channel);
      const module = moduleOf(kindOfChannel(channel));
      const health = await healthOf(channel);
      health.keyTaken();
      const isOpen =
        head !== undefined && head.fields["removed"]?.value !== true && head.fields["paused"]?.value !== true;
      if (isOpen && module !== undefined) {
        const line = await open(channel, { module, health });
        if (line !== undefined) lines.set(channel, line);
      }
      deliveries.wake(channel);
    });
  }

  async function open(
    channel: ThreadId,
    { module, health }: { readonly module: ChannelModule; readonly health: Health },
  ): Promise<Line | undefined> {
    const settings = { ...plainSettings(world.head(channel)), ...(await records.secrets(channel)) };
    try {
      return openLine({
        channel,
        module,
        settings,
        facts: () => factsOf(channel, module),
        world,
        records,
        dialogs,
        health,
        typeOf: parts.typeOf,
        hookUrl: parts.hookUrl(channel),
        deskUrl: parts.deskUrl(),
        zone: () => {
          const hours = v.safeParse(channelHours, fieldOf(channel, "hours"));
          return hours.success ? hours.output.zone : undefined;
        },
      });
    } catch (error) {
      // A program that cannot even be opened with these settings: the admin sees it, the rest of the desk goes on.
      health.trouble(faultOf(error, secretsHidden(module.setup, settings)));
      world.log.warn({ channel }, "a channel could not be opened");
      return undefined;
    }
  }

  /** A store that does not answer at the start is asked again. */
  async function openSurely(channel: ThreadId, attempt: number): Promise<void> {
    try {
      await refresh(channel);
    } catch (error) {
      if (isClosed) return;
      world.log.warn({ err: error, channel, attempt }, "a channel could not be opened; it is tried again");
      parts.timers.after(backoff(attempt, world), () => void openSurely(channel, attempt + 1));
    }
  }

  async function readAgain(channel: ThreadId, row: string): Promise<{ done: boolean; reason?: string }> {
    const line = lines.get(channel);
    if (line === undefined) return { done: false, reason: "paused" };
    const kept = await records.aside(channel, row);
    if (kept === undefined) return { done: false, reason: "not-found" };
    const events =
      kept.of === "event"
        ? [kept.raw as unknown as InboundEvent] // written by the inbox from an event
        : ((await line.connector.reread?.(kept.raw)) ?? []);
    const still = events.find((event): event is SetAside => event.t === "aside");
    if (still !== undefined || events.length === 0) return { done: false, reason: still?.reason ?? kept.reason };
    const before = line.asides();
    await line.sink.take(events);
    if (line.asides() > before) return { done: false, reason: kept.reason };
    await forgetAside(channel, row);
    return { done: true };
  }

  async function forgetAside(channel: ThreadId, row: string): Promise<boolean> {
    const isGone = await records.removeAside(channel, row);
    if (isGone) healths.get(channel)?.setAside(-1);
    return isGone;
  }

  async function typing({ thread, on }: { readonly thread: ThreadId; readonly on: boolean }): Promise<void> {
    const head = world.head(thread);
    const channel = head === undefined ? undefined : channelOf(head);
    const line = channel === undefined ? undefined : lines.get(channel);
    if (head === undefined || head.user === null || channel === undefined || line?.connector.typing === undefined)
      return;
    const now = world.clock();
    if (on && now - (typedAt.get(thread) ?? 0) < TYPING_MS) return;
    if (on) typedAt.set(thread, now);
    else typedAt.delete(thread);
    const address = (await records.chat(channel, head.user))?.address;
    if (address !== undefined) await line.connector.typing(address, on);
  }

  return {
    records,
    deliveries,
    moduleOf,
    refresh,
    readAgain,
    forgetAside,
    dialogsOf: dialogs.ofChannel,
    follow: (commit) => {
      dialogs.apply(commit.head);
      deliveries.follow(commit);
    },
    begin: async () => {
      const channels: ThreadId[] = [];
      for (const head of parts.heads()) {
        dialogs.apply(head);
        if (head.kind === "channel") channels.push(head._id);
      }
      await Promise.all(channels.map((channel) => openSurely(channel, 1)));
      for (const head of parts.heads()) deliveries.begin(head);
    },
    test: async (kind, settings) => {
      const module = moduleOf(kind);
      if (module === undefined) return { ok: false, code: "unknown-kind" };
      const hide = secretsHidden(module.setup, settings);
      let connector: Connector | undefined;
      try {
        connector = module.open({
          channel: "channel.000000000000000000" as ThreadId, // opened to be asked, never to listen
          settings,
          clock: world.clock,
          random: world.random,
          log: world.log,
          deskUrl: parts.deskUrl(),
        });
        const answer = await connector.test(AbortSignal.timeout(TEST_MS));
        return answer.ok || answer.detail === undefined
          ? answer
          : { ...answer, detail: hide(answer.detail).slice(0, 300) };
      } catch (error) {
        return { ok: false, ...faultOf(error, hide) };
      } finally {
        await connector?.close();
      }
    },
    named: (channel, test) => {
      if (!test.ok) return;
      const health = healths.get(channel);
      health?.named({ name: test.name, ...(test.link === undefined ? {} : { link: test.link }) });
      health?.keyTaken();
    },
    health: (channel) => {
      const known = healths.get(channel)?.read() ?? { state: "starting" as const, aside: 0 };
      const isPaused = fieldOf(channel, "paused") === true;
      let failed = 0;
      for (const thread of dialogs.ofChannel(channel)) {
        failed += (world.head(thread)?.undelivered ?? []).filter(({ outcome }) => outcome !== "again").length;
      }
      const { code: _code, detail: _detail, since: _since, nextTryAt: _next, ...calm } = known;
      return {
        ...(isPaused ? { ...calm, state: "paused" as const } : known),
        waiting: deliveries.waiting(channel),
        failed,
      };
    },
    addressOf: (channel) => healths.get(channel)?.address(),
    hook: async (channel, request) => {
      const line = lines.get(channel);
      if (line !== undefined) return (await line.hook(request)) ?? "unknown";
      const isThere = world.head(channel) !== undefined && fieldOf(channel, "removed") !== true;
      return isThere ? "paused" : "unknown";
    },
    agentTyping: (given) => {
      typing(given).catch((error: unknown) => world.log.debug({ err: error }, "typing could not be told"));
    },
    speak: async ({ kind, team, to, outgoing }) => {
      const open = [...lines].filter(
        ([channel, line]) => line.module.kind === kind && fieldOf(channel, "paused") !== true,
      );
      const [channel, line] = open.find(([id]) => world.head(id)?.team === team) ?? open[0] ?? [];
      if (channel === undefined || line === undefined) return undefined;
      let outcome: SendOutcome | undefined;
      for (const [at, part] of line.connector.render(outgoing, to).entries()) {
        outcome = await line.connector.send(part, to, {
          key: `${outgoing.key}:${at}`,
          signal: AbortSignal.timeout(SPEAK_MS),
        });
        if (outcome.t === "failed" && outcome.code === "auth") {
          healths.get(channel)?.keyRefused();
        }
        if (outcome.t !== "sent") return outcome;
      }
      if (outcome !== undefined) healths.get(channel)?.wentOut();
      return outcome;
    },
    dial: async (ask) => {
      for (const { connector } of lines.values()) if (connector.dial !== undefined) return connector.dial(ask);
      return undefined;
    },
    close: async () => {
      await deliveries.close();
      isClosed = true;
      await turns.idle();
      await Promise.all([...lines.keys()].map(closeLine));
    },
  };
}

function faultOf(error: unknown, hide: (text: string) => string): { readonly code: string; readonly detail?: string } {
  const code = error instanceof ChannelError ? error.code : "unreachable";
  return error instanceof Error && error.message !== ""
    ? { code, detail: hide(error.message).slice(0, 300) }
    : { code };
}
