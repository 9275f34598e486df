import { openTickets } from "../tickets/open-tickets.ts";
import type { Desk } from "./desk.ts";
import type { Tickets } from "./ticket-session.ts";

/**
 * Content of tickets on this device. Only rooms that are loaded when they are opened may import this: it brings all that a
 * ticket needs along, and the inbox's first load is to do without.
 */
export const ticketContent = (desk: Pick<Desk, "tickets">): Tickets => desk.tickets.door.through(openTickets);
