import { type JSX, Show } from "solid-js";
import type { ItemId, ThreadId } from "../../../shared/kernel/ids.ts";
import { wordsOfChannels } from "../../signals/channel-words.ts";
import type { Delivery } from "../../signals/deliveries.ts";
import { useDesk } from "../../signals/desk.ts";
import { say } from "../../signals/words.ts";
import { tellNotSaved } from "../acts/perform.ts";
import styles from "./delivery-acts.module.css";

/** What did not surely leave by its channel: why, and the decision on it (U11). Kept on this device when there is no network. */
export function DeliveryActs(props: {
  readonly thread: ThreadId;
  readonly item: ItemId;
  readonly delivery: Delivery;
}): JSX.Element {
  const desk = useDesk();
  const said = () => wordsOfChannels().delivery;
  const isOpen = () => props.delivery.state === "failed" || props.delivery.state === "unknown";
  const title = (): string => {
    const { state, was } = props.delivery;
    if (state === "left") return was === "unknown" ? said().leftUnknown : said().left;
    return state === "sent" ? "" : said()[state];
  };
  const why = (): string => {
    const { code, detail, tries } = props.delivery;
    return [
      code === undefined ? "" : (said().codes[code] ?? wordsOfChannels().otherCode(code)),
      detail === undefined ? "" : wordsOfChannels().saysChannel(detail),
      tries > 0 && isOpen() ? said().tries(tries) : "",
    ]
      .filter(Boolean)
      .join(". ");
  };
  const decide = (act: "again" | "leave"): void =>
    void desk.acts.redeliver(props.thread, props.item, act).catch(tellNotSaved);
  return (
    <div class={styles["acts"]} data-delivery={props.delivery.state}>
      <p
        class={styles["why"]}
        classList={{
          [styles["failed"] ?? ""]: props.delivery.state === "failed",
          [styles["unknown"] ?? ""]: props.delivery.state === "unknown",
        }}
        title={say.moment(props.delivery.at)}
      >
        {title()}
        <Show when={why()}>{(text) => <>: {text()}</>}</Show>
        <Show when={props.delivery.state === "unknown"}>. {said().mayRepeat}</Show>
      </p>
      <Show when={isOpen()}>
        <button type="button" class={styles["act"]} onClick={() => decide("again")}>
          {said().sendAgain}
        </button>
        <button type="button" class={styles["act"]} onClick={() => decide("leave")}>
          {said().leave}
        </button>
      </Show>
    </div>
  );
}
