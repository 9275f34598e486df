import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import { statusOf, type TicketStatus, type TicketType, typeNamed } from "../../shared/ticket/type.ts";

/** Heads as reactions look them up. */
export type HeadOf = (thread: ThreadId) => Pick<DeviceHead, "_id" | "kind" | "fields"> | undefined;

/** The type that a ticket has: its own; where that is not named or cannot be read, the default one as it is now. */
export const typeOfTicket = (ticket: Pick<DeviceHead, "fields">, headOf: HeadOf): TicketType =>
  typeNamed(ticket.fields["type"]?.value, (id) => {
    const head = headOf(id);
    return head?.kind === "ticket-type" ? head.fields : undefined;
  });

/** A status in words of both languages; one that the type does not know (any more) stands by its id. */
export function wordsOfStatus(
  type: TicketType,
  status: string | undefined,
): { readonly status: string; readonly ru: string; readonly en: string; readonly category?: TicketStatus["category"] } {
  const known = statusOf(type, status);
  const id = status ?? "new";
  return known === undefined
    ? { status: id, ru: id, en: id }
    : { status: id, ru: known.name.ru, en: known.name.en, category: known.category };
}
