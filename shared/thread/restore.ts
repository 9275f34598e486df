import type { FieldSet } from "../items/base.ts";
import type { ItemKind } from "../items/registry.ts";
import type { Stamp, StampedItem } from "../items/stamp.ts";
import type { ItemId } from "../kernel/ids.ts";
import { seenIn } from "./context.ts";
import { applyItem, raiseInc } from "./fold.ts";
import type { Head } from "./head.ts";

/** Given-back items in the order in which they are taken: by (inc, n) of their old stamps, before anything new (CL11). */
export const orderGivenBack = (items: readonly StampedItem[]): readonly StampedItem[] =>
  [...items].sort((a, b) => a.stamp.inc - b.stamp.inc || a.stamp.n - b.stamp.n);

/**
 * CL27: an item that a restore lost comes back. It keeps verdict, epoch and reason, and gets the head's incarnation, the
 * next `n` (and `u`), and `was`. `isEnded`: whether a resend or a discard of it is in the thread already. The head must
 * stand in the present incarnation; absent, the thread itself was lost and only its `open` begins it again. `set`: what
 * a ticket's change makes of the values that lists show, as they are now; what it made of them then, when absent. The new stamp is unsigned; `undefined` when the item cannot be the thread's first.
 */
export function takeBack(
  head: Head | undefined,
  item: StampedItem,
  given: { readonly inc: number; readonly isEnded: (held: ItemId) => boolean; readonly set?: FieldSet },
): { readonly head: Head; readonly item: StampedItem } | undefined {
  if (head === undefined && item.kind !== "open") return undefined;
  const { sig: _sig, u, n, inc, was: _was, set: shown, ...kept } = item.stamp;
  const set = given.set ?? shown ?? {};
  const before = head === undefined ? { inc: given.inc, n: 0, u: 0 } : raiseInc(head, given.inc);
  const stamp: Stamp = {
    ...kept,
    inc: before.inc,
    n: before.n + 1,
    ...(u === undefined ? {} : { u: before.u + 1 }),
    was: { inc, n },
    ...(Object.keys(set).length === 0 ? {} : { set }),
    ...(kept.verdict === "held" && given.isEnded(item.id) ? { ended: true as const } : {}),
  };
  const restamped: StampedItem = { ...item, stamp };
  return { item: restamped, head: applyItem(head, restamped) };
}

/**
 * Items of a thread that its restored head does not count: stamped in an earlier incarnation above the place where the
 * next one began. `items` in any order.
 */
export function lostItems(head: Head | undefined, items: readonly StampedItem[]): readonly StampedItem[] {
  return orderGivenBack(items.filter((item) => isLost(head, item)));
}

/** Whether the head does not count a stamp: it lies above the place where some later incarnation began. */
export function isLost(head: Head | undefined, item: StampedItem): boolean {
  if (head === undefined || item.stamp.inc > head.inc) return true;
  const { inc, n } = item.stamp;
  return n > head.n || n > seenIn(head, { inc, n });
}

/** Commands that change a field and nobody's ownership; the others are `won`. */
const FIELD_COMMANDS: ReadonlySet<ItemKind> = new Set<ItemKind>(["set-field", "tag", "priority", "link", "watch"]);

/** CL27: a command that was in force before a restore and came back without its effect: its author is to be told. */
export function isUndone({ kind, stamp }: StampedItem): boolean {
  if (stamp.was === undefined) return false;
  // The end of a held reply stands: it is not held again.
  return stamp.verdict === "won" ? kind !== "discard" : stamp.verdict === "noted" && FIELD_COMMANDS.has(kind);
}
