import { createSignal, type JSX, Show } from "solid-js";
import { useDesk } from "../../signals/desk.ts";
import { isUpdateReady, renew } from "../../signals/updates.ts";
import { words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import styles from "./status-bar.module.css";

/** A new version waits: until nobody writes, and until the person says so. */
export function UpdateNotice(): JSX.Element {
  const desk = useDesk();
  const [isPutOff, setPutOff] = createSignal(false);
  return (
    <Show when={isUpdateReady() && !isPutOff()}>
      <span class={styles["update"]} role="status">
        <span class={styles["update-words"]}>
          {desk.drafts.isDirty() ? `${words().update.ready}. ${words().update.waits}` : words().update.ready}
        </span>
        <Button size="small" look="primary" disabled={desk.drafts.isDirty()} onClick={renew}>
          {words().update.now}
        </Button>
        <Button size="small" look="quiet" onClick={() => setPutOff(true)}>
          {words().update.later}
        </Button>
      </span>
    </Show>
  );
}
