import type { ItemOf } from "../items/registry.ts";
import { isTeamLead } from "../policy/can.ts";
import type { DecideContext, Ruling } from "./context.ts";
import { against, followsHeld, handTo, matches, resolveBase, seenIn } from "./context.ts";
import type { Head } from "./head.ts";
import type { Rules } from "./rules.ts";

/** CL8: the owner or a lead ends it, having seen the user's last word and with his own replies sent. */
export function decideClose(head: Head, item: ItemOf<"close">, context: DecideContext, rules: Rules): Ruling {
  return againstEnding(head, item, context, rules) ?? { verdict: "won" };
}

/** CL8: asleep; the owner stays and so does the epoch (I1). */
export function decideSnooze(head: Head, item: ItemOf<"snooze">, context: DecideContext, rules: Rules): Ruling {
  return againstEnding(head, item, context, rules) ?? { verdict: "won", epoch: rules.epochOfSnooze(head) };
}

/** Back into work. A member's leaves the owner where he is; the user's and the desk's own follow CL23. */
export function decideReopen(head: Head, item: ItemOf<"reopen">, context: DecideContext): Ruling {
  if (head.state === "open") return { verdict: "noop" };
  if (head.state === "snoozed" || context.actor.kind === "agent") return { verdict: "won" };
  if (item.author === head.user && isPastReopening(head, context) && context.nextThread !== undefined) {
    return { verdict: "moved", to: head.next ?? context.nextThread };
  }
  return { verdict: "won", ...ownerOnReopening(head, context) };
}

/** The desk wakes what sleeps, if nothing was written since it looked. */
export function decideWake(head: Head, item: ItemOf<"wake">): Ruling {
  if (item.v !== head.v) return { verdict: "stale", reason: "version" };
  return head.state === "snoozed" ? { verdict: "won" } : { verdict: "noop" };
}

/** A rule moves a thread that nobody owns. */
export function decideRoute(head: Head, item: ItemOf<"route">): Ruling {
  if (head.owner !== null) return against(head, "stale", "owned");
  return item.v === head.v ? { verdict: "won" } : { verdict: "stale", reason: "version" };
}

/** A rule closes a thread, if nothing was written since it looked. */
export function decideAutoClose(head: Head, item: ItemOf<"auto-close">): Ruling {
  return item.v === head.v ? { verdict: "won" } : { verdict: "stale", reason: "version" };
}

/** CL23: the owner or the last one when his lease is live, else nobody; always written down (a fold has no leases). */
export function ownerOnReopening(head: Head, context: DecideContext): Pick<Ruling, "owner" | "since" | "epoch"> {
  const isAlive = context.lease === "live" || context.lease === "grace";
  const owner = isAlive ? (head.owner ?? head.lastOwner) : null;
  const { verdict: _verdict, ...handed } = handTo(head, owner, context.now);
  return handed;
}

/** CL23: whether a closed thread has been closed for longer than its team lets it be reopened. */
export const isPastReopening = (head: Head, context: DecideContext): boolean =>
  head.closedAt !== undefined && context.now - head.closedAt > context.reopenWindowMs;

function againstEnding(
  head: Head,
  item: ItemOf<"close" | "snooze">,
  context: DecideContext,
  rules: Rules,
): Ruling | undefined {
  const base = resolveBase(item.base, context);
  if (base === "lost") return against(head, "lost", "epoch");
  if (!matches(head, base)) return against(head, "stale", "epoch");
  if (head.owner !== item.author && !isTeamLead(context.actor, head)) return against(head, "stale", "not-allowed");
  if (followsHeld(item, context)) return against(head, "stale", "after-held");
  if (!rules.hasSeenUser(head, seenIn(head, item.seen))) return against(head, "stale", "unseen-message");
  return undefined;
}
