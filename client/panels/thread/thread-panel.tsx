import ArrowLeft from "lucide-solid/icons/arrow-left";
import PanelRight from "lucide-solid/icons/panel-right";
import { createEffect, createMemo, type JSX, onCleanup, Show } from "solid-js";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { channelTitle } from "../../signals/channels.ts";
import { useDesk } from "../../signals/desk.ts";
import type { ThreadView } from "../../signals/replica-types.ts";
import { useThread } from "../../signals/threads.ts";
import { say, words } from "../../signals/words.ts";
import { Avatar } from "../../widgets/avatar.tsx";
import { Empty, Skeleton } from "../../widgets/empty.tsx";
import { IconButton } from "../../widgets/icon-button.tsx";
import { ActBar } from "../acts/act-bar.tsx";
import { ChannelIcon } from "../channel-icon.tsx";
import { Composer } from "../composer/composer.tsx";
import { PresenceStrip } from "./presence-strip.tsx";
import { ThreadLog } from "./thread-log.tsx";
import styles from "./thread-panel.module.css";

type ThreadPanelProps = {
  readonly thread: ThreadId;
  /** Stands in a small window: fewer acts in its head. */
  readonly narrow?: boolean;
  readonly onBack?: () => void;
  readonly details?: { readonly isOpen: boolean; readonly toggle: () => void };
  /** Buttons at the end of the head. */
  readonly more?: JSX.Element;
};

/** A thread: who, what was said, and where the answer is written. */
export function ThreadPanel(props: ThreadPanelProps): JSX.Element {
  const desk = useDesk();
  const view = useThread(desk.threads, () => props.thread);

  createEffect(() => {
    const thread = props.thread;
    desk.presence.view(thread);
    onCleanup(() => desk.presence.view(undefined));
  });

  return (
    <section class={styles["thread"]} aria-label={headingOf(view())} data-thread={props.thread}>
      <ThreadHead {...props} view={view()} />
      <Show when={props.thread} keyed>
        {(thread) => (
          <Show
            when={view()}
            fallback={
              <Show
                when={desk.heads.get(thread) || !desk.heads.isFilled()}
                fallback={<Empty title={words().thread.gone} />}
              >
                <div class={styles["waiting"]}>
                  <Skeleton label={words().thread.loading} rows={4} height={44} />
                </div>
              </Show>
            }
          >
            {(now) => (
              <>
                <ThreadLog thread={thread} view={now()} />
                <Composer thread={thread} view={now()} />
              </>
            )}
          </Show>
        )}
      </Show>
    </section>
  );

  function headingOf(now: ThreadView | undefined): string {
    const head = now?.provisional ?? desk.heads.get(props.thread);
    return head ? desk.directory.nameOfDialog(head) : words().context.dialog;
  }
}

function ThreadHead(props: ThreadPanelProps & { readonly view: ThreadView | undefined }): JSX.Element {
  const desk = useDesk();
  const head = createMemo(() => props.view?.provisional ?? desk.heads.get(props.thread));
  const name = () => {
    const now = head();
    return now ? desk.directory.nameOfDialog(now) : "";
  };
  const owner = (): string => {
    const now = head();
    if (!now) return "";
    if (now.state === "closed") return words().state.closed;
    if (now.state === "snoozed") return words().inbox.snoozedUntil(say.since(now.snoozedUntil ?? 0, desk.now()));
    const taker = desk.presence.takenBy(now._id);
    if (now.owner === null && taker !== undefined && taker !== desk.me().id) {
      return words().acts.takingBy(desk.directory.nameOf(taker));
    }
    if (now.owner === null) return words().inbox.free;
    const who = now.owner === desk.me().id ? words().thread.you : desk.directory.nameOf(now.owner);
    return words().acts.ownerSince(who, say.since(now.ownerSince, desk.now()));
  };

  return (
    <header class={styles["head"]}>
      <Show when={props.onBack}>
        {(back) => (
          <IconButton label={words().common.back} onClick={() => back()()}>
            <ArrowLeft size={18} />
          </IconButton>
        )}
      </Show>
      <Show when={head()}>
        {(now) => (
          <span title={channelTitle(desk.heads, now())}>
            <Avatar
              name={name()}
              seed={now().user ?? now()._id}
              badge={<ChannelIcon channel={now().channel} size={10} />}
            />
          </span>
        )}
      </Show>
      <div class={styles["who"]}>
        <h2 class={styles["name"]}>{name()}</h2>
        <p class={styles["state"]}>
          <span class={styles["owner"]}>{owner()}</span>
          <Show when={props.view?.unconfirmed}>
            <span class={styles["unconfirmed"]} title={words().thread.unconfirmedHint}>
              {words().thread.unconfirmed}
            </span>
          </Show>
        </p>
      </div>
      <PresenceStrip thread={props.thread} />
      <div class={styles["acts"]}>
        <Show when={props.view}>{(now) => <ActBar view={now()} narrow={props.narrow ?? false} />}</Show>
        <Show when={props.details}>
          {(details) => (
            <IconButton
              label={details().isOpen ? words().acts.hideContext : words().acts.context}
              active={details().isOpen}
              aria-pressed={details().isOpen}
              onClick={() => details().toggle()}
            >
              <PanelRight size={16} />
            </IconButton>
          )}
        </Show>
        {props.more}
      </div>
    </header>
  );
}
