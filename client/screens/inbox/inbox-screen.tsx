import MessagesSquare from "lucide-solid/icons/messages-square";
import { createEffect, type JSX, onCleanup, Show, untrack } from "solid-js";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { ContextPanel } from "../../panels/context/context-panel.tsx";
import { DialogList } from "../../panels/dialog-list/dialog-list.tsx";
import { ThreadPanel } from "../../panels/thread/thread-panel.tsx";
import { address, go } from "../../signals/address.ts";
import { useDesk } from "../../signals/desk.ts";
import { neighbourOf } from "../../signals/inbox-list.ts";
import { preferences, setPreference } from "../../signals/preferences.ts";
import { isDetailsOpen, setDetailsOpen } from "../../signals/ui.ts";
import { isNarrow } from "../../signals/viewport.ts";
import { words } from "../../signals/words.ts";
import { Empty } from "../../widgets/empty.tsx";
import styles from "./inbox-screen.module.css";

/** Dialogs: the list, the thread, and who stands behind it. On a phone one of the three. */
export function InboxScreen(): JSX.Element {
  const desk = useDesk();
  const thread = (): ThreadId | undefined => {
    const now = address();
    return now.screen === "inbox" ? now.thread : undefined;
  };

  createEffect(() => {
    const now = thread();
    if (now !== undefined && untrack(desk.inbox.chosen) !== now) desk.inbox.choose(now);
  });
  // What one is likely to open next is brought from the disk while one reads this.
  createEffect(() => {
    const now = thread();
    const list = desk.inbox.list();
    const timer = setTimeout(() => {
      for (const step of [1, -1] as const) {
        const next = neighbourOf(list, now, step);
        if (next !== undefined && next !== now) desk.threads.warm(next);
      }
    }, 150);
    onCleanup(() => clearTimeout(timer));
  });

  const hasDetails = () => (isNarrow() ? isDetailsOpen() : preferences().details);
  const toggleDetails = (): void => {
    if (isNarrow()) setDetailsOpen((open) => !open);
    else setPreference("details", !preferences().details);
  };
  const choose = (next: ThreadId): void => {
    desk.inbox.choose(next);
    go({ screen: "inbox", thread: next });
  };

  return (
    <div
      class={styles["inbox"]}
      classList={{
        [styles["reading"] ?? ""]: thread() !== undefined,
        [styles["detailed"] ?? ""]: hasDetails() && thread() !== undefined,
      }}
    >
      <h1 class="visually-hidden">{words().inbox.label}</h1>
      <div class={styles["list"]}>
        <DialogList onChoose={choose} />
      </div>
      <div class={styles["thread"]}>
        <Show
          when={thread()}
          fallback={
            <Empty
              icon={<MessagesSquare size={32} />}
              title={words().inbox.choose}
              text={preferences().keys ? words().inbox.chooseText : undefined}
            />
          }
        >
          {(now) => (
            <ThreadPanel
              thread={now()}
              narrow={isNarrow()}
              details={{ isOpen: hasDetails(), toggle: toggleDetails }}
              {...(isNarrow() ? { onBack: () => go({ screen: "inbox" }) } : {})}
            />
          )}
        </Show>
      </div>
      <Show when={hasDetails() && thread() !== undefined}>
        <div class={styles["context"]}>
          <ContextPanel thread={thread()} {...(isNarrow() ? { onClose: toggleDetails } : {})} />
        </div>
      </Show>
    </div>
  );
}
