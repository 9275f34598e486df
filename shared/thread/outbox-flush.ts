import type { Ms } from "../kernel/clock.ts";
import type { ItemId, ThreadId } from "../kernel/ids.ts";
import { foundationsOf, isUndecided, type OutboxEntry } from "./outbox-entry.ts";

/** Items in one sending, and sendings under way at once. */
export const FLUSH_LIMITS = { batchItems: 50, batches: 4 } as const;

/**
 * What may go now, as batches: of each thread the longest run of undecided items in journal order. A thread of which
 * something is under way, whose first undecided item waits, or of which lost items are being given back, is left alone;
 * so is what stands on an item of another thread that is not decided yet.
 */
export function batchesToSend(
  entries: ReadonlyMap<ItemId, OutboxEntry>,
  { inFlight, givingBack }: { readonly inFlight: number; readonly givingBack: ReadonlySet<ThreadId> },
): readonly (readonly OutboxEntry[])[] {
  const batches: OutboxEntry[][] = [];
  const free = FLUSH_LIMITS.batches - inFlight;
  if (free <= 0) return batches;
  let batch: OutboxEntry[] = [];
  for (const [thread, undecided] of byThread(entries)) {
    if (givingBack.has(thread)) continue;
    if (batch.length === FLUSH_LIMITS.batchItems) {
      batches.push(batch);
      batch = [];
      if (batches.length === free) return batches;
    }
    // What does not fit waits for the next flush: in another batch it could overtake.
    batch.push(...runOf(undecided, entries).slice(0, FLUSH_LIMITS.batchItems - batch.length));
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

/** The earliest moment at which a waiting item is due or an answer counts as lost. */
export function nextWakeAt(entries: ReadonlyMap<ItemId, OutboxEntry>, answerMs: Ms): Ms | undefined {
  let earliest: Ms | undefined;
  for (const { state } of entries.values()) {
    const at = state.at === "waiting" ? state.until : state.at === "sending" ? state.since + answerMs : undefined;
    if (at !== undefined && (earliest === undefined || at < earliest)) earliest = at;
  }
  return earliest;
}

function byThread(entries: ReadonlyMap<ItemId, OutboxEntry>): ReadonlyMap<ThreadId, readonly OutboxEntry[]> {
  const threads = new Map<ThreadId, OutboxEntry[]>();
  for (const entry of entries.values()) {
    if (!isUndecided(entry)) continue;
    const own = threads.get(entry.item.thread);
    if (own === undefined) threads.set(entry.item.thread, [entry]);
    else own.push(entry);
  }
  return threads;
}

function runOf(undecided: readonly OutboxEntry[], entries: ReadonlyMap<ItemId, OutboxEntry>): readonly OutboxEntry[] {
  if (undecided[0]?.state.at === "waiting" || undecided.some((entry) => entry.state.at === "sending")) return [];
  const blocked = undecided.findIndex((entry) => standsOnUndecidedElsewhere(entry, entries));
  return blocked < 0 ? undecided : undecided.slice(0, blocked);
}

function standsOnUndecidedElsewhere(entry: OutboxEntry, entries: ReadonlyMap<ItemId, OutboxEntry>): boolean {
  return foundationsOf(entry.item).some((id) => {
    const foundation = entries.get(id);
    return foundation !== undefined && foundation.item.thread !== entry.item.thread && isUndecided(foundation);
  });
}
