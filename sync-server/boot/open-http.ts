import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId, ThreadId } from "../../shared/kernel/ids.ts";
import { openApi } from "../api/open-api.ts";
import { accountRoutes } from "../http/account-routes.ts";
import { type App, createApp } from "../http/app.ts";
import { callRoutes } from "../http/call-routes.ts";
import { channelRoutes } from "../http/channel-routes.ts";
import { chatRoutes } from "../http/chat-routes.ts";
import { downloadRoutes } from "../http/download-routes.ts";
import type { Ask } from "../http/env.ts";
import { Fault } from "../http/fault.ts";
import { hookRoutes } from "../http/hook-routes.ts";
import { identityRoutes } from "../http/identity-routes.ts";
import { pushRoutes } from "../http/push-routes.ts";
import { sharedFileRoutes } from "../http/shared-file-routes.ts";
import { openStaticPages } from "../http/static-pages.ts";
import { systemRoutes } from "../http/system-routes.ts";
import { uploadRoutes } from "../http/upload-routes.ts";
import { makeUserDoor } from "../http/user-door.ts";
import { userOf } from "../identity/credentials.ts";
import { linkStatus } from "../identity/directory.ts";
import type { Config } from "../platform/config.ts";
import type { Log } from "../platform/log.ts";
import type { Metrics } from "../platform/metrics.ts";
import type { Push } from "../push/open-push.ts";
import { SYSTEM_ACTOR } from "../reactions/perform.ts";
import { makeSystemItem } from "../reactions/reaction.ts";
import { SETTINGS } from "../reactions/route-new-dialog.ts";
import type { Blobs } from "../stores/blobs.ts";
import type { Store } from "../stores/store.ts";
import type { Systems } from "../systems/open-systems.ts";
import { openWebhooks } from "../webhooks/open-webhooks.ts";
import type { Channels } from "./open-channels.ts";
import type { Core } from "./open-core.ts";
import type { Live } from "./open-live.ts";
import { openPortal } from "./open-portal.ts";
import type { Reactions } from "./open-reactions.ts";
import { openWidgets } from "./open-widgets.ts";
import { makePhoneBook } from "./phone-book.ts";

type Parts = {
  readonly core: Core;
  readonly systems: Systems;
  readonly push: Push;
  readonly deskName: () => string;
  readonly live: Live;
  readonly reactions: Reactions;
  readonly channels: Channels;
  readonly store: Store;
  readonly files: Blobs;
  readonly config: Config;
  readonly clock: () => Ms;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly clientFolder: string;
  readonly url: () => string;
  readonly isClosing: () => boolean;
};

const GIBIBYTE = 1024 ** 3;

