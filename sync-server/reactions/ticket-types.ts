import { isThreadId, type ThreadId } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import {
  DEFAULT_TICKET_TYPE,
  DEFAULT_TICKET_TYPE_ID,
  parseTicketType,
  statusOf,
  type TicketStatus,
  type TicketType,
} from "../../shared/ticket/type.ts";

/** Heads as reactions look them up. */
export type HeadOf = (thread: ThreadId) => Pick<DeviceHead, "_id" | "kind" | "fields"> | undefined;

/** The type that a ticket has: its own; where that is not named or cannot be read, the default one as it is now. */
export function typeOfTicket(ticket: Pick<DeviceHead, "fields">, headOf: HeadOf): TicketType {
  const named = ticket.fields["type"]?.value;
  const own = isThreadId(named) ? readType(named, headOf) : undefined;
  return own ?? readType(DEFAULT_TICKET_TYPE_ID, headOf) ?? DEFAULT_TICKET_TYPE;
}

function readType(id: ThreadId, headOf: HeadOf): TicketType | undefined {
  const head = headOf(id);
  if (head === undefined || head.kind !== "ticket-type") return undefined;
  const read = parseTicketType(id, head.fields);
  return read.ok ? read.type : undefined;
}

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
