import { type JSX, Show } from "solid-js";
import { useDesk } from "../../signals/desk.ts";
import { eventWords } from "../../signals/event-words.ts";
import type { ThreadView } from "../../signals/replica-types.ts";
import type { EventLine } from "../../signals/thread-lines.ts";
import { say, words } from "../../signals/words.ts";
import { TickIcon } from "../../widgets/tick-icon.tsx";
import styles from "./event-row.module.css";
import { UnsentActs } from "./unsent-acts.tsx";

/** Something that happened, in one thin line; not confirmed yet: with a clock. */
export function EventRow(props: { readonly line: EventLine; readonly view: ThreadView }): JSX.Element {
  const desk = useDesk();
  const isLost = () => {
    const item = props.line.item;
    return "stamp" in item && (item.stamp.verdict === "lost" || item.stamp.verdict === "stale");
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
        <span>{eventWords(props.line.item, props.view.head, { directory: desk.directory, now: desk.now() })}</span>
        <time class={styles["time"]} dateTime={new Date(props.line.at).toISOString()} title={say.moment(props.line.at)}>
          {say.time(props.line.at)}
        </time>
      </p>
      <Show when={props.line.unsent?.state === "refused"}>
        <UnsentActs entry={props.line.unsent} text="" />
      </Show>
    </div>
  );
}
