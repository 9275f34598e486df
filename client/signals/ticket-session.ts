import { type Accessor, createMemo, createSignal, onCleanup } from "solid-js";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import type * as way from "../tickets/door.ts";
import type * as port from "../tickets/port.ts";

// Panels and screens see the shapes of a ticket's content through this bridge only.

/** The way to them. */
export type TicketsDoor = way.TicketsDoor;
/** Tickets on this device. */
export type Tickets = port.Tickets;
/** A ticket's content as it is shown now. */
export type TicketState = port.TicketState;
export type TicketEdit = port.TicketEdit;
export type TicketFault = port.TicketFault;
export type NewTicket = port.NewTicket;
export type CreatedTicket = port.CreatedTicket;
/** The past of a ticket or a dialog. */
export type TicketHistory = port.TicketHistory;

/** A ticket that is open: its content, followed, and what may be done to it. */
export type OpenTicket = Pick<port.TicketSession, "edit" | "flush" | "writeAgain" | "discard" | "thread"> & {
  readonly state: Accessor<TicketState>;
};

/** The ticket that an accessor names, open while the owner lives; it is closed when another is named. */
export function useTicket(tickets: Tickets, id: Accessor<ThreadId | undefined>): Accessor<OpenTicket | undefined> {
  return createMemo(() => {
    const thread = id();
    if (thread === undefined) return undefined;
    const session = tickets.openTicket(thread);
    const [state, setState] = createSignal(session.state(), { equals: false });
    const end = session.subscribe((next) => void setState(() => next));
    onCleanup(() => {
      end();
      void session.close();
    });
    return {
      thread,
      state,
      edit: (edits) => session.edit(edits),
      flush: () => session.flush(),
      writeAgain: (fault) => session.writeAgain(fault),
      discard: (fault) => session.discard(fault),
    };
  });
}
