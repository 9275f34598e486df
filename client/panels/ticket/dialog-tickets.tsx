import { For, type JSX, Show } from "solid-js";
import type { DeviceHead } from "../../../shared/thread/head.ts";
import { hrefOf } from "../../signals/address.ts";
import { useDesk } from "../../signals/desk.ts";
import { openOverlay } from "../../signals/ui.ts";
import { words } from "../../signals/words.ts";
import styles from "./dialog-tickets.module.css";
import { StatusChip } from "./status-chip.tsx";

/** Tickets of a dialog: number, status, whose; and a way to one more. Line 1 keeps them in sight (S17). */
export function DialogTickets(props: { readonly dialog: DeviceHead }): JSX.Element {
  const desk = useDesk();
  const tickets = () => desk.tickets.ofDialog(props.dialog);
  return (
    <>
      <ul class={styles["list"]}>
        <For each={tickets()}>
          {(ticket) => (
            <li>
              <a
                class={styles["ticket"]}
                href={hrefOf({ screen: "tickets", ticket: ticket._id })}
                data-ticket={ticket._id}
              >
                <span class={styles["line"]}>
                  <strong class={styles["number"]}>{desk.tickets.nameOf(ticket)}</strong>
                  <StatusChip head={ticket} />
                </span>
                <span class={styles["title"]}>{desk.tickets.titleOf(ticket)}</span>
                <span class={styles["whose"]}>
                  {desk.directory.teamName(ticket.team)}
                  <Show when={ticket.owner}>{(owner) => ` · ${desk.directory.nameOf(owner())}`}</Show>
                  <Show when={desk.isUnconfirmed(ticket._id)}>
                    <span class={styles["unconfirmed"]}>{words().thread.unconfirmed}</span>
                  </Show>
                </span>
              </a>
            </li>
          )}
        </For>
      </ul>
      <button
        type="button"
        class={styles["add"]}
        onClick={() => openOverlay({ kind: "make-ticket", dialog: props.dialog._id })}
      >
        + {words().makeTicket.act}
      </button>
    </>
  );
}
