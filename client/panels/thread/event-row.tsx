import { type JSX, lazy, Show, Suspense } from "solid-js";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { address, hrefOf, placeOf } from "../../signals/address.ts";
import { deliveryIn } from "../../signals/deliveries.ts";
import { useDesk } from "../../signals/desk.ts";
import { eventWords } from "../../signals/event-words.ts";
import type { ThreadView } from "../../signals/replica-types.ts";
import type { EventLine } from "../../signals/thread-lines.ts";
import { say, words } from "../../signals/words.ts";
import { TickIcon } from "../../widgets/tick-icon.tsx";
import styles from "./event-row.module.css";
import { UnsentActs } from "./unsent-acts.tsx";

const DeliveryActs = lazy(() =>
  import("../delivery/delivery-acts.tsx").then((room) => ({ default: room.DeliveryActs })),
);

/** Something that happened, in one thin line; not confirmed yet: with a clock. */
export function EventRow(props: { readonly line: EventLine; readonly view: ThreadView }): JSX.Element {
  const desk = useDesk();
  const isLost = () => {
    const item = props.line.item;
    return "stamp" in item && (item.stamp.verdict === "lost" || item.stamp.verdict === "stale");
  };
  /** A notice that did not leave by its channel. */
  const undelivered = () => {
    const { item, delivery } = props.line;
    if (item.kind !== "notice") return undefined;
    const known = delivery ?? deliveryIn(props.view.head, item.id);
    return known?.state === "sent" ? undefined : known;
  };
  return (
    <div
      class={styles["row"]}
      classList={{
        [styles["lost"] ?? ""]: isLost(),
        [styles["refused"] ?? ""]: props.line.unsent?.state === "refused",
      }}
      data-item={props.line.item.id}
      data-kind={props.line.item.kind}
    >
      <p class={styles["words"]}>
        <Show when={props.line.unsent && props.line.unsent.state !== "refused"}>
          <span title={words().event.pending}>
            <TickIcon of="clock" size={12} />
            <span class="visually-hidden">{words().event.pending}</span>
          </span>
        </Show>
        <span>
          {eventWords(props.line.item, props.view.head, {
            directory: desk.directory,
            now: desk.now(),
            statusOf: (head, status) => desk.tickets.types.statusWords({ ...head, status }),
            ticketOf: (ticket) => {
              const now = desk.heads.get(ticket);
              return now ? desk.tickets.nameOf(now) : "";
            },
          })}
          {leads(props.line.item.kind) ? <LeadsTo line={props.line} /> : null}
          <Show when={recordingOf(props.line)}>
            {(recording) => (
              <>
                {" "}
                <a class={styles["link"]} href={recording()} target="_blank" rel="noreferrer noopener">
                  {words().call.listen}
                </a>
              </>
            )}
          </Show>
        </span>
        <time class={styles["time"]} dateTime={new Date(props.line.at).toISOString()} title={say.moment(props.line.at)}>
          {say.time(props.line.at)}
        </time>
      </p>
      <Show when={props.line.unsent?.state === "refused"}>
        <UnsentActs entry={props.line.unsent} text="" />
      </Show>
      <Show when={undelivered()}>
        {(delivery) => (
          <Suspense>
            <DeliveryActs thread={props.line.item.thread} item={props.line.item.id} delivery={delivery()} />
          </Suspense>
        )}
      </Show>
    </div>
  );
}

/** Where a call is to be heard, at the exchange. */
const recordingOf = ({ item }: EventLine): string | undefined => (item.kind === "call" ? item.recording : undefined);

const leads = (kind: string): boolean => kind === "link" || kind === "notice";

/** A link to the ticket or dialog that a line tells of, where one does not stand before it and may see it. */
function LeadsTo(props: { readonly line: EventLine }): JSX.Element {
  const desk = useDesk();
  const to = (): ThreadId | undefined => {
    const { item } = props.line;
    const thread = item.kind === "link" ? item.to : item.kind === "notice" ? item.via : undefined;
    const now = address();
    const isHere = now.screen === "tickets" && now.ticket === thread;
    return thread !== undefined && !isHere && desk.heads.get(thread) !== undefined ? thread : undefined;
  };
  return (
    <Show when={to()}>
      {(thread) => (
        <>
          {" "}
          <a class={styles["link"]} href={hrefOf(placeOf(thread()))}>
            {words().ticket.openThread}
          </a>
        </>
      )}
    </Show>
  );
}
