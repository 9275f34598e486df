import { type JSX, Show } from "solid-js";
import { hrefOf } from "../../signals/address.ts";
import { useDesk } from "../../signals/desk.ts";
import type { ThreadView } from "../../signals/replica-types.ts";
import type { TalkLine } from "../../signals/thread-lines.ts";
import { words } from "../../signals/words.ts";
import { tellNotSaved } from "../acts/perform.ts";
import styles from "./line-acts.module.css";

/** A held reply in its thread: why it is held, and the decision on it (CL20). */
export function HeldActs(props: { readonly line: TalkLine; readonly view: ThreadView }): JSX.Element {
  const desk = useDesk();
  const head = () => props.view.provisional;
  // What came by a ticket is its owner's to send (CL28).
  const via = () => (props.line.item.kind === "reply" ? props.line.item.via : undefined);
  const isOwner = () => {
    const ticket = via();
    return head().owner === desk.me().id || (ticket !== undefined && desk.heads.get(ticket)?.owner === desk.me().id);
  };
  const mayDecide = () => isOwner() || props.line.isOwn;
  const isEnding = () =>
    props.view.unsent.some(
      ({ item, state }) =>
        state !== "refused" && (item.kind === "resend" || item.kind === "discard") && item.of === props.line.item.id,
    );
  return (
    <div class={`${styles["acts"]} ${styles["team"]}`}>
      <p class={styles["amber"]}>{words().held.why(words().reason[props.line.held?.reason ?? "not-owner"])}</p>
      <Show when={mayDecide() && !isEnding()}>
        <Show when={isOwner() && head().state !== "closed"}>
          <button
            type="button"
            class={styles["act"]}
            onClick={() => void desk.acts.resend(props.view, props.line.item.id).catch(tellNotSaved)}
          >
            {words().held.send}
          </button>
        </Show>
        <button
          type="button"
          class={styles["act"]}
          onClick={() => void desk.acts.discard(head()._id, props.line.item.id).catch(tellNotSaved)}
        >
          {words().held.discard}
        </button>
        <a class={styles["act"]} href={hrefOf({ screen: "held" })}>
          {words().common.more}
        </a>
      </Show>
    </div>
  );
}
