import { createSignal, type JSX, untrack } from "solid-js";
import type { Ms } from "../../../shared/kernel/clock.ts";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { useDesk } from "../../signals/desk.ts";
import { closeOverlay } from "../../signals/ui.ts";
import { words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { TextField } from "../../widgets/field.tsx";
import { Modal } from "../../widgets/modal.tsx";
import { tellNotSaved } from "../acts/perform.ts";

/** A moment as a field of the browser shows it: local time, to the minute. */
function localText(at: Ms | undefined): string {
  if (at === undefined) return "";
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** By when somebody must have answered, and by when it is to be done. An empty field takes the time away. */
export function DueOverlay(props: { readonly ticket: ThreadId }): JSX.Element {
  const desk = useDesk();
  const due = untrack(() => desk.heads.get(props.ticket)?.due);
  const [respond, setRespond] = createSignal(localText(due?.respond));
  const [resolve, setResolve] = createSignal(localText(due?.resolve));
  const at = (text: string): Ms | null => {
    const moment = new Date(text).getTime();
    return text === "" || Number.isNaN(moment) ? null : moment;
  };
  const changed = (text: string, before: Ms | undefined): boolean => text !== localText(before);

  function keep(): void {
    const change = {
      ...(changed(respond(), due?.respond) ? { respond: at(respond()) } : {}),
      ...(changed(resolve(), due?.resolve) ? { resolve: at(resolve()) } : {}),
    };
    closeOverlay();
    if (Object.keys(change).length > 0) void desk.tickets.acts.setDue(props.ticket, change).catch(tellNotSaved);
  }

  return (
    <Modal
      open
      width="small"
      title={words().ticket.dues.title}
      closeLabel={words().common.close}
      onClose={closeOverlay}
      acts={
        <>
          <Button onClick={closeOverlay}>{words().common.cancel}</Button>
          <Button look="primary" onClick={keep}>
            {words().common.save}
          </Button>
        </>
      }
    >
      <TextField
        label={words().ticket.dues.respondBy}
        type="datetime-local"
        value={respond()}
        onInput={(event) => setRespond(event.currentTarget.value)}
      />
      <TextField
        label={words().ticket.dues.resolveBy}
        type="datetime-local"
        value={resolve()}
        onInput={(event) => setResolve(event.currentTarget.value)}
      />
    </Modal>
  );
}
