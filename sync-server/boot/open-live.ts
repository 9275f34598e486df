import type { Ms } from "../../shared/kernel/clock.ts";
import { scopesOfHead } from "../../shared/policy/scopes-of.ts";
import type { DeviceHead, Head } from "../../shared/thread/head.ts";
import type { Commit } from "../arbiter/port.ts";
import { type ChatHub, openChatHub } from "../channels/web/hub.ts";
import { makeUserThreads, type UserThreads } from "../channels/web/user-threads.ts";
import { meOf } from "../http/identity-routes.ts";
import { isOwnRequest } from "../http/origin.ts";
import { makeBoards } from "../live/boards.ts";
import { type DeskSockets, makeDeskSockets } from "../live/desk-sockets.ts";
import { makeDrafts } from "../live/drafts.ts";
import type { Typing, TypingLine } from "../live/port.ts";
import { openSockets, type Sockets } from "../live/sockets.ts";
import type { Metrics } from "../platform/metrics.ts";
import type { Core } from "./open-core.ts";

/** The live edge: sockets of agents, streams of users, and who is writing to whom. */
export type Live = {
  readonly sockets: Sockets;
  readonly hub: ChatHub;
  readonly userThreads: UserThreads;
  readonly userTyping: (typing: Typing) => void;
  /** To the open desks of one person. */
  readonly tellAgent: DeskSockets["tell"];
  /** Told when an agent writes to a user, or has stopped. */
  readonly onAgentTyping: (listener: (typing: Typing) => void) => () => void;
};

type Parts = {
  readonly core: Core;
  readonly clock: () => Ms;
  readonly metrics: Metrics;
  readonly publicUrl: string | undefined;
};

export function openLive({ core, clock, metrics, publicUrl }: Parts): Live {
  const { arbiter, gateway, identity, directory } = core;
  const userThreads = makeUserThreads();
  for (const head of gateway.heads()) userThreads.apply(head);
  const hub = openChatHub({
    read: core.reader.read,
    nameOf: directory.nameOf,
    clock,
    onDropped: () => metrics.dropped.inc({ kind: "stream" }),
  });

  const userTypingListeners = new Set<(typing: Typing) => void>();
  const agentTypingListeners = new Set<(typing: Typing) => void>();
  const typing: TypingLine = {
    fromAgent: (said) => {
      hub.typing(said.thread, said.on, directory.nameOf(said.author));
      for (const listener of agentTypingListeners) listener(said);
    },
    onUser: (listener) => {
      userTypingListeners.add(listener);
      return () => userTypingListeners.delete(listener);
    },
  };

  const { turn } = core;
  const boards = makeBoards({
    turn,
    clock,
    source: {
      *threadsOf(team) {
        for (const head of gateway.heads())
          if (isWork(head) && head.team === team && head.state !== "closed") yield head;
      },
      head: (thread) => gateway.head(thread),
      leaseOf: (head) => arbiter.leaseOf({ ...head, decided: [], pend: [] }),
    },
  });
  const drafts = makeDrafts({ clock });
  const desk = makeDeskSockets({
    door: gateway,
    arbiter,
    identity,
    boards,
    typing,
    clock,
    me: (who) => meOf(identity, who),
    onAnswers: (answers) => {
      for (const { answer } of answers) metrics.answers.inc({ door: "desk", answer });
    },
  });
  const sockets = openSockets({
    identity,
    desk,
    boards,
    drafts,
    door: gateway,
    turn,
    isOwnOrigin: ({ headers }) => isOwnRequest({ ...headers, "sec-fetch-site": undefined }, publicUrl),
    heard: ({ actor }) => arbiter.heard(actor.id),
    onDropped: () => metrics.dropped.inc({ kind: "socket" }),
  });

  // What a user said is heard by the agents first: his own pages' echo can wait for their frames, in the order of commits.
  const echoes: Commit[] = [];
  const sayEchoes = (): void => {
    for (const commit of echoes.splice(0)) hub.follow(commit);
  };
  const tellUsers = (commit: Commit): void => {
    if (echoes.length === 0 && !isSaidByUser(commit)) return hub.follow(commit);
    echoes.push(commit);
    turn.afterFrames(sayEchoes);
  };

  arbiter.onCommit((commit) => {
    const { head, before } = commit;
    userThreads.apply(head);
    boards.follow(head, before);
    tellUsers(commit);
    if (before !== undefined && scopesDiffer(head, before)) sockets.showingChanged(head._id);
  });
  return {
    sockets,
    hub,
    userThreads,
    tellAgent: desk.tell,
    userTyping: (said) => {
      for (const listener of userTypingListeners) listener(said);
    },
    onAgentTyping: (listener) => {
      agentTypingListeners.add(listener);
      return () => agentTypingListeners.delete(listener);
    },
  };
}

const isSaidByUser = ({ head, items }: Commit): boolean =>
  items.length > 0 && items.every(({ author }) => author === head.user);
const isWork = (head: DeviceHead): boolean => head.kind === "dialog" || head.kind === "ticket";
const scopesDiffer = (a: Head, b: Head): boolean => scopesOfHead(a).join(" ") !== scopesOfHead(b).join(" ");
