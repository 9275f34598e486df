import Hand from "lucide-solid/icons/octagon-pause";
import { createMemo, For, type JSX, Show } from "solid-js";
import type { ItemId } from "../../../shared/kernel/ids.ts";
import { mayGiveStatus } from "../../../shared/policy/can.ts";
import { actorOf } from "../../signals/act-rules.ts";
import { useDesk } from "../../signals/desk.ts";
import { writtenAt } from "../../signals/ticks.ts";
import { say, words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { showToast } from "../../widgets/toasts.tsx";
import { tellNotSaved } from "../acts/perform.ts";
import styles from "./ask-card.module.css";
import { useTicketHere } from "./ticket-here.ts";

/** Results of visits by people who were no longer the owner (CL24): taken in one click, or not. */
export function HeldVisits(): JSX.Element {
  const desk = useDesk();
  const here = useTicketHere();
  const rows = createMemo(() => here.head().held.filter(({ status }) => status !== undefined));
  const mayDecide = () => mayGiveStatus(actorOf(desk.me()), here.head());
  const isEnding = (id: ItemId): boolean =>
    here
      .view()
      ?.unsent.some(
        ({ item, state }) =>
          state !== "refused" && (item.kind === "status" || item.kind === "discard") && item.of === id,
      ) === true;
  const statusWords = (status: string | undefined): string =>
    desk.tickets.types.statusWords({ ...here.head(), status: status ?? "" });
  const when = (id: ItemId): string => {
    const item = here.view()?.items.find((one) => one.id === id);
    return item === undefined ? "" : say.since(writtenAt(item), desk.now());
  };

  async function accept(id: ItemId, status: string | undefined): Promise<void> {
    const view = here.view();
    if (view === undefined || status === undefined) return;
    try {
      await desk.tickets.acts.setStatus(view, status, id);
      showToast({ title: words().ticket.visitHeld.accepted });
    } catch (error) {
      tellNotSaved(error);
    }
  }
  async function drop(id: ItemId): Promise<void> {
    try {
      await desk.acts.discard(here.thread, id);
      showToast({ title: words().ticket.visitHeld.dropped });
    } catch (error) {
      tellNotSaved(error);
    }
  }

  return (
    <For each={rows()}>
      {(row) => (
        <section class={styles["card"]} data-held={row.id}>
          <h3 class={styles["title"]}>
            <Hand size={15} />
            {words().ticket.visitHeld.title(desk.directory.nameOf(row.author))}
          </h3>
          <p class={styles["lead"]}>{words().ticket.visitHeld.text(statusWords(row.status), when(row.id))}</p>
          <Show
            when={mayDecide() || row.author === desk.me().id}
            fallback={<p class={styles["lead"]}>{words().ticket.visitHeld.notYours}</p>}
          >
            <Show when={!isEnding(row.id)}>
              <div class={styles["acts"]}>
                <Show when={mayDecide()}>
                  <Button look="primary" onClick={() => void accept(row.id, row.status)}>
                    {words().ticket.visitHeld.accept}
                  </Button>
                </Show>
                <Button onClick={() => void drop(row.id)}>{words().ticket.visitHeld.drop}</Button>
              </div>
            </Show>
          </Show>
        </section>
      )}
    </For>
  );
}
