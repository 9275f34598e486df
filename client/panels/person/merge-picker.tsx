import { createSignal, type JSX, Show } from "solid-js";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { useDesk } from "../../signals/desk.ts";
import { fieldText } from "../../signals/fields.ts";
import { searchWords } from "../../signals/inbox-list.ts";
import { companyOf, nameOfProfile, personWords, searchedOfPerson } from "../../signals/people.ts";
import { words } from "../../signals/words.ts";
import { Modal } from "../../widgets/modal.tsx";
import { Picker } from "../../widgets/picker.tsx";
import { MergeConfirm } from "./merge-confirm.tsx";

const SHOWN = 40;

/** Finds the other card of a person by hand, then shows both side by side. */
export function MergePicker(props: { readonly person: ThreadId; readonly onClose: () => void }): JSX.Element {
  const desk = useDesk();
  const [chosen, choose] = createSignal<ThreadId>();
  return (
    <Show
      when={chosen()}
      fallback={
        <Modal
          open
          bare
          width="small"
          title={personWords().merge.byHand}
          closeLabel={words().common.close}
          onClose={() => props.onClose()}
        >
          <Picker
            label={personWords().merge.byHand}
            placeholder={personWords().merge.search}
            nothing={words().common.nothingFound}
            onLeave={() => props.onClose()}
            lines={(typed) => {
              const wanted = searchWords(typed);
              return desk.directory.profiles
                .all()
                .filter((head) => head._id !== props.person)
                .filter((head) => {
                  const searched = searchedOfPerson(desk, head);
                  return wanted.every((word) => searched.includes(word));
                })
                .map((head) => ({ head, title: nameOfProfile(head, head._id) }))
                .sort((a, b) => a.title.localeCompare(b.title))
                .slice(0, SHOWN)
                .map(({ head, title }) => ({
                  key: head._id,
                  title,
                  detail: [
                    fieldText(head, "phone"),
                    fieldText(head, "email"),
                    companyOf(desk, head)?.name,
                    fieldText(head, "room"),
                  ]
                    .filter(Boolean)
                    .join(" · "),
                  onChoose: () => choose(head._id),
                }));
            }}
          />
        </Modal>
      }
    >
      {(other) => <MergeConfirm one={props.person} other={other()} reason="by-hand" onClose={() => props.onClose()} />}
    </Show>
  );
}
