import type { StampedItem } from "../items/stamp.ts";
import type { Ms } from "../kernel/clock.ts";
import { SYSTEM } from "../kernel/ids.ts";
import type { Head } from "../thread/head.ts";
import type { TicketType } from "./type.ts";
import { statusOf } from "./type.ts";

/** How a promise of a ticket stood at a moment. `leftMs` is negative when the time had passed with nothing done. */
export type SlaAt = {
  readonly what: "respond" | "resolve";
  readonly due: Ms;
  /** When it was kept, by the server's clock; absent while it was not. */
  readonly metAt?: Ms;
  /** From the moment, or from when it was kept, to `due`. */
  readonly leftMs: number;
};

/**
 * A ticket's promises at a moment. `items`: what the server had by then, in the order of `n`; `head`: their fold. Somebody
 * has responded when an agent has first taken it, moved its status or written in it; it is resolved while it is done or closed.
 */
export function slaAt(
  items: readonly StampedItem[],
  head: Head,
  at: { moment: Ms; type?: TicketType },
): readonly SlaAt[] {
  const { respond, resolve } = head.due ?? {};
  const rows: SlaAt[] = [];
  if (respond !== undefined) rows.push(row("respond", respond, at.moment, respondedAt(items)));
  if (resolve !== undefined) rows.push(row("resolve", resolve, at.moment, resolvedAt(items, head, at.type)));
  return rows;
}

function row(what: SlaAt["what"], due: Ms, moment: Ms, metAt: Ms | undefined): SlaAt {
  return { what, due, ...(metAt === undefined ? {} : { metAt }), leftMs: due - (metAt ?? moment) };
}

function respondedAt(items: readonly StampedItem[]): Ms | undefined {
  return items.find((item) => item.author !== SYSTEM && isResponse(item))?.stamp.at;
}

function isResponse(item: StampedItem): boolean {
  const isWon = item.stamp.verdict === "won";
  switch (item.kind) {
    case "claim":
    case "takeover":
    case "status":
      return isWon;
    case "reply":
      return item.stamp.verdict === "sent";
    case "note":
      return true;
    default:
      return false;
  }
}

function resolvedAt(items: readonly StampedItem[], head: Head, type: TicketType | undefined): Ms | undefined {
  const category = type === undefined ? undefined : statusOf(type, head.status)?.category;
  if (head.state !== "closed" && category !== "done" && category !== "closed") return undefined;
  const since = items.findLast((item) => item.kind === "status" && item.stamp.verdict === "won");
  return since?.stamp.at ?? head.closedAt;
}
