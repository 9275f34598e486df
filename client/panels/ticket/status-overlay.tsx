import { createMemo, type JSX, untrack } from "solid-js";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../../shared/thread/head.ts";
import { useDesk } from "../../signals/desk.ts";
import { foldText } from "../../signals/inbox-list.ts";
import { useThread } from "../../signals/threads.ts";
import { ticketContent } from "../../signals/ticket-content.ts";
import { withContent } from "../../signals/ticket-fields.ts";
import { useTicket } from "../../signals/ticket-session.ts";
import { missingWords, type StatusChoice, statusChoices } from "../../signals/ticket-status.ts";
import { inLocale } from "../../signals/ticket-types.ts";
import { closeOverlay } from "../../signals/ui.ts";
import { words } from "../../signals/words.ts";
import { Modal } from "../../widgets/modal.tsx";
import { Picker } from "../../widgets/picker.tsx";
import { showToast } from "../../widgets/toasts.tsx";
import { tellNotSaved } from "../acts/perform.ts";

/**
 * Where the ticket may go from here: what its type and this person's role let through. What asks for a field that is empty is
 * shown with that field's name.
 */
export function StatusOverlay(props: { readonly ticket: ThreadId }): JSX.Element {
  const desk = useDesk();
  const ticket = untrack(() => props.ticket);
  const opened = useTicket(ticketContent(desk), () => ticket);
  const view = useThread(desk.threads, () => ticket);
  const head = () => view()?.provisional ?? desk.heads.get(ticket);
  const shown = createMemo<DeviceHead | undefined>(() => {
    const now = head();
    const state = opened()?.state();
    return now && state?.stage === "ready" ? withContent(now, desk.tickets.types.of(now), state.content) : now;
  });
  const choices = createMemo<readonly StatusChoice[]>(() => {
    const now = shown();
    return now === undefined ? [] : statusChoices(now, desk.tickets.types.of(now), desk.me());
  });
  const detailOf = (choice: StatusChoice): string => {
    if (choice.isNow) return "";
    if (choice.as === undefined) return words().ticket.statusNotYours;
    const now = shown();
    if (now && choice.missing.length > 0) return words().ticket.missing(missingWords(choice, now));
    return choice.as === "visit" ? words().ticket.statusVisit : "";
  };

  async function choose(choice: StatusChoice): Promise<void> {
    const open = opened();
    const now = view();
    closeOverlay();
    if (choice.isNow || now === undefined) return;
    const refusal = choice.as === undefined || choice.missing.length > 0 ? detailOf(choice) : "";
    if (refusal !== "") return void showToast({ title: refusal, wrong: true, ms: 8000 });
    const before = now.provisional.status;
    try {
      await open?.flush(); // a field that was just filled goes first
      await desk.tickets.acts.setStatus(now, choice.status.id);
      showToast({
        title: words().ticket.statusDone(inLocale(choice.status.name)),
        ...(before === undefined || choice.as === "visit" || choice.status.category === "closed"
          ? {}
          : { act: { words: words().common.undo, onChoose: () => takeBack(before) } }),
      });
    } catch (error) {
      tellNotSaved(error);
    }
  }
  function takeBack(status: string): void {
    const standing = desk.tickets.standing(ticket);
    if (standing) void desk.tickets.acts.setStatus(standing, status).catch(tellNotSaved);
  }

  return (
    <Modal
      open
      bare
      width="small"
      title={words().ticket.setStatus}
      closeLabel={words().common.close}
      onClose={closeOverlay}
    >
      <Picker
        label={words().ticket.setStatus}
        placeholder={words().ticket.setStatus}
        nothing={words().ticket.statusOffered}
        onLeave={closeOverlay}
        lines={(typed) =>
          choices()
            .map((choice) => ({ choice, title: inLocale(choice.status.name) }))
            .filter(({ title }) => foldText(title).includes(foldText(typed.trim())))
            .map(({ choice, title }) => ({
              key: choice.status.id,
              title,
              detail: detailOf(choice),
              hint: choice.isNow ? "✓" : "",
              onChoose: () => void choose(choice),
            }))
        }
      />
    </Modal>
  );
}
