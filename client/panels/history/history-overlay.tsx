import { createMemo, type JSX, Show } from "solid-js";
import { useDesk } from "../../signals/desk.ts";
import { historyWords } from "../../signals/history-words.ts";
import { ticketName } from "../../signals/tickets.ts";
import { closeOverlay, overlay } from "../../signals/ui.ts";
import { words } from "../../signals/words.ts";
import { Modal } from "../../widgets/modal.tsx";
import { HistoryPanel } from "./history-panel.tsx";

/** The past of a thread over the page (U5). */
export function HistoryOverlay(): JSX.Element {
  const desk = useDesk();
  const thread = createMemo(() => {
    const now = overlay();
    return now?.kind === "history" ? now.thread : undefined;
  });
  return (
    <Show when={thread()} keyed>
      {(id) => {
        const name = () => {
          const head = desk.heads.get(id);
          if (head === undefined) return "";
          return head.kind === "ticket" ? ticketName(head) : desk.directory.nameOfDialog(head);
        };
        return (
          <Modal
            open
            width="large"
            title={historyWords().title(name())}
            closeLabel={words().common.close}
            onClose={closeOverlay}
          >
            <HistoryPanel thread={id} />
          </Modal>
        );
      }}
    </Show>
  );
}
