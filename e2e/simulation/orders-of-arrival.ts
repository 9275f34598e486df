import type { Item } from "../../shared/items/registry.ts";
import { canonicalJson } from "../../shared/kernel/canonical.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { foldable } from "../../shared/thread/fold.ts";
import type { Head } from "../../shared/thread/head.ts";
import { createArbiter } from "../../sync-server/arbiter/create-arbiter.ts";
import type { Submission } from "../../sync-server/arbiter/port.ts";
import { MemoryDatabase } from "../../sync-server/stores/memory/memory-database.ts";
import type { MemoryDocuments } from "../../sync-server/stores/memory/memory-documents.ts";
import type { Device } from "./device.ts";
import { Scheduler } from "./scheduler.ts";
import type { World } from "./world.ts";

/**
 * I7: what several devices hold unsent at this moment, given to two new arbiters on two copies of the store, as after down
 * time, in two orders of arrival: both must come to the same heads. The world itself is not touched.
 */
export async function compareOrdersOfArrival(world: World): Promise<void> {
  const held = world.devices.map((device) => batchOf(device)).filter((batch) => batch.length > 0);
  const threads = new Set<ThreadId>();
  const shared = new Set<ThreadId>();
  for (const batch of held) {
    for (const thread of new Set(batch.map(({ item }) => item.thread))) {
      if (threads.has(thread)) shared.add(thread);
      threads.add(thread);
    }
  }
  if (shared.size === 0) return;
  world.reached.count("orders of arrival compared");
  const [one, other] = [await decideIn(world, held), await decideIn(world, held.toReversed())];
  for (const thread of threads) {
    const [a, b] = [one.get(thread), other.get(thread)];
    if (a === b) continue;
    world.witness.violated("I7", `${thread} depends on the order of arrival: ${a} or ${b}`);
    return;
  }
}

const batchOf = (device: Device): readonly Submission[] =>
  [...device.outbox.entries.values()]
    .filter(({ state }) => state.at !== "refused" && state.at !== "stamped")
    .map(({ item }) => ({ item, actor: device.actor }));

/** The heads that come of it, as text. */
async function decideIn(world: World, batches: readonly (readonly Submission[])[]): Promise<ReadonlyMap<ThreadId, string>> {
  const scheduler = new Scheduler(world.scheduler.now);
  const documents: MemoryDocuments = world.centre.documents.copy();
  const arbiter = createArbiter({
    database: new MemoryDatabase({ name: "desk", faults: () => undefined, documents }),
    clock: () => world.scheduler.now, // stamps tell the time: it stands still
    random: () => 0.5,
    signStamp: () => "signed",
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
  const heads = new Map<ThreadId, string>();
  for (const thread of new Set(batches.flat().map(({ item }: { readonly item: Item }) => item.thread))) {
    const doc = documents.get(thread, false);
    if (doc === undefined) continue;
    const { _rev, ...head } = doc;
    heads.set(thread, canonicalJson(foldable(head as unknown as Head))); // the arbiter's own writing
  }
  return heads;
}

/** Cranks a clock until the promise is kept. */
async function settled(scheduler: Scheduler, promise: Promise<unknown>): Promise<void> {
  let isKept = false;
  void promise.then(() => {
    isKept = true;
  });
  for (let i = 0; i < 100 && !isKept; i += 1) await scheduler.runUntil(scheduler.now + 1_000);
}
