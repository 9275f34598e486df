import type { ItemOf } from "../items/registry.ts";
import type { AuthorId, ItemId } from "../kernel/ids.ts";
import type { DecideContext, Ruling, Undecided } from "./context.ts";
import { refused } from "./context.ts";
import { isPastReopening, ownerOnReopening } from "./decide-states.ts";
import type { Head } from "./head.ts";

/** CL23: always admitted. On an open thread nothing else happens; on a snoozed one it wakes it, same owner. */
export const decideMessage = (): Ruling => ({ verdict: "noted" });

/** CL23: a message to a closed thread reopens it, or moves on to the next one when the window has passed (I15). */
export function decideLateMessage(head: Head, _item: ItemOf<"message">, context: DecideContext): Ruling {
  if (isPastReopening(head, context) && context.nextThread !== undefined) {
    return { verdict: "moved", to: head.next ?? context.nextThread };
  }
  return { verdict: "noted", ...ownerOnReopening(head, context) };
}

/** S26, S47: a missed call to a closed thread is the user's word like a message; every other call is only noted. */
export function decideLateCall(head: Head, item: ItemOf<"call">, context: DecideContext): Ruling {
  return item.direction === "in" && item.outcome === "missed"
    ? { verdict: "noted", ...ownerOnReopening(head, context) }
    : { verdict: "noted" };
}

/** A user changes or takes back his own message, nobody else's. */
export function decideCorrection(
  _head: Head,
  item: { readonly of: ItemId; readonly author: AuthorId },
  context: DecideContext,
): Ruling | Undecided {
  const original = context.earlier?.(item.of);
  if (original === "refused") return refused("depends-on-refused");
  const isOwn = original?.author === item.author && original.kind === "message";
  return isOwn ? { verdict: "noted" } : refused("forbidden");
}
