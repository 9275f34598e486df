import type { StampedItem } from "../../../shared/items/stamp.ts";
import type { AuthorId, ItemId, ThreadId } from "../../../shared/kernel/ids.ts";
import { isUndone } from "../../../shared/thread/restore.ts";

/**
 * Own commands that were lost or stale, or undone by a restore, and what has been acknowledged: items come in any order (CL20,
 * CL27, I5).
 */
export type LostState = { readonly lost: readonly StampedItem[]; readonly acked: readonly ItemId[] };

export const NOTHING_LOST: LostState = { lost: [], acked: [] };

/** The state after these items; the same object when nothing changed. */
export function noteLost(state: LostState, items: Iterable<StampedItem>, me: AuthorId): LostState {
  let lost: Map<ItemId, StampedItem> | undefined;
  let acked: Set<ItemId> | undefined;
  for (const item of items) {
    if (item.author !== me) continue;
    if (item.kind === "ack") {
      if ((acked ?? new Set(state.acked)).has(item.of)) continue;
      acked ??= new Set(state.acked);
      acked.add(item.of);
      lost ??= byId(state.lost);
      lost.delete(item.of);
    } else if (item.stamp.verdict === "lost" || item.stamp.verdict === "stale" || isUndone(item)) {
      if ((acked ?? new Set(state.acked)).has(item.id) || (lost ?? byId(state.lost)).has(item.id)) continue;
      lost ??= byId(state.lost);
      lost.set(item.id, item);
    }
  }
  if (lost === undefined && acked === undefined) return state;
  return {
    lost: lost === undefined ? state.lost : [...lost.values()].sort((a, b) => a.stamp.at - b.stamp.at),
    acked: acked === undefined ? state.acked : [...acked],
  };
}

/** The state without what belongs to threads that left sight. */
export function forgetLostOf(state: LostState, threads: ReadonlySet<ThreadId>): LostState {
  const lost = state.lost.filter(({ thread }) => !threads.has(thread));
  return lost.length === state.lost.length ? state : { ...state, lost };
}

const byId = (items: readonly StampedItem[]): Map<ItemId, StampedItem> => new Map(items.map((item) => [item.id, item]));
