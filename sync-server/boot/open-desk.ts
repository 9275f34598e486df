import type { Ms } from "../../shared/kernel/clock.ts";
import { agentAuthor, type Random } from "../../shared/kernel/ids.ts";
import type { ChannelModule } from "../channels/port.ts";
import type { ChannelTimes } from "../channels/ports.ts";
import { type HttpServer, listen } from "../http/serve.ts";
import { presentAccount } from "../identity/accounts.ts";
import { linkStatus } from "../identity/directory.ts";
import { secureRandom } from "../platform/chance.ts";
import type { Config } from "../platform/config.ts";
import type { Log } from "../platform/log.ts";
import { openMetrics } from "../platform/metrics.ts";
import type { Push } from "../push/open-push.ts";
import { mirrorAccount } from "../reactions/agent-mirror.ts";
import { SYSTEM_ACTOR } from "../reactions/perform.ts";
import { type Effect, makeSystemItem } from "../reactions/reaction.ts";
import { SETTINGS } from "../reactions/route-new-dialog.ts";
import { wakeDue } from "../reactions/wake-snoozed.ts";
import type { Blobs } from "../stores/blobs.ts";
import type { Store } from "../stores/store.ts";
import { openSystems } from "../systems/open-systems.ts";
import { FIRST_LINK } from "./first-desk.ts";
import { type Channels, openChannels } from "./open-channels.ts";
import { type Core, openCore } from "./open-core.ts";
import { openDeskPush, openMailFallback, type PushSettings } from "./open-desk-push.ts";
import { openHttp } from "./open-http.ts";
import { type Live, openLive } from "./open-live.ts";
import { openReactions } from "./open-reactions.ts";

/** A running desk. */
export type Desk = {
  readonly port: number;
  /** Address of the desk, without a trailing slash. */
  readonly url: string;
  readonly core: Core;
  readonly live: Live;
  readonly channels: Channels;
  readonly files: Blobs;
  readonly push: Push;
  /** Address of the one-time first sign-in; nothing once there is an admin. */
  readonly firstUrl: () => Promise<string | undefined>;
  /** Address of a public chat link that is open. */
  readonly chatUrl: () => string | undefined;
  /** Answers what was accepted, says goodbye, closes everything that was opened here (the store, too). */
  readonly close: () => Promise<void>;
};

export type DeskParts = {
  readonly config: Config;
  readonly store: Store;
  readonly files: Blobs;
  readonly log: Log;
  /** The built programs (dist/client). */
  readonly clientFolder: string;
  readonly clock?: () => Ms;
  readonly random?: Random;
  readonly push?: PushSettings;
  /** Kinds of channels beside those of the registry, and other waits: for tests and the demo. */
  readonly channelModules?: readonly ChannelModule[];
  readonly channelTimes?: Partial<ChannelTimes>;
};

/** How often sleeping threads are looked at. */
const WAKE_MS = 5_000;
const GRACE_MS = 3_000;

