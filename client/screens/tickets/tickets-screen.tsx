import TicketIcon from "lucide-solid/icons/ticket";
import { createEffect, type JSX, Show, untrack } from "solid-js";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { showTicket } from "../../panels/acts/perform.ts";
import { TicketPanel } from "../../panels/ticket/ticket-panel.tsx";
import { address, go } from "../../signals/address.ts";
import { useDesk } from "../../signals/desk.ts";
import { preferences } from "../../signals/preferences.ts";
import { words } from "../../signals/words.ts";
import { Empty } from "../../widgets/empty.tsx";
import { TicketList } from "./ticket-list.tsx";
import styles from "./tickets-screen.module.css";

/** Tickets: the list, and beside it the one that is open. Where it is narrow, one of the two. */
export function TicketsScreen(): JSX.Element {
  const desk = useDesk();
  const ticket = (): ThreadId | undefined => {
    const now = address();
    return now.screen === "tickets" ? now.ticket : undefined;
  };
  createEffect(() => {
    const now = ticket();
    if (now !== undefined && untrack(desk.tickets.chosen) !== now) desk.tickets.choose(now);
  });

  return (
    <div class={styles["screen"]} classList={{ [styles["reading"] ?? ""]: ticket() !== undefined }}>
      <h1 class="visually-hidden">{words().tickets.label}</h1>
      <div class={styles["list"]}>
        <TicketList onChoose={(next) => showTicket(desk, next)} />
      </div>
      <Show
        when={ticket()}
        fallback={
          <Show when={desk.tickets.ids().length > 0}>
            <p class="visually-hidden">{preferences().keys ? words().tickets.chooseText : words().tickets.choose}</p>
          </Show>
        }
        keyed
      >
        {(now) => (
          <div class={styles["page"]}>
            <Show
              when={desk.heads.get(now) !== undefined || !desk.heads.isFilled()}
              fallback={<Empty icon={<TicketIcon size={32} />} title={words().ticket.gone} />}
            >
              <TicketPanel ticket={now} onBack={() => go({ screen: "tickets" })} />
            </Show>
          </div>
        )}
      </Show>
    </div>
  );
}
