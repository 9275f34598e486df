import { createSignal, type JSX, Show } from "solid-js";
import { useDesk } from "../../signals/desk.ts";
import { words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { Modal } from "../../widgets/modal.tsx";
import { EntryForm } from "./entry-form.tsx";

/** The session has run out: nothing is lost, one may sign in again or go on reading and writing without sending. */
export function SessionEnded(props: { readonly email: string; readonly onOtherPerson: () => void }): JSX.Element {
  const desk = useDesk();
  const [isPutOff, setPutOff] = createSignal(false);
  const isEnded = () => desk.connection().state === "signed-out";
  return (
    <Show when={isEnded()}>
      <Modal
        open={!isPutOff()}
        width="small"
        title={words().account.expiredTitle}
        closeLabel={words().account.keepReading}
        onClose={() => setPutOff(true)}
      >
        <p>{words().account.expiredText}</p>
        <Show when={desk.connection().unsent > 0}>
          <p role="status">{words().account.expiredUnsent(desk.connection().unsent)}</p>
        </Show>
        <EntryForm
          way="sign-in"
          email={props.email}
          onEntered={(person) => {
            // The replica hears of the sign-in by itself; another person gets a desk of his own.
            if (person.author !== desk.me().id) props.onOtherPerson();
          }}
        />
        <Button look="quiet" onClick={() => setPutOff(true)}>
          {words().account.keepReading}
        </Button>
      </Modal>
    </Show>
  );
}
