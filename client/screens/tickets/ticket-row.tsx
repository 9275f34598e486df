import Flag from "lucide-solid/icons/flag";
import GitCompare from "lucide-solid/icons/git-compare-arrows";
import Hand from "lucide-solid/icons/octagon-pause";
import { createMemo, type JSX, Show } from "solid-js";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { emptyHead } from "../../../shared/thread/fold.ts";
import { type DeviceHead, deviceHead } from "../../../shared/thread/head.ts";
import { DueChip } from "../../panels/ticket/due-chip.tsx";
import { StatusChip } from "../../panels/ticket/status-chip.tsx";
import { hrefOf } from "../../signals/address.ts";
import { useDesk } from "../../signals/desk.ts";
import { fieldNumber, fieldText } from "../../signals/fields.ts";
import { ticketContent } from "../../signals/ticket-content.ts";
import { say, words } from "../../signals/words.ts";
import { Avatar } from "../../widgets/avatar.tsx";
import { TickIcon } from "../../widgets/tick-icon.tsx";
import styles from "./ticket-row.module.css";

const NO_HEAD: DeviceHead = deviceHead(emptyHead("ticket.000000000000000000" as ThreadId)); // never shown

/** One ticket in the list, from its head alone: a line of columns where it is wide, a card where it is narrow. */
export function TicketRow(props: {
  readonly id: ThreadId;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}): JSX.Element {
  const desk = useDesk();
  // The row of a ticket that leaves may be asked once more before the list has heard of it.
  const head = createMemo<DeviceHead>((before) => desk.heads.get(props.id) ?? before, NO_HEAD);
  const name = () => desk.tickets.nameOf(head());
  const owner = () => {
    const now = head().owner;
    return now === null ? "" : now === desk.me().id ? words().thread.you : desk.directory.nameOf(now);
  };
  const wait = () => {
    const since = desk.tickets.viewer().waitingSince(head());
    return since === null ? undefined : desk.now() - since;
  };
  const conflicts = () => fieldNumber(head(), "conflicts") ?? 0;
  const checks = () => fieldText(head(), "checks");
  const isMarked = () => desk.tickets.marked().has(props.id);

  return (
    <div
      class={styles["row"]}
      classList={{
        [styles["chosen"] ?? ""]: props.isChosen,
        [styles["marked"] ?? ""]: isMarked(),
        [styles["closed"] ?? ""]: head().state === "closed",
      }}
    >
      <label class={styles["mark"]}>
        <input
          type="checkbox"
          checked={isMarked()}
          aria-label={words().tickets.select(name())}
          onChange={() => desk.tickets.toggleMark(props.id)}
        />
      </label>
      <a
        href={hrefOf({ screen: "tickets", ticket: props.id })}
        class={styles["main"]}
        aria-current={props.isChosen ? "true" : undefined}
        data-thread={props.id}
        draggable={false}
        // A tenth of a second before the click. A finger may only mean to scroll.
        onPointerDown={(event) => event.pointerType === "mouse" && ticketContent(desk).warm(props.id)}
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          props.onChoose();
        }}
      >
        <span class={styles["number"]} title={head().number === undefined ? words().ticket.provisionalHint : undefined}>
          {name()}
        </span>
        <span class={styles["title"]}>
          <Show when={head().priority > 1}>
            <Flag size={12} class={(head().priority === 3 ? styles["urgent"] : styles["high"]) ?? ""} />
            <span class="visually-hidden">{words().priority[head().priority]}</span>
          </Show>
          <span class={styles["title-words"]}>{desk.tickets.titleOf(head())}</span>
          <Show when={head().tags[0]}>{(tag) => <span class={styles["tag"]}>{tag()}</span>}</Show>
          <span class={styles["signs"]}>
            <Show when={checks() !== ""}>
              <span title={words().tickets.checks(checks())}>
                <span class="visually-hidden">{words().tickets.checks(checks())}</span>
                <span aria-hidden="true">{checks()}</span>
              </span>
            </Show>
            <Show when={conflicts() > 0}>
              <span class={styles["ask"]} title={words().tickets.conflict(conflicts())}>
                <GitCompare size={12} />
                <span class="visually-hidden">{words().tickets.conflict(conflicts())}</span>
              </span>
            </Show>
            <Show when={head().held.length > 0}>
              <span class={styles["ask"]} title={words().tickets.held(head().held.length)}>
                <Hand size={12} />
                <span class="visually-hidden">{words().tickets.held(head().held.length)}</span>
              </span>
            </Show>
            <Show when={desk.isUnconfirmed(props.id)}>
              <span class={styles["ask"]} title={words().thread.unconfirmedHint}>
                <TickIcon of="clock" size={12} />
                <span class="visually-hidden">{words().inbox.unconfirmed}</span>
              </span>
            </Show>
          </span>
        </span>
        <span class={styles["requester"]}>{desk.directory.nameOfDialog(head())}</span>
        <span class={styles["status"]}>
          <StatusChip head={head()} />
        </span>
        <span class={styles["owner"]} title={owner()}>
          <Show
            when={head().owner}
            fallback={<span class={styles["team"]}>{desk.directory.teamName(head().team)}</span>}
          >
            {(who) => (
              <>
                <Avatar name={desk.directory.nameOf(who())} seed={who()} size="tiny" />
                <span class={styles["owner-name"]}>{owner()}</span>
              </>
            )}
          </Show>
        </span>
        <span class={styles["due"]}>
          <DueChip head={head()} />
        </span>
        <span class={styles["updated"]}>
          <Show when={wait()} fallback={say.when(head().lastAt, desk.now())}>
            {(span) => (
              <span class={styles["waits"]} title={words().tickets.waits(say.span(span()))}>
                {say.when(head().lastAt, desk.now())}
              </span>
            )}
          </Show>
        </span>
      </a>
    </div>
  );
}
