import Hand from "lucide-solid/icons/octagon-pause";
import { type JSX, Show } from "solid-js";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { address, hrefOf } from "../../signals/address.ts";
import { useDesk } from "../../signals/desk.ts";
import { words } from "../../signals/words.ts";
import { DockBar } from "../dock/dock-bar.tsx";
import { ConnectionLine } from "./connection-line.tsx";
import styles from "./status-bar.module.css";
import { UpdateNotice } from "./update-notice.tsx";

/** The foot of the desk: the connection, the chats at hand, and what waits for a decision. */
export function StatusBar(props: { readonly onSwitch: (chat: ThreadId) => void }): JSX.Element {
  const desk = useDesk();
  const refused = () => desk.outbox().filter((entry) => entry.state === "refused").length;
  return (
    <footer class={styles["bar"]}>
      <ConnectionLine />
      <Show when={desk.storage().full}>
        <span class={styles["full"]} role="alert">
          {words().connection.diskFull}
        </span>
      </Show>
      <Show when={desk.othersUnsent() > 0}>
        <span class={styles["others"]}>{words().connection.othersUnsent(desk.othersUnsent())}</span>
      </Show>
      <DockBar onSwitch={props.onSwitch} />
      <span class={styles["space"]} />
      <UpdateNotice />
      <Show when={refused() > 0}>
        <a class={`${styles["held"]} ${styles["refused"]}`} href={hrefOf({ screen: "held" })}>
          {words().unsent.refusedCount(refused())}
        </a>
      </Show>
      <Show when={desk.held().length > 0}>
        <a
          class={styles["held"]}
          href={hrefOf({ screen: "held" })}
          aria-current={address().screen === "held" ? "page" : undefined}
        >
          <Hand size={13} />
          <span class={styles["held-words"]}>{words().held.open(desk.held().length)}</span>
          <span class={styles["held-count"]} aria-hidden="true">
            {desk.held().length}
          </span>
        </a>
      </Show>
    </footer>
  );
}
