import type { Ms } from "../../shared/kernel/clock.ts";
import type { Random, ThreadId } from "../../shared/kernel/ids.ts";
import { type ChannelBook, makeChannelBook } from "../channels/channel-book.ts";
import { type Lines, openLines } from "../channels/lines.ts";
import type { ChannelModule } from "../channels/port.ts";
import { CHANNEL_TIMES, type ChannelTimes, type ChannelWorld } from "../channels/ports.ts";
import { CHANNEL_MODULES } from "../channels/registry.ts";
import { openSharedFiles, type SharedFiles } from "../channels/shared-files.ts";
import { sniffKind } from "../http/file-kinds.ts";
import type { Log } from "../platform/log.ts";
import { wallTimers } from "../reactions/duty.ts";
import type { Blobs } from "../stores/blobs.ts";
import type { Core } from "./open-core.ts";
import type { Live } from "./open-live.ts";
import { makePhoneBook } from "./phone-book.ts";

/** Every channel of the desk that somebody must carry. */
export type Channels = {
  readonly lines: Lines;
  readonly book: ChannelBook;
  readonly shared: SharedFiles;
  /** Opens them and looks for what a stop left; what is slow to open keeps nobody waiting. */
  readonly begin: () => Promise<void>;
  /** Takes nothing more and lets what is under way end: while the arbiter still decides. */
  readonly close: () => Promise<void>;
};

type Parts = {
  readonly core: Core;
  readonly live: Pick<Live, "userTyping" | "onAgentTyping" | "tellAgent">;
  readonly files: Blobs;
  readonly publicUrl: string | undefined;
  readonly url: () => string;
  readonly clock: () => Ms;
  readonly random: Random;
  readonly log: Log;
  /** Beside those of the registry: for tests and the demo. */
  readonly modules?: readonly ChannelModule[];
  readonly times?: Partial<ChannelTimes>;
};

export function openChannels(parts: Parts): Channels {
  const { core, live, publicUrl, clock } = parts;
  const { arbiter, gateway, directory, reader, namedFiles } = core;
  const shelf = core.databases.server;
  const phones = makePhoneBook(core);
  const shared = openSharedFiles(shelf, clock);
  const hookUrl = (channel: ThreadId): string | undefined =>
    publicUrl === undefined ? undefined : `${publicUrl}/api/hooks/${channel}`;
  const world: ChannelWorld = {
    shelf,
    files: parts.files,
    arbiter,
    head: (thread) => gateway.head(thread),
    named: namedFiles.named,
    item: reader.item,
    read: reader.read,
    directory,
    userTyping: live.userTyping,
    phones: {
      agentOf: phones.agentOf,
      ring: (agent, ring) => live.tellAgent(agent, { t: "call", ring }),
    },
    linkOfFile: async (item, file) => `${parts.url()}/api/shared-files/${await shared.share(item, file)}`,
    clock,
    random: parts.random,
    log: parts.log,
    times: { ...CHANNEL_TIMES, ...parts.times },
  };
  const lines = openLines({
    world,
    modules: [...(parts.modules ?? []), ...CHANNEL_MODULES],
    heads: () => gateway.heads(),
    timers: wallTimers,
    typeOf: (start) => {
      const kind = sniffKind(start);
      return kind.kind === "refused" ? undefined : kind.type;
    },
    hookUrl,
    deskUrl: parts.url,
  });
  const stopCommits = arbiter.onCommit(lines.follow);
  const stopTyping = live.onAgentTyping(lines.agentTyping);
  const book = makeChannelBook({
    lines,
    world,
    heads: () => gateway.heads(),
    isTeam: (team) => directory.teams().includes(team),
    // Only where the other side can be told an address that it takes.
    hookUrl: (channel) => (publicUrl?.startsWith("https:") === true ? hookUrl(channel) : undefined),
  });
  return {
    lines,
    book,
    shared,
    begin: lines.begin,
    close: async () => {
      await lines.close();
      stopTyping();
      stopCommits();
    },
  };
}
