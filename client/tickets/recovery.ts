import type { AuthorId, DeviceId, ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import { actorFor, makeSession } from "../../shared/ticket/actor.ts";
import type { Environment } from "../platform/environment.ts";
import type { ChainLink, Replica, ThreadView, Unsent } from "../replica/port.ts";
import type { TicketEngine } from "./engine-port.ts";
import { editsNow, type RefusedChange, sortRefused } from "./refused.ts";
import { changesOf, linkOf } from "./session.ts";
import { editsOf, NO_TYPING, typed } from "./typing.ts";

export type RecoveryParts = {
  readonly author: AuthorId;
  readonly device: DeviceId;
  readonly environment: Environment;
  readonly replica: Pick<Replica, "writeChain">;
  readonly engine: TicketEngine;
  /** Items that could not be written anew: they are shown. */
  readonly stuck: Set<ItemId>;
  /** A thread as this device knows it, loaded. */
  readonly view: (thread: ThreadId) => Promise<ThreadView>;
};

/** Wait before what could not be written anew now is tried again. */
const AGAIN_MS = 30_000;

/**
 * Writes own changes anew that fell with another one (sortRefused): the content is built from what was admitted, their edits are
 * made in it, and the new items take the place of the refused ones in one step of the journal. One tab does it at a time.
 */
export function openRecovery(parts: RecoveryParts): {
  readonly see: (unsent: readonly Unsent[]) => void;
  readonly close: () => void;
} {
  const { environment } = parts;
  const closed = new AbortController();
  const queued = new Set<ThreadId>();
  let isRunning = false;
  let stopTimer: () => void = () => undefined;

  async function run(): Promise<void> {
    if (isRunning) return;
    isRunning = true;
    for (const thread of queued) {
      if (closed.signal.aborted) break;
      queued.delete(thread);
      try {
        const lock = `${environment.prefix}-tickets-anew:${parts.author}`;
        await environment.locks.hold(lock, { steal: false, signal: closed.signal }, () => writeAnew(parts, thread));
      } catch {
        // No Automerge, no room, or another tab was quicker: what is still refused then is looked at again.
        if (closed.signal.aborted) break;
        stopTimer();
        stopTimer = environment.setTimer(() => {
          queued.add(thread);
          void run();
        }, AGAIN_MS);
      }
    }
    isRunning = false;
  }

  return {
    see: (unsent) => {
      for (const thread of threadsOf(unsent, parts.stuck)) queued.add(thread);
      if (queued.size > 0) void run();
    },
    close: () => {
      closed.abort();
      stopTimer();
    },
  };
}

/** Threads with something to be written anew. */
function threadsOf(unsent: readonly Unsent[], stuck: ReadonlySet<ItemId>): readonly ThreadId[] {
  const refused = unsent.filter(({ item, state }) => item.kind === "change" && state === "refused");
  return [...new Set(refused.map(({ item }) => item.thread))].filter(
    (thread) =>
      sortRefused(
        unsent.filter(({ item }) => item.thread === thread),
        stuck,
      ).again.length > 0,
  );
}

async function writeAnew(parts: RecoveryParts, thread: ThreadId): Promise<void> {
  const { engine, environment, replica, device } = parts;
  const view = await parts.view(thread);
  const { again } = sortRefused(view.unsent, parts.stuck);
  if (again.length === 0) return;
  const key = `${thread}/anew`;
  const actor = actorFor(
    device,
    makeSession(() => environment.random()),
  );
  try {
    let { content } = await engine.open(key, { changes: changesOf(view), actor });
    const links: ChainLink[] = [];
    const replaces: ItemId[] = [];
    for (const { id, companion } of again) {
      const batch = editsNow(content, companion).reduce((sum, edit) => typed(content, sum, edit), NO_TYPING);
      const made = await engine.edit(key, { edits: editsOf(batch), at: environment.now() });
      content = made.content;
      if (made.refused.length > 0) {
        // It has no room in the ticket as it is now: shown with its text. What follows is looked at without it.
        parts.stuck.add(id);
        break;
      }
      links.push(...made.changes.map((change) => linkOf(thread, change, timesOf(companion))));
      replaces.push(id);
    }
    if (replaces.length > 0) await replica.writeChain(links, { replaces });
  } finally {
    await engine.drop(key).catch(() => undefined);
  }
}

const timesOf = ({ again }: RefusedChange["companion"]): number => (again ?? 0) + 1;
