import type { ItemOf } from "../items/registry.ts";
import type { VerdictReason } from "../items/stamp.ts";
import type { ItemId } from "../kernel/ids.ts";
import { areLinked, mayGiveStatus } from "../policy/can.ts";
import type { DecideContext, Ruling, Undecided } from "./context.ts";
import { against, followsHeld, isOffline, matches, refused, resolveBase, seenIn } from "./context.ts";
import type { Head } from "./head.ts";
import type { Rules } from "./rules.ts";

/** CL21: sent, or held with the reason why it must not go out unasked. */
export function decideReply(
  head: Head,
  item: ItemOf<"reply">,
  context: DecideContext,
  rules: Rules,
): Ruling | Undecided {
  const astray = againstWay(head, item, context);
  if (astray !== undefined) return astray;
  if (context.isEnded?.(item.id) === true) return endedBefore(head);
  const via = item.via === undefined ? undefined : context.via;
  const fence = item.via === undefined ? head : via;
  const reason =
    (followsHeld(item, context) ? "after-held" : undefined) ??
    againstFence(fence, item, context) ??
    rules.shield(head, {
      author: item.author,
      seen: seenIn(head, item.seen),
      offline: isOffline(item, context.now),
    });
  const checked = item.via === undefined ? {} : viaOf(context);
  if (reason === undefined) return { verdict: "sent", ...checked };
  return rules.lateReply({ ...against(head, "held", reason), ...checked });
}

/** CL10: a reply to a closed thread waits for a person. */
export function decideLateReply(
  head: Head,
  item: ItemOf<"reply">,
  context: DecideContext,
  rules: Rules,
): Ruling | Undecided {
  const astray = againstWay(head, item, context);
  if (astray !== undefined) return astray;
  return context.isEnded?.(item.id) === true ? endedBefore(head) : rules.lateReply(against(head, "held", "closed"));
}

/** CL28: by a ticket only into the dialog that it belongs to. */
function againstWay(head: Head, item: ItemOf<"reply">, context: DecideContext): Undecided | undefined {
  if (item.via === undefined) return undefined;
  if (context.via === undefined) {
    // A restore may have lost the ticket, which comes back (CL27): then it waits for a person.
    return "after" in item.under || item.under.inc < head.inc ? undefined : refused("no-thread");
  }
  return context.via.kind === "ticket" && areLinked(head, context.via) ? undefined : refused("forbidden");
}

/** CL27: its holding was lost in a restore, its end came back first. It is not sent, and there is nothing left to end. */
export const endedBefore = (head: Head): Ruling => ({ ...against(head, "held", "already-ended"), ended: true });

/** CL28: the state of the ticket that was checked. */
const viaOf = ({ via }: DecideContext): Pick<Ruling, "via"> =>
  via === undefined ? {} : { via: { inc: via.inc, epoch: via.epoch, v: via.v } };

/** CL21: ends a held reply by sending it; what would be held again is `stale`, and the reply stays held. */
export function decideResend(head: Head, item: ItemOf<"resend">, context: DecideContext, rules: Rules): Ruling {
  const missing = againstEnding(head, item, context);
  if (missing !== undefined) return missing;
  const checked = viaOf(context);
  const isOwner = head.owner === item.author || context.via?.owner === item.author;
  if (!isOwner) return { ...against(head, "stale", "not-owner"), ...checked };
  const reason = rules.shield(head, {
    author: item.author,
    seen: seenIn(head, item.seen),
    offline: isOffline(item, context.now),
  });
  return { ...(reason === undefined ? { verdict: "sent" } : against(head, "stale", reason)), ...checked };
}

/** CL21, CL24: ends what is held by dropping it. Its author or the owner may; of a visit whoever may accept it. */
export function decideDiscard(head: Head, item: ItemOf<"discard">, context: DecideContext): Ruling {
  const missing = againstEnding(head, item, context);
  if (missing !== undefined) return missing;
  const held = head.held.find((row) => row.id === item.of);
  const may =
    held?.author === item.author ||
    head.owner === item.author ||
    (held?.status !== undefined && mayGiveStatus(context.actor, head));
  return may ? { verdict: "won" } : against(head, "stale", "not-allowed");
}

/** Only what stands in the head's `held` can be ended, and once (I16). */
export function againstEnding(head: Head, { of }: { readonly of: ItemId }, context: DecideContext): Ruling | undefined {
  if (head.held.some((row) => row.id === of)) return undefined;
  const earlier = context.earlier?.(of);
  const wasHeld = earlier !== undefined && earlier !== "refused" && earlier.verdict === "held";
  return against(head, "stale", wasHeld ? "already-ended" : "not-held");
}

/** CL21, CL28: the author owns the thread, or the ticket that he writes by, in the epoch that he wrote under. */
function againstFence(
  fence: Head | undefined,
  item: ItemOf<"reply">,
  context: DecideContext,
): VerdictReason | undefined {
  const isVisit = context.actor.kind === "agent" && context.actor.role === "technician";
  if (fence === undefined || fence.owner !== item.author) return isVisit ? "visit" : "not-owner";
  const under = resolveBase(item.under, context);
  if (under === "lost") return "not-owner";
  return matches(fence, under) ? undefined : "epoch";
}
