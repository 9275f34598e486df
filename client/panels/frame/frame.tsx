import type { JSX } from "solid-js";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { address } from "../../signals/address.ts";
import { words } from "../../signals/words.ts";
import styles from "./frame.module.css";
import { Rail } from "./rail.tsx";
import { StatusBar } from "./status-bar.tsx";

/** What stands around every screen. */
export function Frame(props: {
  readonly children: JSX.Element;
  readonly onSwitch: (chat: ThreadId) => void;
}): JSX.Element {
  const isInThread = () => {
    const now = address();
    return (
      (now.screen === "inbox" && now.thread !== undefined) || (now.screen === "tickets" && now.ticket !== undefined)
    );
  };
  return (
    <div class={styles["frame"]} classList={{ [styles["deep"] ?? ""]: isInThread() }}>
      <a
        class={styles["skip"]}
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          document.querySelector<HTMLElement>("#main")?.focus();
        }}
      >
        {words().common.skipToContent}
      </a>
      <Rail />
      <main id="main" class={styles["main"]} tabindex={-1}>
        {props.children}
      </main>
      <StatusBar onSwitch={props.onSwitch} />
    </div>
  );
}
