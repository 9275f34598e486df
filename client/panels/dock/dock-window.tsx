import Expand from "lucide-solid/icons/maximize-2";
import Minus from "lucide-solid/icons/minus";
import { type JSX, Show } from "solid-js";
import { address } from "../../signals/address.ts";
import { useDesk } from "../../signals/desk.ts";
import { words } from "../../signals/words.ts";
import { IconButton } from "../../widgets/icon-button.tsx";
import { showDialog } from "../acts/perform.ts";
import { ThreadPanel } from "../thread/thread-panel.tsx";
import styles from "./dock-window.module.css";

/** A chat at hand, over whatever screen is below (S10). In the inbox it stands in its own place instead. */
export function DockWindow(): JSX.Element {
  const desk = useDesk();
  const floating = () => (address().screen === "inbox" ? undefined : desk.dock.floating());
  return (
    <Show when={floating()}>
      {(chat) => (
        <div
          class={styles["window"]}
          role="dialog"
          aria-label={words().dock.label}
          onKeyDown={(event) => {
            if (event.key === "Escape" && !(event.target instanceof HTMLTextAreaElement)) desk.dock.float(undefined);
          }}
        >
          <ThreadPanel
            thread={chat()}
            narrow
            more={
              <>
                <IconButton label={words().dock.open} onClick={() => showDialog(desk, chat())}>
                  <Expand size={15} />
                </IconButton>
                <IconButton label={words().dock.hide} onClick={() => desk.dock.float(undefined)}>
                  <Minus size={16} />
                </IconButton>
              </>
            }
          />
        </div>
      )}
    </Show>
  );
}
