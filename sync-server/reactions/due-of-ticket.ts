import type { Ms } from "../../shared/kernel/clock.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { TicketType } from "../../shared/ticket/type.ts";
import type { Effect, Reaction } from "./reaction.ts";
import { typeOfTicket } from "./ticket-types.ts";

const MINUTE = 60_000;

/** A ticket is to be answered and done within the minutes that its type gives, from the moment when the desk took it in. */
export const dueOfTicket: Reaction = {
  name: "due-of-ticket",
  again: false,
  decide: ({ item, head }, { head: headOf }) => {
    if (item.kind !== "open" || head.kind !== "ticket" || item.stamp.verdict !== "noted") return [];
    return dueBy(typeOfTicket(head, headOf), { ticket: item.thread, at: item.stamp.at });
  },
};

/** The `due` of a ticket that began at that moment; nothing where its type sets no times. */
export function dueBy(
  { respondMinutes, resolveMinutes }: TicketType,
  { ticket, at }: { readonly ticket: ThreadId; readonly at: Ms },
): readonly Effect[] {
  const respond = typeof respondMinutes === "number" ? { respond: Math.round(at + respondMinutes * MINUTE) } : {};
  const resolve = typeof resolveMinutes === "number" ? { resolve: Math.round(at + resolveMinutes * MINUTE) } : {};
  if (!("respond" in respond) && !("resolve" in resolve)) return [];
  return [{ kind: "due", thread: ticket, cause: `due:${ticket}`, at, ...respond, ...resolve }];
}
