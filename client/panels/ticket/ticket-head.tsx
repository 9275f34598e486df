import ArrowLeft from "lucide-solid/icons/arrow-left";
import ChevronDown from "lucide-solid/icons/chevron-down";
import Ellipsis from "lucide-solid/icons/ellipsis";
import Printer from "lucide-solid/icons/printer";
import { createMemo, type JSX, Show } from "solid-js";
import { offerOf } from "../../signals/act-rules.ts";
import { hrefOf } from "../../signals/address.ts";
import { useDesk } from "../../signals/desk.ts";
import { inLocale } from "../../signals/ticket-types.ts";
import { openOverlay } from "../../signals/ui.ts";
import { words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { IconButton } from "../../widgets/icon-button.tsx";
import { Menu, type MenuLine } from "../../widgets/menu.tsx";
import { TickIcon } from "../../widgets/tick-icon.tsx";
import { showToast } from "../../widgets/toasts.tsx";
import { performDock, performRelease, performTake, showDialog, tellNotSaved } from "../acts/perform.ts";
import { PresenceStrip } from "../thread/presence-strip.tsx";
import { printTicket } from "./print.tsx";
import { StatusChip } from "./status-chip.tsx";
import styles from "./ticket-head.module.css";
import { useTicketHere } from "./ticket-here.ts";

/** Number, status, whose it is, and what can be done with it. */
export function TicketHead(props: { readonly onBack: () => void }): JSX.Element {
  const desk = useDesk();
  const here = useTicketHere();
  const offer = createMemo(() => offerOf(here.head(), desk.me(), desk.presence.lease(here.thread)));
  const isUnconfirmed = () => here.view()?.unconfirmed === true || desk.isUnconfirmed(here.thread);
  const isWatching = () => here.head().watchers.includes(desk.me().id);

  const lines = (): readonly MenuLine[] => {
    const { acts, ticket } = words();
    const view = here.view();
    const may = offer();
    const thread = here.thread;
    const dialog = here.dialog();
    const made: (MenuLine | false | undefined)[] = [
      may.takeOver !== false && {
        kind: "act",
        words: acts.takeOver,
        onChoose: () => openOverlay({ kind: "take-over", thread }),
      },
      may.handover && { kind: "act", words: acts.handover, onChoose: () => openOverlay({ kind: "hand-over", thread }) },
      may.assign &&
        !may.handover && { kind: "act", words: acts.assign, onChoose: () => openOverlay({ kind: "assign", thread }) },
      may.transfer && { kind: "act", words: acts.transfer, onChoose: () => openOverlay({ kind: "transfer", thread }) },
      may.release && view && { kind: "act", words: acts.release, onChoose: () => void performRelease(desk, view) },
      { kind: "act", words: ticket.dues.set, onChoose: () => openOverlay({ kind: "ticket-due", thread }) },
      { kind: "rule" },
      {
        kind: "act",
        words: isWatching() ? ticket.unwatch : ticket.watch,
        onChoose: () => {
          const act = isWatching() ? desk.tickets.acts.unwatch : desk.tickets.acts.watch;
          void act(thread, desk.me().id).catch(tellNotSaved);
        },
      },
      dialog !== undefined &&
        desk.heads.get(dialog) !== undefined && {
          kind: "act",
          words: ticket.openDialog,
          onChoose: () => showDialog(desk, dialog),
        },
      dialog !== undefined &&
        desk.heads.get(dialog) !== undefined && {
          kind: "act",
          words: desk.dock.has(dialog) ? acts.undock : acts.dock,
          onChoose: () => performDock(desk, dialog),
        },
      { kind: "act", words: acts.history, onChoose: () => openOverlay({ kind: "history", thread }) },
      {
        kind: "act",
        words: ticket.copyLink,
        onChoose: () => {
          const address = new URL(hrefOf({ screen: "tickets", ticket: thread }), location.href).href;
          void navigator.clipboard?.writeText(address).then(() => showToast({ title: words().common.copied }));
        },
      },
    ];
    return made.filter((line): line is MenuLine => line !== false && line !== undefined);
  };

  return (
    <header class={styles["head"]}>
      <div class={styles["line"]}>
        <span class={styles["back"]}>
          <IconButton label={words().ticket.showList} onClick={() => props.onBack()}>
            <ArrowLeft size={18} />
          </IconButton>
        </span>
        <div class={styles["who"]}>
          <h2 class={styles["number"]}>{desk.tickets.nameOf(here.head())}</h2>
          <Show
            when={here.head().number === undefined}
            fallback={<p class={styles["type"]}>{inLocale(here.type().name)}</p>}
          >
            <p class={styles["provisional"]} title={words().ticket.provisionalHint}>
              {words().ticket.provisional}
            </p>
          </Show>
        </div>
        <button
          type="button"
          class={styles["status"]}
          aria-label={`${words().ticket.setStatus}. ${words().ticket.statusNow(desk.tickets.types.statusWords(here.head()))}`}
          title={`${words().ticket.setStatus} (E)`}
          onClick={() => openOverlay({ kind: "ticket-status", thread: here.thread })}
        >
          <StatusChip head={here.head()} />
          <ChevronDown size={14} />
        </button>
        <Show when={isUnconfirmed()}>
          <span class={styles["unconfirmed"]} title={words().thread.unconfirmedHint}>
            <TickIcon of="clock" size={12} />
            <span class={styles["unconfirmed-words"]}>{words().thread.unconfirmed}</span>
          </span>
        </Show>
        <span class={styles["space"]} />
        <PresenceStrip thread={here.thread} />
        <div class={styles["acts"]}>
          <Menu
            label={words().ticket.print}
            trigger={<Printer size={16} />}
            lines={() => [
              {
                kind: "act",
                words: words().ticket.printTicket,
                onChoose: () => void printTicket(desk, here, "ticket"),
              },
              { kind: "act", words: words().ticket.printVisit, onChoose: () => void printTicket(desk, here, "visit") },
            ]}
          />
          <Menu label={words().ticket.more} trigger={<Ellipsis size={16} />} lines={lines} />
        </div>
      </div>
      <Show when={offer().take}>
        <span class={styles["take"]}>
          <Button look="primary" wide key="T" onClick={() => void performTake(desk, here.thread)}>
            {words().acts.take}
          </Button>
        </span>
      </Show>
    </header>
  );
}
