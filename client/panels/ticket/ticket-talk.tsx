import { type JSX, Show } from "solid-js";
import { useDesk } from "../../signals/desk.ts";
import { useThread } from "../../signals/threads.ts";
import { words } from "../../signals/words.ts";
import { Skeleton } from "../../widgets/empty.tsx";
import { Composer } from "../composer/composer.tsx";
import { ThreadLog } from "../thread/thread-log.tsx";
import { useTicketHere } from "./ticket-here.ts";
import styles from "./ticket-talk.module.css";

/** The dialog behind the ticket with the ticket's own notes and events among it, and where one writes: to whom is said twice. */
export function TicketTalk(): JSX.Element {
  const desk = useDesk();
  const here = useTicketHere();
  const talk = useThread(desk.threads, here.dialog);
  const isKnown = () => {
    const dialog = here.dialog();
    return dialog !== undefined && desk.heads.get(dialog) !== undefined;
  };
  return (
    <div class={styles["talk"]}>
      <Show when={here.view()} fallback={<Skeleton label={words().thread.loading} rows={4} height={44} />}>
        {(view) => (
          <>
            <Show when={!isKnown()}>
              <p class={styles["away"]} role="status">
                {words().ticket.noDialog}
              </p>
            </Show>
            <Show when={isKnown() ? talk() : undefined} fallback={<ThreadLog thread={here.thread} view={view()} />}>
              {(dialog) => <ThreadLog thread={dialog().head._id} view={dialog()} beside={view()} />}
            </Show>
            <Composer thread={here.thread} view={view()} talk={(isKnown() ? talk() : undefined) ?? null} />
          </>
        )}
      </Show>
    </div>
  );
}
