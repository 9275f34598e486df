import type { Ms } from "../../shared/kernel/clock.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { Log } from "../platform/log.ts";
import { StoppedError } from "./perform.ts";

/**
 * Something that the desk keeps true of threads, driven by what their heads say and not by what happened: whoever calls it
 * once too often changes nothing, and after a crash it is enough to look at every head again.
 */
export type Duty = {
  /** The thread is to be looked at; it is, once more, also when it is being looked at now. */
  readonly look: (thread: ThreadId) => void;
  /** Resolves when nothing is under way. What waits for its time is not waited for. */
  readonly idle: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Runs something later; returns how to take it back. */
export type Timers = { readonly after: (ms: Ms, run: () => void) => () => void };

/** The clock on the wall. */
export const wallTimers: Timers = {
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

type Parts = {
  readonly name: string;
  /** Does what is to be done now; resolves with how long to wait before the next look, if one is needed. */
  readonly act: (thread: ThreadId) => Promise<Ms | undefined>;
  readonly timers: Timers;
  readonly log: Log;
};

/** Threads that are looked at beside each other. */
const MOST_AT_ONCE = 16;
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 60_000;

/** One thread at a time is looked at by one; a failure is tried again later and keeps nobody else waiting. */
export function runDuty({ name, act, timers, log }: Parts): Duty {
  const asked = new Set<ThreadId>();
  const underWay = new Set<ThreadId>();
  const waiting = new Map<ThreadId, () => void>();
  const failures = new Map<ThreadId, number>();
  const idlers = new Set<() => void>();
  let isClosed = false;

  function later(thread: ThreadId, ms: Ms): void {
    waiting.get(thread)?.();
    if (isClosed) return;
    waiting.set(
      thread,
      timers.after(ms, () => {
        waiting.delete(thread);
        look(thread);
      }),
    );
  }

  async function lookNow(thread: ThreadId): Promise<void> {
    try {
      const wait = await act(thread);
      failures.delete(thread);
      if (wait !== undefined) later(thread, wait);
    } catch (error) {
      if (isClosed || error instanceof StoppedError) return;
      const count = (failures.get(thread) ?? 0) + 1;
      failures.set(thread, count);
      log.warn({ err: error, duty: name, thread, count }, "a duty failed; it is tried again");
      later(thread, Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (count - 1)));
    }
  }

  function begin(): void {
    for (const thread of asked) {
      if (isClosed || underWay.size >= MOST_AT_ONCE) break;
      if (underWay.has(thread)) continue;
      asked.delete(thread);
      waiting.get(thread)?.();
      waiting.delete(thread);
      underWay.add(thread);
      void lookNow(thread).finally(() => {
        underWay.delete(thread);
        begin();
      });
    }
    if (underWay.size > 0) return;
    for (const wake of idlers) wake();
    idlers.clear();
  }

  function look(thread: ThreadId): void {
    if (isClosed) return;
    asked.add(thread);
    begin();
  }

  const idle = (): Promise<void> =>
    underWay.size === 0 ? Promise.resolve() : new Promise((resolve) => idlers.add(resolve));

  return {
    look,
    idle,
    close: async () => {
      isClosed = true;
      asked.clear();
      for (const cancel of waiting.values()) cancel();
      waiting.clear();
      await idle();
    },
  };
}
