import type { AuthorId, ThreadId } from "../../shared/kernel/ids.ts";
import { kindOf } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";

/** Dialogs by the channel that brought them and by their user. Fed with every head, in any order. */
export type ChannelDialogs = {
  readonly apply: (head: DeviceHead) => void;
  /** The dialog in which this user's next word by this channel stands; nothing when he has none. */
  readonly latest: (channel: ThreadId, user: AuthorId) => ThreadId | undefined;
  /** A user's dialogs by this channel, newest first. */
  readonly of: (channel: ThreadId, user: AuthorId) => readonly ThreadId[];
  readonly ofChannel: (channel: ThreadId) => Iterable<ThreadId>;
};

/** The channel that carries a dialog; nothing for a page's and for what was imported. */
export function channelOf(head: Pick<DeviceHead, "kind" | "link">): ThreadId | undefined {
  if (head.kind !== "dialog" || head.link === undefined) return undefined;
  return kindOf(head.link) === "channel" ? head.link : undefined;
}

export function makeChannelDialogs(headOf: (thread: ThreadId) => DeviceHead | undefined): ChannelDialogs {
  const byChannel = new Map<ThreadId, Map<AuthorId | null, Set<ThreadId>>>();
  const of: ChannelDialogs["of"] = (channel, user) => {
    const threads = byChannel.get(channel)?.get(user) ?? [];
    const bornAt = (thread: ThreadId): number => headOf(thread)?.createdAt ?? 0;
    return [...threads].sort((a, b) => bornAt(b) - bornAt(a) || (a < b ? 1 : -1));
  };
  return {
    apply: (head) => {
      const channel = channelOf(head);
      if (channel === undefined) return;
      const users = byChannel.get(channel) ?? new Map<AuthorId | null, Set<ThreadId>>();
      byChannel.set(channel, users);
      const threads = users.get(head.user) ?? new Set<ThreadId>();
      users.set(head.user, threads.add(head._id));
    },
    of,
    // What follows an ended dialog is one of his, too, and newer; where two are of one moment, `next` tells.
    latest: (channel, user) => {
      let thread = of(channel, user)[0];
      for (const passed = new Set<ThreadId>(); thread !== undefined && !passed.has(thread); ) {
        passed.add(thread);
        thread = headOf(thread)?.next ?? thread;
      }
      return thread;
    },
    *ofChannel(channel) {
      for (const threads of byChannel.get(channel)?.values() ?? []) yield* threads;
    },
  };
}
