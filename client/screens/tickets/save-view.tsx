import { createSignal, type JSX } from "solid-js";
import { useDesk } from "../../signals/desk.ts";
import { VIEW_NAME_LENGTH } from "../../signals/ticket-views.ts";
import { words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { TextField } from "../../widgets/field.tsx";
import { Modal } from "../../widgets/modal.tsx";
import { showToast } from "../../widgets/toasts.tsx";

/** Keeps the present look of the list under a name. */
export function SaveView(props: { readonly onClose: () => void }): JSX.Element {
  const desk = useDesk();
  const [name, setName] = createSignal("");
  const isEmpty = () => name().trim() === "";

  function keep(): void {
    if (isEmpty()) return;
    const isKept = desk.tickets.keepView(name());
    showToast(
      isKept ? { title: words().tickets.viewSaved(name().trim()) } : { title: words().tickets.viewsFull, wrong: true },
    );
    if (isKept) props.onClose();
  }

  return (
    <Modal
      open
      width="small"
      title={words().tickets.saveView}
      closeLabel={words().common.close}
      onClose={() => props.onClose()}
      acts={
        <>
          <Button onClick={() => props.onClose()}>{words().common.cancel}</Button>
          <Button look="primary" disabled={isEmpty()} onClick={keep}>
            {words().common.save}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          keep();
        }}
      >
        <TextField
          label={words().tickets.viewName}
          maxlength={VIEW_NAME_LENGTH}
          value={name()}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </form>
    </Modal>
  );
}
