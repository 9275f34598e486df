import X from "lucide-solid/icons/x";
import { For, type JSX, Show } from "solid-js";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { address } from "../../signals/address.ts";
import { useDesk } from "../../signals/desk.ts";
import { words } from "../../signals/words.ts";
import { Avatar } from "../../widgets/avatar.tsx";
import styles from "./dock-bar.module.css";

/** Chats at hand above any screen: Alt-1 to Alt-6, or a click. */
export function DockBar(props: { readonly onSwitch: (chat: ThreadId) => void }): JSX.Element {
  const desk = useDesk();
  const isShown = (chat: ThreadId): boolean =>
    desk.dock.floating() === chat || (address().screen === "inbox" && desk.inbox.chosen() === chat);
  return (
    <ul class={styles["dock"]} aria-label={words().dock.label}>
      <For each={desk.dock.chats()}>
        {(chat, index) => {
          const head = () => desk.heads.get(chat);
          const name = () => {
            const now = head();
            return now ? desk.directory.nameOfDialog(now) : words().common.unknownPerson;
          };
          const isUnread = () => {
            const now = head();
            return now !== undefined && now.waitingSince !== null && now.lastUser > now.cursors.teamRead.upTo;
          };
          const label = () =>
            [
              words().dock.switchTo(index() + 1, name()),
              isUnread() ? words().dock.unread : "",
              desk.drafts.has(chat) ? words().dock.drafted : "",
            ]
              .filter(Boolean)
              .join(", ");
          return (
            <li class={styles["chat"]} classList={{ [styles["shown"] ?? ""]: isShown(chat) }}>
              <button
                type="button"
                class={styles["open"]}
                aria-label={label()}
                aria-pressed={isShown(chat)}
                title={`${label()} (Alt-${index() + 1})`}
                onClick={() => props.onSwitch(chat)}
              >
                <kbd class={styles["key"]} aria-hidden="true">
                  {index() + 1}
                </kbd>
                <Avatar name={name()} seed={head()?.user ?? chat} size="tiny" />
                <span class={styles["name"]}>{name()}</span>
                <Show when={isUnread()}>
                  <span class={styles["unread"]} />
                </Show>
                <Show when={!isUnread() && desk.drafts.has(chat)}>
                  <span class={styles["draft"]} />
                </Show>
              </button>
              <button
                type="button"
                class={styles["remove"]}
                aria-label={words().dock.remove(name())}
                title={words().dock.remove(name())}
                onClick={() => desk.dock.remove(chat)}
              >
                <X size={12} />
              </button>
            </li>
          );
        }}
      </For>
    </ul>
  );
}
