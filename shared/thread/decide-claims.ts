import type { ItemOf } from "../items/registry.ts";
import { isTeamLead, mayAssign } from "../policy/can.ts";
import type { DecideContext, Ruling } from "./context.ts";
import { against, handTo, isOffline, isProtected, matches, resolveBase } from "./context.ts";
import type { Head } from "./head.ts";
import type { Rules } from "./rules.ts";

/** CL6: an own thread is `noop`, a free one `won`, another's `lost`, with the offer of a takeover when he is away. */
export function decideClaim(head: Head, item: ItemOf<"claim">, context: DecideContext, rules: Rules): Ruling {
  if (head.owner === item.author) return handTo(head, item.author, context.now);
  if (rules.isFree(head)) return handTo(head, item.author, context.now);
  return against(head, "lost", context.lease === "out" ? "away" : "owned");
}

/** CL5, CL7, CL9: from an owner who is away, or by role. */
export function decideTakeover(head: Head, item: ItemOf<"takeover">, context: DecideContext): Ruling {
  if (head.owner === item.author) return handTo(head, item.author, context.now);
  const base = resolveBase(item.base, context);
  if (base === "lost") return against(head, "lost", "epoch");
  if (head.owner === null && (matches(head, base) || base.inc !== head.inc))
    return handTo(head, item.author, context.now);
  if (!matches(head, base)) return against(head, "lost", "epoch");
  if (item.from !== undefined && item.from !== head.owner) return against(head, "lost", "epoch");
  if (isProtected(head, context.lease)) {
    if (isOffline(item, context.now)) return against(head, "lost", "offline");
    if (!isTeamLead(context.actor, head)) return against(head, "lost", "live");
  }
  return handTo(head, item.author, context.now);
}

/** CL5, CL8, CL9: a lead names the owner; of a ticket its owner too, and any member while nobody owns it. */
export function decideAssign(head: Head, item: ItemOf<"assign">, context: DecideContext): Ruling {
  const base = resolveBase(item.base, context);
  if (base === "lost") return against(head, "lost", "epoch");
  const winsFree = head.owner === null && base.inc !== head.inc;
  if (!matches(head, base) && !winsFree) return against(head, "stale", "epoch");
  if (!mayAssign(context.actor, head)) return against(head, "stale", "not-allowed");
  if (head.owner === item.to) return handTo(head, item.to, context.now);
  if (displacesOffline(head, item, context)) return against(head, "stale", "offline");
  return handTo(head, item.to, context.now);
}

/** CL8, CL9: the owner gives it to another. */
export function decideHandover(head: Head, item: ItemOf<"handover">, context: DecideContext): Ruling {
  const base = resolveBase(item.base, context);
  if (base === "lost") return against(head, "lost", "epoch");
  if (!matches(head, base)) return against(head, "stale", "epoch");
  if (head.owner !== item.author) return against(head, "stale", "not-owner");
  if (head.owner === item.to) return handTo(head, item.to, context.now);
  if (displacesOffline(head, item, context)) return against(head, "stale", "offline");
  return handTo(head, item.to, context.now);
}

/** CL8, CL9: to another team; nobody owns it there yet. */
export function decideTransfer(head: Head, item: ItemOf<"transfer">, context: DecideContext): Ruling {
  const base = resolveBase(item.base, context);
  if (base === "lost") return against(head, "lost", "epoch");
  if (!matches(head, base)) return against(head, "stale", "epoch");
  if (head.owner !== item.author && !isTeamLead(context.actor, head)) return against(head, "stale", "not-allowed");
  if (displacesOffline(head, item, context)) return against(head, "stale", "offline");
  const handed = handTo(head, null, context.now);
  return handed.verdict === "noop" ? { ...handed, verdict: "won" } : handed; // a free thread moves without a new epoch
}

/** CL8, CL9: back on team. Only a release by another than the owner displaces him. */
export function decideRelease(head: Head, item: ItemOf<"release">, context: DecideContext): Ruling {
  const base = resolveBase(item.base, context);
  if (base === "lost") return against(head, "lost", "epoch");
  if (!matches(head, base)) return against(head, "stale", "epoch");
  const isOwn = head.owner === item.author;
  if (!isOwn && !isTeamLead(context.actor, head)) return against(head, "stale", "not-allowed");
  if (!isOwn && displacesOffline(head, item, context)) return against(head, "stale", "offline");
  return handTo(head, null, context.now);
}

/** I6: nothing done off line displaces an owner whose lease is live. */
const displacesOffline = (
  head: Head,
  item: ItemOf<"assign" | "handover" | "transfer" | "release">,
  context: DecideContext,
): boolean => isProtected(head, context.lease) && isOffline(item, context.now);
