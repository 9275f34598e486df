/** Default statuses of a ticket, in the order of work. */
export const TICKET_STATUSES = [
  "new",
  "in-work",
  "waiting-for-user",
  "waiting-for-visit",
  "done",
  "closed",
  "spam",
] as const;
export type TicketStatus = (typeof TICKET_STATUSES)[number];

/** From which status one may go where: for the default type from each to each. `none`: a ticket without a status yet. */
const TRANSITIONS: Readonly<Record<TicketStatus | "none", readonly TicketStatus[]>> = {
  none: TICKET_STATUSES,
  new: TICKET_STATUSES,
  "in-work": TICKET_STATUSES,
  "waiting-for-user": TICKET_STATUSES,
  "waiting-for-visit": TICKET_STATUSES,
  done: TICKET_STATUSES,
  closed: TICKET_STATUSES,
  spam: TICKET_STATUSES,
};

const isStatus = (text: string): text is TicketStatus => TICKET_STATUSES.some((status) => status === text);

/** Whether a ticket of the default type may go from one status to another; unknown ones never. */
export function mayChangeStatus(from: string | undefined, to: string): boolean {
  if (!isStatus(to)) return false;
  const start = from === undefined ? "none" : from;
  return start === "none" || isStatus(start) ? TRANSITIONS[start].includes(to) : false;
}
