import { type JSX, Match, Switch } from "solid-js";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { overlay } from "../../signals/ui.ts";
import { DueOverlay } from "./due-overlay.tsx";
import { MakeTicket } from "./make-ticket.tsx";
import { StatusOverlay } from "./status-overlay.tsx";

/** The windows of tickets that can stand over any page. */
export function TicketOverlays(): JSX.Element {
  const making = () => {
    const now = overlay();
    return now?.kind === "make-ticket" ? now : undefined;
  };
  const ticketOf = (kind: "ticket-status" | "ticket-due"): ThreadId | undefined => {
    const now = overlay();
    return (now?.kind === "ticket-status" || now?.kind === "ticket-due") && now.kind === kind ? now.thread : undefined;
  };
  return (
    <Switch>
      <Match when={making()} keyed>
        {(open) => <MakeTicket dialog={open.dialog} />}
      </Match>
      <Match when={ticketOf("ticket-status")} keyed>
        {(ticket) => <StatusOverlay ticket={ticket} />}
      </Match>
      <Match when={ticketOf("ticket-due")} keyed>
        {(ticket) => <DueOverlay ticket={ticket} />}
      </Match>
    </Switch>
  );
}
