import { createHash } from "node:crypto";
import type { Json } from "../../shared/kernel/canonical.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { pause } from "../reactions/pause.ts";
import { type Carrier, makeCarrier, tellThread } from "./deliver-one.ts";
import type { ChannelDialogs } from "./dialogs.ts";
import type { Health } from "./health.ts";
import { secretsHidden } from "./hide-secrets.ts";
import { makeInbox } from "./inbox.ts";
import type { ChannelFacts } from "./inbox-desk.ts";
import {
  ChannelError,
  type ChannelModule,
  type Connector,
  type HookAnswer,
  type HookRequest,
  type InboundSink,
} from "./port.ts";
import { backoff, type ChannelWorld, isStoreFault, ShelfError } from "./ports.ts";
import type { Records } from "./records.ts";

export type LineParts = {
  readonly channel: ThreadId;
  readonly module: ChannelModule;
  readonly settings: Readonly<Record<string, Json>>;
  readonly facts: () => ChannelFacts;
  readonly world: ChannelWorld;
  readonly records: Records;
  readonly dialogs: ChannelDialogs;
  readonly health: Health;
  readonly typeOf: (start: Uint8Array) => string | undefined;
  readonly hookUrl: string | undefined;
  readonly deskUrl: string;
  readonly zone: () => string | undefined;
};

/** An open channel: listens, answers its hook, carries. */
export type Line = {
  readonly carrier: Carrier;
  readonly module: ChannelModule;
  readonly connector: Connector;
  readonly sink: InboundSink;
  /** How often something was set aside since it was opened, also what was there already. */
  readonly asides: () => number;
  readonly hook: (request: HookRequest) => Promise<HookAnswer | undefined>;
  /** Takes nothing more, lets what is under way end, hangs up. */
  readonly close: () => Promise<void>;
};

/** A connector that has listened so long without a fault is well again. */
const WELL_MS = 60_000;
/** One that fails does so at once: until then nothing is said. */
const RUNNING_AFTER_MS = 3_000;
const GRACE_MS = 5_000;

/** Opens a connector and keeps it listening. */
export function openLine(parts: LineParts): Line {
  const { channel, module, settings, world, records, health, hookUrl } = parts;
  const stop = new AbortController();
  const sending = new Set<Promise<unknown>>();
  let asides = 0;
  const hide = secretsHidden(module.setup, settings);
  const connector = module.open({
    channel,
    settings,
    clock: world.clock,
    random: world.random,
    log: world.log.child({ channel }),
    deskUrl: parts.deskUrl,
    ...(hookUrl === undefined ? {} : { hookUrl }),
  });
  const inbox = makeInbox({
    ...parts,
    connector,
    signal: stop.signal,
    onTaken: () => {
      health.running();
      health.wentIn();
    },
    onAside: (isNew) => {
      asides += 1;
      health.setAside(isNew ? 1 : 0);
    },
    onBounced: async (item, code, detail) => {
      const record = await records.delivery(item._id);
      const failed = {
        tries: record?.tries ?? 0,
        code,
        ...(detail === undefined ? {} : { detail: detail.slice(0, 300) }),
      };
      if (record !== undefined) {
        await records.saveDelivery(item._id, { ...record, ...failed, state: "failed", at: world.clock() });
      }
      await tellThread(world, { item, record: failed, outcome: "failed" });
    },
  });
  const sink: InboundSink = {
    take: async (events) => {
      if (stop.signal.aborted) throw new ShelfError("closing");
      await inbox.take(events);
    },
    place: () => records.place(channel),
    keepPlace: async (place) => {
      if (stop.signal.aborted) throw new ShelfError("closing");
      await records.keepPlace(channel, place);
    },
  };
  const own = makeCarrier({ ...parts, connector, signal: stop.signal, hide });
  const carrier: Carrier = {
    deliver: (job) => {
      const work = own.deliver(job);
      const settled = work.then(
        () => undefined,
        () => undefined,
      );
      sending.add(settled);
      void settled.finally(() => sending.delete(settled));
      return work;
    },
  };

  async function install(): Promise<void> {
    if (connector.install === undefined) return;
    const wanted = createHash("sha256")
      .update(JSON.stringify([settings, hookUrl ?? null]))
      .digest("hex");
    if ((await records.state(channel)).installed === wanted) return;
    await connector.install(hookUrl, stop.signal);
    await records.saveState(channel, (now) => ({ ...now, installed: wanted }));
  }

  /** A channel that only hears its hook tells by its test whether it is well. */
  async function listenOnce(): Promise<"over" | "again"> {
    await install();
    if (connector.receive === undefined) {
      const answer = await connector.test(stop.signal);
      if (!answer.ok) throw new ChannelError(answer.code, answer.detail ?? "");
      health.named({ name: answer.name, ...(answer.link === undefined ? {} : { link: answer.link }) });
      health.running();
      return "over";
    }
    const well = setTimeout(() => health.running(), RUNNING_AFTER_MS);
    try {
      await connector.receive(sink, stop.signal);
    } finally {
      clearTimeout(well);
    }
    return "again";
  }

  async function listen(): Promise<void> {
    for (let failures = 0; !stop.signal.aborted; ) {
      const beganAt = performance.now();
      try {
        if ((await listenOnce()) === "over") return;
        failures = 0;
        await pause(world.times.backoffMs, stop.signal); // it stopped by itself: not at full speed
      } catch (error) {
        if (stop.signal.aborted) return;
        failures = performance.now() - beganAt > WELL_MS ? 1 : failures + 1;
        const asked = error instanceof ChannelError ? error.afterMs : undefined;
        const wait = Math.max(asked ?? 0, backoff(failures, world));
        const code = error instanceof ChannelError ? error.code : isStoreFault(error) ? "store" : "unreachable";
        // The error itself is not written down: vendors put keys into addresses.
        const detail = error instanceof Error && error.message !== "" ? { detail: hide(error.message) } : {};
        world.log.warn({ channel, code, failures, wait, ...detail }, "a channel failed; it is tried again");
        health.trouble({ code, nextTryAt: world.clock() + wait, ...detail });
        await pause(wait, stop.signal);
      }
    }
  }
  const listening = listen();

  return {
    carrier,
    module,
    connector,
    sink,
    asides: () => asides,
    hook: async (request) => (connector.hook === undefined ? undefined : connector.hook(request, sink)),
    close: async () => {
      // A message that is being sent is heard to its end: its outcome would be unknown otherwise.
      await within(Promise.all(sending), GRACE_MS);
      stop.abort();
      await within(Promise.all([listening, ...sending, inbox.idle()]), GRACE_MS);
      await within(
        connector.close().catch((error: unknown) => world.log.warn({ err: error, channel }, "a channel did not close")),
        GRACE_MS,
      );
      await health.settle();
    },
  };
}

async function within(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}
