import type { Item, ItemKind } from "../items/registry.ts";
import { kindOf } from "../kernel/ids.ts";
import type { DecideContext, Decision, Ruling } from "./context.ts";
import { handTo, refused } from "./context.ts";
import { beginTicket, decideChange, decideStatus, isTicketAimed } from "./decide-ticket.ts";
import type { Head } from "./head.ts";

/** What an import may bring: facts, and the few commands whose end is known. */
const TALK: ReadonlySet<ItemKind> = new Set([
  "message",
  "note",
  "notice",
  "rating",
  "call",
  "tag",
  "link",
  "set-field",
]);

const TO_USERS: ReadonlySet<ItemKind> = new Set(["message", "notice", "rating", "call"]);

/**
 * U18: what happened elsewhere is written down as it was, by whomever it was. No lease, no shield and no window: replies went
 * out, what was closed is closed. Only the desk itself may; that nobody works in the thread by now is for the import to see.
 */
export function decideImported(head: Head | undefined, item: Item, context: DecideContext): Decision {
  if (context.actor.kind !== "system") return refused("forbidden");
  const ruled = (ruling: Ruling): Decision => ({ answer: "ruled", ruling: { ...ruling, imported: true } });
  if (head === undefined) return decideImportedFirst(item, context, ruled);
  if (TALK.has(item.kind) && !(head.kind === "ticket" && TO_USERS.has(item.kind))) return ruled({ verdict: "noted" });
  switch (item.kind) {
    case "reply":
      return head.kind === "dialog" ? ruled({ verdict: "sent" }) : refused("forbidden");
    case "assign":
      return ruled(handTo(head, item.to, context.now));
    case "close":
      return ruled({ verdict: head.state === "closed" ? "noop" : "won" });
    case "reopen":
      return ruled({ verdict: head.state === "closed" ? "won" : "noop" });
    case "status": {
      if (head.kind !== "ticket") return refused("forbidden");
      return ruled({ ...decideStatus(head, item, context), quiet: true });
    }
    case "change": {
      if (head.kind !== "ticket") return refused("forbidden");
      const decided = decideChange(head, item, context);
      return "answer" in decided ? decided : ruled(decided);
    }
    default:
      return refused("forbidden");
  }
}

function decideImportedFirst(item: Item, context: DecideContext, ruled: (ruling: Ruling) => Decision): Decision {
  if (item.kind !== "open") return refused("no-thread");
  if (kindOf(item.thread) === "dialog") return ruled({ verdict: "noted" });
  if (kindOf(item.thread) !== "ticket") return refused("forbidden");
  return isTicketAimed(item) ? ruled({ ...beginTicket(context), quiet: true }) : refused("malformed");
}
