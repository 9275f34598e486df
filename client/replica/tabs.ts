import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import { type ItemId, randomDigits, type ThreadId } from "../../shared/kernel/ids.ts";
import type { Me } from "../../shared/protocol/desk-socket.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { JournalRow } from "../../shared/thread/outbox.ts";
import type { ChannelPort, Environment } from "../platform/environment.ts";
import type { Connection, ReplicaEvent, Unsent } from "./port.ts";

/** What the tabs of one person on one browser tell each other. The journal and the store they share by the disk. */
export type TabMessage =
  // From anybody.
  | { readonly t: "written"; readonly row: JournalRow }
  // From the leader.
  | {
      readonly t: "unsent";
      readonly rows: readonly { readonly seq: number; readonly unsent: Unsent }[];
      readonly gone: readonly ItemId[];
    }
  | {
      readonly t: "docs";
      readonly heads: readonly DeviceHead[];
      readonly items: readonly StampedItem[];
      readonly removed: readonly ThreadId[];
    }
  | {
      readonly t: "events";
      readonly events: readonly Extract<ReplicaEvent, { t: "typing" | "call" | "lost" | "storage" | "reload" }>[];
    }
  | { readonly t: "line"; readonly line: LineState; readonly offset: Ms | null }
  | { readonly t: "me"; readonly me: Me }
  | { readonly t: "rotated" }
  | { readonly t: "sent"; readonly sha: string; readonly sent: number }
  | { readonly t: "file-refused"; readonly sha: string; readonly code: string }
  // To the leader.
  | { readonly t: "hello" }
  | { readonly t: "want"; readonly thread: ThreadId }
  | { readonly t: "discard"; readonly id: ItemId }
  | { readonly t: "read"; readonly thread: ThreadId; readonly n: number }
  | { readonly t: "typing"; readonly thread: ThreadId; readonly on: boolean }
  | { readonly t: "upload" }
  | { readonly t: "sync" };

/** The line as the leader sees it; unsent items each tab counts itself. */
export type LineState =
  | { readonly state: "live" }
  | { readonly state: "catching-up"; readonly left: number | null }
  | { readonly state: "offline"; readonly since: Ms }
  | { readonly state: "signed-out" };

/** The line as screens see it, with what waits for it. `isRead`: what the disk held is in memory. */
export function connectionOf(line: LineState, own: readonly Unsent[], isRead: boolean): Connection {
  const unsent = own.length;
  if (line.state === "live" && !isRead) return { state: "catching-up", left: null, unsent };
  if (line.state !== "offline") return { ...line, unsent };
  return { ...line, unsent, oldestUnsentAt: own[0]?.savedAt ?? null };
}

type Probe =
  | { readonly t: "ping"; readonly from: string }
  | { readonly t: "pong"; readonly to: string; readonly hiddenMs: Ms };

/** How often a visible tab asks whether there is a leader, how long it waits, after how long a hidden leader gives way; wait before standing again. */
export const TAB_TIMES = { probeMs: 3_000, answerMs: 3_000, hiddenLeaderMs: 60_000, againMs: 250 } as const;

export interface Tabs {
  tell(message: TabMessage): void;
  isLeader(): boolean;
  close(): Promise<void>;
}

/**
 * Elects one leader among the tabs of a person: who holds the lock. It dies with its tab; of a frozen one a visible tab
 * steals it, for a frozen tab answers nothing. `lead` runs while this tab leads and must stop when `lost` aborts: a tab that
 * thaws may act for a moment beside its successor, which is harmless because everything it does may be done twice.
 */
export function openTabs(
  environment: Environment,
  name: string,
  does: { readonly lead: (lost: AbortSignal) => Promise<void>; readonly heard: (message: TabMessage) => void },
): Tabs {
  const self = randomDigits(() => environment.random(), 8);
  const closed = new AbortController();
  let leads = false;
  let queue: AbortController | undefined;
  let stopTimer: () => void = () => undefined;
  let stopWait: () => void = () => undefined;
  let awaiting = false;
  let standing: Promise<void> = Promise.resolve();
  let hiddenSince = environment.isVisible() ? null : environment.now();

  const channel: ChannelPort = environment.openChannel(`${environment.prefix}-${name}`, (message) => {
    const heard = message as TabMessage | Probe; // only our own tabs speak here
    if (heard.t === "ping") {
      const hiddenMs = hiddenSince === null ? 0 : environment.now() - hiddenSince;
      if (leads) channel.tell({ t: "pong", to: heard.from, hiddenMs } satisfies Probe);
    } else if (heard.t === "pong") {
      if (heard.to !== self) return;
      awaiting = false;
      if (heard.hiddenMs >= TAB_TIMES.hiddenLeaderMs && environment.isVisible() && !leads) void stand(true);
    } else does.heard(heard);
  });

  const dropHint = environment.onHint((hint) => {
    if (hint === "hidden") hiddenSince ??= environment.now();
    if (hint === "visible" || hint === "resumed") {
      hiddenSince = null;
      probe();
    }
  });

  /** Waits for the lock, or takes it. */
  function stand(steal: boolean): Promise<void> {
    standing = candidacy(steal);
    return standing;
  }

  async function candidacy(steal: boolean): Promise<void> {
    stopWait();
    queue?.abort();
    const mine = new AbortController();
    queue = mine;
    const signal = AbortSignal.any([mine.signal, closed.signal]);
    try {
      await environment.locks.hold(`${environment.prefix}-${name}`, { steal, signal }, (lost) =>
        rule(AbortSignal.any([lost, closed.signal])),
      );
    } catch {
      // Aborted while waiting, or the lock was stolen: whoever aborted knows why.
    }
    if (queue !== mine || closed.signal.aborted) return;
    stopWait = environment.setTimer(() => void stand(false), TAB_TIMES.againMs);
  }

  async function rule(lost: AbortSignal): Promise<void> {
    if (lost.aborted) return;
    leads = true;
    lost.addEventListener("abort", () => (leads = false), { once: true });
    try {
      await does.lead(lost);
    } finally {
      leads = false;
    }
  }

  function probe(): void {
    stopTimer();
    if (closed.signal.aborted) return;
    if (leads || !environment.isVisible()) {
      stopTimer = environment.setTimer(probe, TAB_TIMES.probeMs);
      return;
    }
    awaiting = true;
    channel.tell({ t: "ping", from: self } satisfies Probe);
    stopTimer = environment.setTimer(() => {
      if (awaiting && !leads && environment.isVisible()) void stand(true);
      probe();
    }, TAB_TIMES.answerMs);
  }

  void stand(false);
  // Nothing is stolen in the first moments: a leader that has just come answers no ping yet.
  stopTimer = environment.setTimer(probe, TAB_TIMES.probeMs);

  return {
    // A screen that is being taken down still says a word or two: there is nobody left to hear it.
    tell: (message) => {
      if (!closed.signal.aborted) channel.tell(message);
    },
    isLeader: () => leads,
    close: async () => {
      closed.abort();
      stopTimer();
      stopWait();
      dropHint();
      await standing;
      channel.close();
    },
  };
}
