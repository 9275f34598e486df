import { createMemo, type JSX, Show } from "solid-js";
import { libraryOf, localeOf, valuesFor } from "../../signals/canned.ts";
import { useDesk } from "../../signals/desk.ts";
import { fillTemplate, findCanned } from "../../signals/templates.ts";
import { closeOverlay, orderComposer, overlay } from "../../signals/ui.ts";
import { words } from "../../signals/words.ts";
import { Modal } from "../../widgets/modal.tsx";
import { Picker } from "../../widgets/picker.tsx";

/** Templates and instruction files behind a button: for those who do not type a slash. Two clicks (S23). */
export function LibraryOverlay(): JSX.Element {
  const desk = useDesk();
  const open = createMemo(() => {
    const now = overlay();
    return now?.kind === "template" || now?.kind === "article" ? now : undefined;
  });
  return (
    <Show when={open()} keyed>
      {(which) => {
        const title = () => (which.kind === "article" ? words().composer.pickArticle : words().composer.pickTemplate);
        return (
          <Modal open bare title={title()} closeLabel={words().common.close} onClose={closeOverlay}>
            <Picker
              label={title()}
              placeholder={title()}
              nothing={which.kind === "article" ? words().composer.noArticles : words().composer.noTemplates}
              initialText={which.typed}
              onLeave={closeOverlay}
              lines={(text) =>
                findCanned(libraryOf(desk, which.kind), text, localeOf(desk, which.thread)).map((entry) => {
                  const filled = fillTemplate(entry.text, valuesFor(desk, which.thread));
                  return {
                    key: entry.id,
                    title: entry.title,
                    detail: filled.text,
                    ...(entry.files.length > 0
                      ? { hint: words().composer.withFiles(entry.files.length) }
                      : entry.shortcut
                        ? { hint: `/${entry.shortcut}` }
                        : {}),
                    onChoose: () => {
                      closeOverlay();
                      const draft = desk.drafts.of(which.thread);
                      if (entry.files.length > 0) draft.setFiles([...draft.files(), ...entry.files]);
                      orderComposer({ thread: which.thread, act: "insert", text: filled.text });
                    },
                  };
                })
              }
            />
          </Modal>
        );
      }}
    </Show>
  );
}
