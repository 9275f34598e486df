import { type JSX, Show } from "solid-js";
import type { DeviceHead } from "../../../shared/thread/head.ts";
import { useDesk } from "../../signals/desk.ts";
import { nextDue } from "../../signals/tickets-list.ts";
import { say, words } from "../../signals/words.ts";
import styles from "./due-chip.module.css";

const HOUR_MS = 3_600_000;

/** The time that is still to be kept, as a span: what is left, or by how much it was missed. Nothing where none was set. */
export function DueChip(props: { readonly head: DeviceHead; readonly long?: boolean }): JSX.Element {
  const desk = useDesk();
  const due = () => nextDue(props.head, desk.tickets.types.statusOf(props.head));
  const left = () => (due()?.at ?? 0) - desk.now();
  const sentence = (): string =>
    left() <= 0 ? words().ticket.dues.late(say.span(-left())) : words().ticket.dues.left(say.span(left()));
  return (
    <Show when={due()}>
      {(now) => (
        <span
          class={styles["due"]}
          classList={{ [styles["over"] ?? ""]: left() <= 0, [styles["near"] ?? ""]: left() > 0 && left() < HOUR_MS }}
          title={`${words().ticket.dues[now().what]}: ${say.moment(now().at)}`}
        >
          <Show
            when={props.long}
            fallback={
              <>
                <span class="visually-hidden">{sentence()}</span>
                <span aria-hidden="true">
                  {left() <= 0 ? "−" : ""}
                  {say.span(Math.abs(left()))}
                </span>
              </>
            }
          >
            {words().ticket.dues[now().what]}: {sentence()}
          </Show>
        </span>
      )}
    </Show>
  );
}
