import { canonicalJson } from "../../shared/kernel/canonical.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { toyContents } from "../../shared/testing/toy-content.ts";
import { foldable } from "../../shared/thread/fold.ts";
import type { Head } from "../../shared/thread/head.ts";
import { foundationsOf } from "../../shared/thread/outbox-entry.ts";
import { createArbiter } from "../../sync-server/arbiter/create-arbiter.ts";
import type { Submission } from "../../sync-server/arbiter/port.ts";
import { MemoryDatabase } from "../../sync-server/stores/memory/memory-database.ts";
import type { MemoryDocuments } from "../../sync-server/stores/memory/memory-documents.ts";
import type { Device } from "./device.ts";
import { Scheduler } from "./scheduler.ts";
import type { World } from "./world.ts";

/** Threads compared at one time, at most. */
const THREADS = 2;

/**
 * I7: what several devices hold unsent in one thread at this moment, given to two new arbiters on two copies of the store,
 * as after down time, in two orders of arrival: both must come to the same head. The world itself is not touched.
 */
export async function compareOrdersOfArrival(world: World): Promise<void> {
  const byThread = new Map<ThreadId, (readonly Submission[])[]>();
  for (const device of world.devices) {
    for (const [thread, batch] of batchesOf(device)) {
      const batches = byThread.get(thread);
      if (batches === undefined) byThread.set(thread, [batch]);
      else batches.push(batch);
    }
  }
  // A thread that the store does not know is opened, or given back, before anybody else writes into it (OB13).
  const contested = [...byThread].filter(
    ([thread, { length }]) => length > 1 && world.centre.head(thread) !== undefined,
  );
  for (const [thread, batches] of contested.slice(0, THREADS)) {
    world.reached.count("orders of arrival compared");
    const one = await decideIn(world, thread, batches);
    const other = await decideIn(world, thread, batches.toReversed());
    if (one !== other) world.witness.violated("I7", `${thread} depends on the order of arrival: ${one} or ${other}`);
  }
}

/** What a device would send of each thread by itself, without what stands on another thread's undecided item (OB4). */
function batchesOf(device: Device): ReadonlyMap<ThreadId, readonly Submission[]> {
  const batches = new Map<ThreadId, Submission[]>();
  const blocked = new Set<ThreadId>();
  for (const { item, state } of device.outbox.entries.values()) {
    if (state.at === "refused" || state.at === "stamped") continue;
    const elsewhere = foundationsOf(item).some((id) => {
      const foundation = device.outbox.entries.get(id);
      return foundation !== undefined && foundation.item.thread !== item.thread;
    });
    if (elsewhere) blocked.add(item.thread);
    if (blocked.has(item.thread)) continue;
    const batch = batches.get(item.thread);
    if (batch === undefined) batches.set(item.thread, [{ item, actor: device.actor }]);
    else batch.push({ item, actor: device.actor });
  }
  return batches;
}

/** The head that comes of it, as text. */
async function decideIn(
  world: World,
  thread: ThreadId,
  batches: readonly (readonly Submission[])[],
): Promise<string | undefined> {
  const scheduler = new Scheduler(world.scheduler.now);
  const documents: MemoryDocuments = world.centre.documents.copy();
  const arbiter = createArbiter({
    database: new MemoryDatabase({ name: "desk", faults: () => undefined, documents }),
    clock: () => world.scheduler.now, // stamps tell the time: it stands still
    random: () => 0.5,
    signStamp: () => "signed",
    contents: toyContents,
    settings: { ...world.settings, healMs: 60_000 },
    inc: world.centre.inc,
    timers: {
      after: (ms, run) =>
        scheduler.after(ms, () => {
          scheduler.touch();
          run();
        }),
    },
    rules: world.variant.arbiter,
  });
  if (world.centre.isRaised) await settled(scheduler, arbiter.restore());
  await settled(scheduler, arbiter.start());
  // One call an item: what is behind one that must come again is not held back by the call.
  const answers = batches.flatMap((batch) => batch.map((submission) => arbiter.submit([submission])));
  await settled(scheduler, Promise.all(answers));
  const doc = documents.get(thread, false);
  if (doc === undefined) return undefined;
  const { _rev, ...head } = doc;
  return canonicalJson(foldable(head as unknown as Head)); // the arbiter's own writing
}

/** Cranks a clock until the promise is kept. */
async function settled(scheduler: Scheduler, promise: Promise<unknown>): Promise<void> {
  let isKept = false;
  void promise.then(() => {
    isKept = true;
  });
  for (let i = 0; i < 100 && !isKept; i += 1) await scheduler.runUntil(scheduler.now + 1_000);
}
