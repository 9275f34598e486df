import { createEffect, createMemo, createSignal, type JSX, onCleanup, Show, untrack } from "solid-js";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { emptyHead } from "../../../shared/thread/fold.ts";
import { type DeviceHead, deviceHead } from "../../../shared/thread/head.ts";
import { offerOf } from "../../signals/act-rules.ts";
import { useDesk } from "../../signals/desk.ts";
import { useThread } from "../../signals/threads.ts";
import { ticketContent } from "../../signals/ticket-content.ts";
import { useTicket } from "../../signals/ticket-session.ts";
import { dialogOf } from "../../signals/tickets.ts";
import { composerOrder } from "../../signals/ui.ts";
import { words } from "../../signals/words.ts";
import { TicketContentPane } from "./content-pane.tsx";
import { TicketHead } from "./ticket-head.tsx";
import { type TicketHere, TicketHereContext } from "./ticket-here.ts";
import styles from "./ticket-panel.module.css";
import { TicketTalk } from "./ticket-talk.tsx";

type Side = "content" | "talk";

/** A ticket's page: what it is about, and the conversation behind it. Side by side, or where it is narrow by tabs. */
export function TicketPanel(props: { readonly ticket: ThreadId; readonly onBack: () => void }): JSX.Element {
  const desk = useDesk();
  const ticket = untrack(() => props.ticket); // the page is made anew for another one
  const view = useThread(desk.threads, () => ticket);
  const opened = useTicket(ticketContent(desk), () => ticket);
  const [side, setSide] = createSignal<Side>("content");

  const head = createMemo<DeviceHead>(
    (before) => view()?.provisional ?? desk.heads.get(ticket) ?? before,
    deviceHead(emptyHead(ticket)),
  );
  createEffect(() => {
    desk.presence.view(ticket);
    onCleanup(() => desk.presence.view(undefined));
  });
  // Whoever asks for the editor sees it.
  createEffect(() => {
    if (composerOrder()?.thread === ticket) setSide("talk");
  });

  return (
    <Show when={opened()}>
      {(open) => {
        const here: TicketHere = {
          thread: ticket,
          view,
          head,
          type: createMemo(() => desk.tickets.types.of(head())),
          open: open(),
          content: createMemo(() => open().state().content),
          mayEdit: createMemo(
            () =>
              open().state().stage === "ready" && offerOf(head(), desk.me(), "live").note && head().state !== "closed",
          ),
          dialog: createMemo(() => dialogOf(head())),
        };
        return (
          <TicketHereContext.Provider value={here}>
            <section
              class={styles["ticket"]}
              aria-label={`${desk.tickets.nameOf(head())} ${desk.tickets.titleOf(head())}`}
              data-thread={ticket}
            >
              <TicketHead onBack={() => props.onBack()} />
              <div role="tablist" class={styles["tabs"]} aria-label={words().ticket.word}>
                <Tab
                  name={words().ticket.content}
                  isChosen={side() === "content"}
                  onChoose={() => setSide("content")}
                />
                <Tab name={words().ticket.talk} isChosen={side() === "talk"} onChoose={() => setSide("talk")} />
              </div>
              <div class={styles["panes"]} classList={{ [styles[side()] ?? ""]: true }}>
                <div class={styles["content-pane"]}>
                  <TicketContentPane />
                </div>
                <div class={styles["talk-pane"]}>
                  <TicketTalk />
                </div>
              </div>
            </section>
          </TicketHereContext.Provider>
        );
      }}
    </Show>
  );
}

function Tab(props: { readonly name: string; readonly isChosen: boolean; readonly onChoose: () => void }): JSX.Element {
  return (
    <button
      type="button"
      role="tab"
      class={styles["tab"]}
      aria-selected={props.isChosen}
      onClick={() => props.onChoose()}
    >
      {props.name}
    </button>
  );
}
