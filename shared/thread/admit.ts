import type { Item } from "../items/registry.ts";
import type { Stamp, StampedItem } from "../items/stamp.ts";
import type { DecideContext, Ruling, Undecided } from "./context.ts";
import { decide } from "./decide.ts";
import { applyItem, emptyHead, raiseInc } from "./fold.ts";
import type { Head } from "./head.ts";
import type { Rules } from "./rules.ts";
import { PRODUCTION_RULES } from "./rules.ts";

/** An admitted item with its stamp, not yet signed, and the head after it. */
export type Admission = { readonly answer: "admitted"; readonly head: Head; readonly item: StampedItem };

/**
 * Decides an item, gives it the thread's next numbers and applies it. Does not look whether it was decided before (CL4)
 * and does not raise `v`: both belong to the commit.
 */
export function admit(
  head: Head | undefined,
  item: Item,
  context: DecideContext,
  rules: Rules = PRODUCTION_RULES,
): Admission | Undecided {
  const decision = decide(head, item, context, rules);
  if (decision.answer !== "ruled") return decision;
  const before = head ?? raiseInc(emptyHead(item.thread), context.inc ?? 1);
  const stamped: StampedItem = { ...item, stamp: stampOf(before, item, decision.ruling, context) };
  return { answer: "admitted", item: stamped, head: applyItem(head, stamped) };
}

/** Whether the user may see an item that came to this: it takes a `u` (architecture, Numbers). */
export function isForUser(item: Item, ruling: Pick<Stamp, "verdict">, user: Head["user"]): boolean {
  switch (item.kind) {
    case "message":
    case "edit":
    case "erase":
    case "rating":
    case "accept":
    case "notice":
      return ruling.verdict === "noted";
    case "reply":
    case "resend":
      return ruling.verdict === "sent";
    case "reopen":
      return item.author === user && ruling.verdict === "won";
    default:
      return false;
  }
}

function stampOf(before: Head, item: Item, ruling: Ruling, context: DecideContext): Stamp {
  const { epoch, ...named } = ruling;
  return {
    ...named,
    inc: before.inc,
    n: before.n + 1,
    ...(isForUser(item, ruling, before.user) ? { u: before.u + 1 } : {}),
    at: context.now,
    epoch: epoch ?? before.epoch,
  };
}
