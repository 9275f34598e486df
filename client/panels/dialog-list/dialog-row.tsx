import Clock from "lucide-solid/icons/clock-3";
import Flag from "lucide-solid/icons/flag";
import Hand from "lucide-solid/icons/octagon-pause";
import Pencil from "lucide-solid/icons/pencil";
import { createMemo, type JSX, Show } from "solid-js";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { undecidedIn } from "../../../shared/thread/attention.ts";
import { emptyHead } from "../../../shared/thread/fold.ts";
import { type DeviceHead, deviceHead } from "../../../shared/thread/head.ts";
import { hrefOf } from "../../signals/address.ts";
import { channelTitle } from "../../signals/channels.ts";
import { type Desk, useDesk } from "../../signals/desk.ts";
import { fieldText } from "../../signals/fields.ts";
import { isOverdue, waitOf } from "../../signals/inbox-list.ts";
import { lastLineOf } from "../../signals/last-line.ts";
import { say, words } from "../../signals/words.ts";
import { Avatar } from "../../widgets/avatar.tsx";
import { TickIcon } from "../../widgets/tick-icon.tsx";
import { ChannelIcon } from "../channel-icon.tsx";
import styles from "./dialog-row.module.css";

const NO_HEAD: DeviceHead = deviceHead(emptyHead("dialog.000000000000000000" as ThreadId)); // never shown

/** How urgent the waiting is, for the dot: none, calm, near the limit, over it. */
type Urgency = "none" | "calm" | "near" | "over";

function urgencyOf(head: DeviceHead, desk: Desk): Urgency {
  const wait = waitOf(head, desk.now());
  if (wait === undefined) return "none";
  if (isOverdue(head, desk.inbox.viewer())) return "over";
  return wait >= desk.directory.alarmMs(head.team) / 2 ? "near" : "calm";
}

/** One dialog in the list: who, what last, how long he waits, whose it is. */
export function DialogRow(props: {
  readonly id: ThreadId;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}): JSX.Element {
  const desk = useDesk();
  // The row of a thread that leaves may be asked once more before the list has heard of it.
  const head = createMemo<DeviceHead>((before) => desk.heads.get(props.id) ?? before, NO_HEAD);
  const name = () => desk.directory.nameOfDialog(head());
  const urgency = createMemo(() => urgencyOf(head(), desk));
  const wait = () => waitOf(head(), desk.now());
  const isUnread = () => head().lastUser > head().cursors.teamRead.upTo && head().waitingSince !== null;
  const isMine = () => head().owner === desk.me().id;
  const subject = () => fieldText(head(), "subject") || desk.directory.teamName(head().team);
  const time = () => {
    const span = wait();
    return span === undefined ? say.when(head().lastAt, desk.now()) : say.span(span);
  };
  /** Answers that did not leave and wait for somebody's decision. */
  const undelivered = () => undecidedIn(head());
  /** What the eye takes from place and colour, in words. */
  const hidden = (): string =>
    [
      isUnread() ? words().inbox.unread : "",
      head().owner === null ? words().inbox.free : isMine() ? words().inbox.onYou : "",
      head().state === "snoozed" ? words().state.snoozed : "",
      head().held.length > 0 ? words().inbox.held(head().held.length) : "",
      undelivered() > 0 ? words().inbox.undelivered(undelivered()) : "",
    ]
      .filter(Boolean)
      .join(", ");
  const timeWords = (): string => {
    const span = wait();
    if (span === undefined) return "";
    return urgency() === "over" ? words().inbox.overdue : words().inbox.waits;
  };

  return (
    <a
      href={hrefOf({ screen: "inbox", thread: props.id })}
      class={styles["row"]}
      classList={{
        [styles["chosen"] ?? ""]: props.isChosen,
        [styles["unread"] ?? ""]: isUnread(),
        [styles["asleep"] ?? ""]: head().state !== "open",
      }}
      aria-current={props.isChosen ? "true" : undefined}
      data-thread={props.id}
      draggable={false}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        props.onChoose();
      }}
    >
      <span class={styles["face"]} title={channelTitle(desk.heads, head())}>
        <Avatar
          name={name()}
          seed={head().user ?? head()._id}
          badge={<ChannelIcon channel={head().channel} size={10} />}
        />
      </span>
      <span class={styles["words"]}>
        <span class={styles["top"]}>
          <span class={styles["name"]}>{name()}</span>
          <Show when={head().priority > 1}>
            <Flag size={12} class={(head().priority === 3 ? styles["urgent"] : styles["high"]) ?? ""} />
          </Show>
          <span class={styles["time"]} classList={{ [styles[urgency()] ?? ""]: true }}>
            <Show when={urgency() !== "none"}>
              <span class={styles["dot"]} />
            </Show>
            <span class="visually-hidden">{timeWords()}</span>
            {time()}
          </span>
        </span>
        <span class={styles["line"]}>
          <span class={styles["text"]}>{lastLineOf(head(), desk.me().id)}</span>
          <Show when={isUnread()}>
            <span class={styles["badge"]} />
          </Show>
        </span>
        <span class={styles["meta"]}>
          <span class={styles["owner"]}>
            <Show
              when={head().owner}
              fallback={<span class={styles["free"]}>{desk.directory.teamName(head().team)}</span>}
            >
              {(owner) => (
                <Show when={!isMine()} fallback={<span class={styles["free"]}>{subject()}</span>}>
                  <Avatar name={desk.directory.nameOf(owner())} seed={owner()} size="tiny" />
                  <span class={styles["owner-name"]}>{desk.directory.nameOf(owner())}</span>
                </Show>
              )}
            </Show>
          </span>
          <Show when={head().state === "snoozed"}>
            <span class={styles["chip"]}>
              <Clock size={11} />
              {say.since(head().snoozedUntil ?? 0, desk.now())}
            </span>
          </Show>
          <Show when={head().state === "closed"}>
            <span class={styles["chip"]}>{words().inbox.closed}</span>
          </Show>
          <Show when={head().held.length > 0}>
            <span class={`${styles["chip"]} ${styles["held"]}`}>
              <Hand size={11} />
              <span aria-hidden="true">{head().held.length}</span>
            </span>
          </Show>
          <Show when={undelivered() > 0}>
            <span class={`${styles["chip"]} ${styles["undelivered"]}`} title={words().inbox.undelivered(undelivered())}>
              <TickIcon of="alarm" size={11} />
              <span aria-hidden="true">{undelivered()}</span>
            </span>
          </Show>
          <Show when={desk.isUnconfirmed(props.id)}>
            <span class={`${styles["chip"]} ${styles["held"]}`}>{words().inbox.unconfirmed}</span>
          </Show>
          <Show when={desk.drafts.has(props.id)}>
            <span class={styles["chip"]}>
              <Pencil size={11} />
              {words().inbox.draft}
            </span>
          </Show>
          <Show when={head().tags.length > 0}>
            <span class={styles["tags"]}>
              <span class={styles["tag"]}>{head().tags[0]}</span>
              <Show when={head().tags.length > 1}>
                <span class={styles["tag"]}>+{head().tags.length - 1}</span>
              </Show>
            </span>
          </Show>
        </span>
        <span class="visually-hidden">{hidden()}</span>
      </span>
    </a>
  );
}
