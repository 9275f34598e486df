import TriangleAlert from "lucide-solid/icons/triangle-alert";
import { For, type JSX, Show } from "solid-js";
import type { StampedItem } from "../../../shared/items/stamp.ts";
import { address } from "../../signals/address.ts";
import { useDesk } from "../../signals/desk.ts";
import { actWords } from "../../signals/event-words.ts";
import { writtenAt } from "../../signals/ticks.ts";
import { say, words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { showDialog, tellNotSaved } from "../acts/perform.ts";
import styles from "./lost-notices.module.css";

const SHOWN = 1;

/** What this person did and the server decided otherwise: who, when, why; stands until it is acknowledged (CL20, I5). */
export function LostNotices(): JSX.Element {
  const desk = useDesk();
  const isInThread = () => {
    const now = address();
    return now.screen === "inbox" && now.thread !== undefined;
  };
  const isInTicket = () => {
    const now = address();
    return now.screen === "tickets" && now.ticket !== undefined;
  };
  const acknowledge = (item: StampedItem): void => void desk.acts.acknowledge(item.thread, item.id).catch(tellNotSaved);
  return (
    <Show when={desk.lost().length > 0}>
      <section
        class={styles["notices"]}
        classList={{
          [styles["deep"] ?? ""]: isInThread(),
          [styles["ticket"] ?? ""]: isInTicket(),
          [styles["aside"] ?? ""]: !isInThread() && address().screen !== "inbox" && desk.dock.floating() !== undefined,
        }}
        role="region"
        aria-label={words().lost.region}
        aria-live="polite"
      >
        <For each={desk.lost().slice(0, SHOWN)}>
          {(item) => <Notice item={item} onAcknowledge={() => acknowledge(item)} />}
        </For>
        <Show when={desk.lost().length > 1}>
          <div class={styles["all"]}>
            <span>{desk.lost().length > SHOWN ? words().lost.more(desk.lost().length - SHOWN) : ""}</span>
            <Button
              size="small"
              look="quiet"
              onClick={() => {
                for (const item of desk.lost()) acknowledge(item);
              }}
            >
              {words().lost.acknowledgeAll}
            </Button>
          </div>
        </Show>
      </section>
    </Show>
  );
}

function Notice(props: { readonly item: StampedItem; readonly onAcknowledge: () => void }): JSX.Element {
  const desk = useDesk();
  const head = () => desk.heads.get(props.item.thread);
  const name = () => {
    const now = head();
    if (!now) return words().common.unknownPerson;
    return now.kind === "ticket" ? words().ticket.palette(desk.tickets.nameOf(now)) : desk.directory.nameOfDialog(now);
  };
  const stamp = () => props.item.stamp;
  /** It was done, and a restore lost it (CL27). */
  const isUndone = () => stamp().was !== undefined && stamp().verdict !== "lost" && stamp().verdict !== "stale";
  const held = () => head()?.held.filter((row) => row.author === desk.me().id).length ?? 0;
  return (
    <article class={styles["notice"]} data-item={props.item.id}>
      <TriangleAlert size={16} class={styles["icon"] ?? ""} />
      <div class={styles["words"]}>
        <h2 class={styles["title"]}>
          {isUndone()
            ? words().lost.undone(actWords(props.item), name())
            : words().lost.title(actWords(props.item), name())}
        </h2>
        <p>
          <Show
            when={
              !isUndone() &&
              stamp().owner !== undefined &&
              stamp().owner !== null &&
              stamp().reason !== "unseen-message"
            }
            fallback={
              isUndone() ? words().lost.restored : words().lost.why(words().reason[stamp().reason ?? "version"])
            }
          >
            {words().lost.owned(
              desk.directory.nameOf(stamp().owner ?? null),
              say.since(stamp().since ?? stamp().at, desk.now()),
            )}
          </Show>{" "}
          {words().lost.when(say.since(writtenAt(props.item), desk.now()))}{" "}
          <Show when={held() > 0}>{words().lost.held(held())}</Show>
        </p>
        <div class={styles["acts"]}>
          <Button size="small" look="primary" onClick={() => props.onAcknowledge()}>
            {words().lost.acknowledge}
          </Button>
          <Button size="small" onClick={() => showDialog(desk, props.item.thread)}>
            {words().lost.open}
          </Button>
        </div>
      </div>
    </article>
  );
}