/** Puts the routes of all rooms together; `close` ends what is streamed from here. */
export async function openHttp(parts: Parts): Promise<App & { readonly close: () => Promise<void> }> {
  const { core, live, files, config, clock, log, metrics, deskName } = parts;
  const { identity, gateway, directory, arbiter } = core;
  const isSecure = config.publicUrl?.startsWith("https:") === true;

  const agentSender = async (c: Ask): Promise<string> => {
    const who = await identity.authenticate({
      authorization: c.req.header("authorization"),
      cookie: c.req.header("cookie"),
    });
    if (who === undefined) throw new Fault("signed-out");
    return who.actor.id;
  };
  /** A user uploads by an open link, or for a dialog that he has already. */
  const userSender = async (c: Ask): Promise<string> => {
    const user = userOf(c.req.header("authorization"));
    if (user === undefined) throw new Fault("signed-out");
    const status = linkStatus(directory.linkOf(c.req.param("token") ?? ""), clock());
    if (status !== "open" && live.userThreads.of(user).length === 0) throw new Fault(`link-${status}`);
    return user;
  };

  const door = makeUserDoor({
    clock,
    receive: (items, who) => gateway.receive(items, who),
    head: (thread) => gateway.head(thread),
    onAnswers: (answers) => {
      for (const { answer } of answers) metrics.answers.inc({ door: "chat", answer });
    },
  });

  const dialogsOf = (user: AuthorId): readonly ThreadId[] => newestFirst(live.userThreads.of(user), gateway);
  // The turn's end was asked for by the commit: what is asked for now comes after it.
  const afterFrames = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const portal = openPortal({
    core,
    live,
    reactions: parts.reactions,
    door,
    dialogsOf,
    afterFrames,
    clock,
    url: parts.url,
    deskName,
    speak: parts.channels.lines.speak,
  });

  const widgets = openWidgets({ core, clock });

  const api = await openApi({
    identity,
    arbiter,
    gateway,
    reader: core.reader,
    isServed: core.namedFiles.isServed,
    files,
    directory,
    audit: core.audit,
    database: core.databases.server,
    clock,
    log,
    url: parts.url,
  });
  const webhooks = await openWebhooks({
    identity,
    arbiter,
    database: core.databases.desk,
    serverDatabase: core.databases.server,
    directory,
    audit: core.audit,
    fileLink: api.fileLink,
    clock,
    log,
    tellStopped: async (names) => {
      const at = clock();
      const set = { stoppedWebhooks: names.slice(0, 20) };
      const item = makeSystemItem({ kind: "set-field", thread: SETTINGS, cause: `stopped-webhooks:${at}`, at, set });
      await arbiter.submit([{ item, actor: SYSTEM_ACTOR }]);
    },
  });

  const app = createApp({
    log,
    metrics,
    trustedProxies: config.trustedProxies,
    publicUrl: config.publicUrl,
    isClosing: parts.isClosing,
    pages: await openStaticPages(parts.clientFolder, widgets.sitesOf),
    readiness: async () => {
      const health = await parts.store.health();
      return { ready: health.ok, ...(health.detail === undefined ? {} : { detail: health.detail }) };
    },
    measure: () => {
      const counts = live.sockets.counts();
      metrics.sockets.set({ kind: "desk" }, counts.desk);
      metrics.sockets.set({ kind: "all" }, counts.all);
      metrics.streams.set(live.hub.count() + portal.streams.count());
    },
    rooms: [
      ["/db", gateway.db],
      ["/api/chat/:token/files", uploadRoutes({ files, sender: userSender, bytesPerHour: GIBIBYTE / 2 })],
      ["/api/chat", widgets.chatRoutes],
      ["/api/widgets", widgets.routes],
      [
        "/api/chat",
        chatRoutes({
          directory,
          hub: live.hub,
          arbiter,
          clock,
          door,
          head: (thread) => gateway.head(thread),
          threadsOf: dialogsOf,
          userTyping: live.userTyping,
          afterFrames,
        }),
      ],
      ["/api/portal/files", uploadRoutes({ files, sender: portal.sender, bytesPerHour: GIBIBYTE / 2 })],
      ["/api/portal", portal.routes],
      ["/api/portal-links", portal.linkRoutes],
      [
        "/api/channels",
        channelRoutes({
          identity,
          audit: core.audit,
          book: parts.channels.book,
          readAgain: parts.channels.lines.readAgain,
          forgetAside: parts.channels.lines.forgetAside,
        }),
      ],
      [
        "/api/hooks",
        hookRoutes({
          isChannel: (channel) => gateway.head(channel)?.kind === "channel",
          hook: parts.channels.lines.hook,
        }),
      ],
      ["/api/shared-files", sharedFileRoutes({ files, shared: parts.channels.shared })],
      ["/api/files", uploadRoutes({ files, sender: agentSender, bytesPerHour: 8 * GIBIBYTE })],
      [
        "/files",
        downloadRoutes({
          files,
          threads: { visibleHead: core.visibleHead, item: core.reader.item, isServed: core.namedFiles.isServed },
          identity,
          portalUser: portal.userOf,
        }),
      ],
      ...api.rooms,
      ["/api/webhooks", webhooks.routes],
      [
        "/api/push",
        pushRoutes({ push: parts.push, identity, isUser: (user) => live.userThreads.of(user).length > 0, clock }),
      ],
      [
        "/api/calls",
        callRoutes({ identity, extensionOf: makePhoneBook(core).extensionOf, dial: parts.channels.lines.dial }),
      ],
      ["/api/systems", systemRoutes({ systems: parts.systems, identity })],
      ["/api", identityRoutes({ identity, audit: core.audit, clock, isSecure, deskName })],
      ["/api", accountRoutes({ identity, audit: core.audit, directory, clock, url: parts.url, deskName })],
      ["/api", gateway.api],
    ],
  });
  return {
    ...app,
    close: async () => {
      portal.streams.close();
      api.close();
      await webhooks.close();
    },
  };
}

function newestFirst<Thread extends Parameters<Core["gateway"]["head"]>[0]>(
  threads: readonly Thread[],
  gateway: Core["gateway"],
): readonly Thread[] {
  const lastAt = (thread: Thread): number => gateway.head(thread)?.lastAt ?? 0;
  return [...threads].sort((a, b) => lastAt(b) - lastAt(a));
}
