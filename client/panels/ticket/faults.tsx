import Alarm from "lucide-solid/icons/circle-alert";
import { For, type JSX, Show } from "solid-js";
import { cellFieldName } from "../../signals/ticket-cells.ts";
import type { TicketFault } from "../../signals/ticket-session.ts";
import { words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { showToast } from "../../widgets/toasts.tsx";
import { tellNotSaved } from "../acts/perform.ts";
import styles from "./ask-card.module.css";
import { useTicketHere } from "./ticket-here.ts";

function reasonOf({ code }: TicketFault): string {
  const { fault } = words().ticket;
  if (code === "not-applied") return fault.notApplied;
  if (code === "storage-full") return fault.storageFull;
  if (code === "storage-failed") return fault.storageFailed;
  return words().refusal[code];
}

/** Own changes that did not get into the ticket: each with its text and its reason, until the person has ended it. */
export function Faults(): JSX.Element {
  const here = useTicketHere();
  const textOf = (fault: TicketFault): string => fault.texts.map(({ text }) => text).join("\n\n");
  return (
    <For each={here.open.state().faults}>
      {(fault) => (
        <section class={`${styles["card"]} ${styles["wrong"]}`} role="alert" data-fault={fault.code}>
          <h3 class={styles["title"]}>
            <Alarm size={15} />
            {words().ticket.fault.title}
          </h3>
          <p class={styles["lead"]}>{words().ticket.fault.why(reasonOf(fault))}</p>
          <For each={fault.texts}>
            {({ field, text }) => (
              <div class={styles["text"]}>
                <span class={styles["field"]}>{cellFieldName(field, here.type())}</span>
                <br />
                {text}
              </div>
            )}
          </For>
          <div class={styles["acts"]}>
            <Button look="primary" onClick={() => void here.open.writeAgain(fault).catch(tellNotSaved)}>
              {words().ticket.fault.again}
            </Button>
            <Show when={textOf(fault) !== ""}>
              <Button
                onClick={() =>
                  void navigator.clipboard
                    ?.writeText(textOf(fault))
                    .then(() => showToast({ title: words().common.copied }))
                }
              >
                {words().ticket.fault.copy}
              </Button>
            </Show>
            <Button look="danger" onClick={() => void here.open.discard(fault).catch(tellNotSaved)}>
              {words().ticket.fault.discard}
            </Button>
          </div>
        </section>
      )}
    </For>
  );
}