/** Opens a desk on a store; resolves when it serves. The desk owns the store from here on. */
export async function openDesk(parts: DeskParts): Promise<Desk> {
  const { config, store, files, log, clientFolder } = parts;
  const clock = parts.clock ?? Date.now;
  const random = parts.random ?? secureRandom;
  const metrics = openMetrics();
  let isClosing = false;
  let server: HttpServer | undefined;
  const url = (): string => config.publicUrl ?? `http://${hostForLinks(config.host)}:${server?.port ?? config.port}`;

  const core = await openCore({ store, files, dataDir: config.dataDir, clock, random, log, metrics });
  const { arbiter, identity, gateway, directory } = core;
  const live = openLive({ core, clock, metrics, publicUrl: config.publicUrl });

  const perform = async (effects: readonly Effect[]): Promise<void> => {
    if (effects.length === 0) return;
    await arbiter.submit(effects.map((effect) => ({ item: makeSystemItem(effect), actor: SYSTEM_ACTOR })));
  };
  const warn = (error: unknown): void => log.warn({ err: error }, "a duty of the desk failed; it is tried again");
  const mirror = (): void => {
    for (const account of identity.accounts.list()) {
      perform(mirrorAccount(presentAccount(account), gateway.head(account.agent), clock())).catch(warn);
    }
  };
  mirror();
  const stopMirror = identity.accounts.onChanged(mirror);
  const stopLeases = identity.onSessionEnded((_session, author) => {
    if (author === undefined) return;
    identity.sessions
      .ofAuthor(author, clock())
      .then((left) => (left.length === 0 ? arbiter.signedOut(author) : undefined))
      .catch(warn);
  });
  const running = await openReactions({ core, live, clock, log });
  const channels = openChannels({
    core,
    live,
    files,
    publicUrl: config.publicUrl,
    url,
    clock,
    random,
    log,
    ...(parts.channelModules === undefined ? {} : { modules: parts.channelModules }),
    ...(parts.channelTimes === undefined ? {} : { times: parts.channelTimes }),
  });
  const duties = setInterval(() => {
    perform(wakeDue(gateway.heads(), clock())).catch(warn);
    mirror();
  }, WAKE_MS);

  const systems = openSystems({
    database: core.databases.server,
    files,
    arbiter,
    head: (thread) => gateway.head(thread),
    heads: () => gateway.heads(),
    agentByEmail: (email) => {
      const account = identity.accounts.byEmail(email);
      return account === undefined ? undefined : agentAuthor(account.agent);
    },
    clock,
    random,
    log,
  });
  const deskName = (): string => {
    const name = directory.field(SETTINGS, "name");
    return typeof name === "string" ? name : "Otklik";
  };
  const push = await openDeskPush({ core, deskName, url, clock, log, settings: parts.push ?? {} });
  const fallback = openMailFallback({ core, channels, deskName, url, clock, log });
  const http = await openHttp({
    deskName,
    push,
    systems,
    core,
    live,
    reactions: running,
    channels,
    store,
    files,
    config,
    clock,
    log,
    metrics,
    clientFolder,
    url,
    isClosing: () => isClosing,
  });

  async function closeAll(): Promise<void> {
    isClosing = true;
    clearInterval(duties);
    stopMirror();
    stopLeases();
    // What was accepted is answered while the sockets are still open.
    await Promise.race([
      Promise.all([http.settle(), live.sockets.settle()]),
      new Promise((resolve) => setTimeout(resolve, GRACE_MS).unref()),
    ]);
    await fallback.close();
    await push.close();
    await systems.close();
    await channels.close();
    await running.close();
    await arbiter.close();
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    await live.sockets.close();
    live.hub.close();
    await http.close();
    await server?.close(GRACE_MS);
    await gateway.close();
    await core.incarnation.close();
    await core.audit.settle();
    await store.close();
  }

  try {
    server = await listen({ app: http.app, upgrade: live.sockets.upgrade, port: config.port, host: config.host });
  } catch (error) {
    await closeAll();
    throw error;
  }
  // Served first: a channel's other side may call us as soon as it is open.
  channels.begin().catch(warn);
  log.info({ port: server.port, store: store.kind, inc: core.incarnation.inc }, "the desk serves");

  let closing: Promise<void> | undefined;
  return {
    port: server.port,
    url: url(),
    core,
    live,
    channels,
    files,
    push,
    firstUrl: async () => {
      const token = await identity.ways.firstToken();
      return token === undefined ? undefined : `${url()}/#/first/${token}`;
    },
    chatUrl: () => {
      const links = directory.links().filter((link) => linkStatus(link, clock()) === "open");
      const link = links.find((one) => one.thread === FIRST_LINK) ?? links[0];
      return link === undefined ? undefined : `${url()}/c/${link.token}`;
    },
    close: () => (closing ??= closeAll()),
  };
}

/** The name under which this machine is reached when nobody said one. */
function hostForLinks(host: string | undefined): string {
  if (host === undefined || host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}
