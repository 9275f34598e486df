import ArrowUpRight from "lucide-solid/icons/arrow-up-right";
import { For, type JSX, Show } from "solid-js";
import { hrefOf } from "../../signals/address.ts";
import { useDesk } from "../../signals/desk.ts";
import { words } from "../../signals/words.ts";
import { Section } from "./section.tsx";
import { StatusChip } from "./status-chip.tsx";
import { useTicketHere } from "./ticket-here.ts";
import styles from "./ticket-links.module.css";

/** The dialog behind the ticket, and the other tickets of it. */
export function TicketLinks(): JSX.Element {
  const desk = useDesk();
  const here = useTicketHere();
  const dialog = () => {
    const id = here.dialog();
    return id === undefined ? undefined : desk.heads.get(id);
  };
  const others = () => {
    const now = dialog();
    return now === undefined ? [] : desk.tickets.ofDialog(now).filter(({ _id }) => _id !== here.thread);
  };
  return (
    <Show when={dialog()}>
      {(now) => (
        <Section title={words().ticket.links}>
          <ul class={styles["links"]}>
            <li>
              <a class={styles["link"]} href={hrefOf({ screen: "inbox", thread: now()._id })}>
                {words().ticket.dialogOf(desk.directory.nameOfDialog(now()))}
                <ArrowUpRight size={13} />
              </a>
            </li>
            <For each={others()}>
              {(ticket) => (
                <li>
                  <a class={styles["link"]} href={hrefOf({ screen: "tickets", ticket: ticket._id })}>
                    {desk.tickets.nameOf(ticket)} {desk.tickets.titleOf(ticket)}
                  </a>
                  <StatusChip head={ticket} />
                </li>
              )}
            </For>
          </ul>
        </Section>
      )}
    </Show>
  );
}
