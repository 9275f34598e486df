import Plus from "lucide-solid/icons/plus";
import X from "lucide-solid/icons/x";
import { createSignal, For, type JSX, Show } from "solid-js";
import type { FileRef } from "../../../shared/items/base.ts";
import type { ItemId } from "../../../shared/kernel/ids.ts";
import { LIMITS } from "../../../shared/kernel/schema.ts";
import { filesOf } from "../../../shared/ticket/content.ts";
import { useDesk } from "../../signals/desk.ts";
import type { ThreadView } from "../../signals/replica-types.ts";
import { ticketContent } from "../../signals/ticket-content.ts";
import { say, words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { IconButton } from "../../widgets/icon-button.tsx";
import { showToast } from "../../widgets/toasts.tsx";
import { tellNotSaved } from "../acts/perform.ts";
import { FileList } from "../thread/file-list.tsx";
import { Section } from "./section.tsx";
import styles from "./ticket-files.module.css";
import { useTicketHere } from "./ticket-here.ts";

/** The change that brought a file into the ticket: by it the file is fetched. */
export function bringerOf(view: ThreadView | undefined, sha: string): ItemId | undefined {
  const all = [...(view?.items ?? []), ...(view?.unsent ?? []).map(({ item }) => item)];
  return all.findLast((item) => item.kind === "change" && item.files?.some((file) => file.sha === sha) === true)?.id;
}

/** Files of one place of the ticket: pictures made small on the device, others as they are. */
export function TicketFiles(props: { readonly place: string; readonly title: string }): JSX.Element {
  const desk = useDesk();
  const here = useTicketHere();
  const [busy, setBusy] = createSignal(0);
  const files = () => filesOf(here.content(), props.place);
  let picker: HTMLInputElement | undefined;

  const put = (file: FileRef): void => here.open.edit([{ f: "file", place: props.place, sha: file.sha, file }]);

  async function add(file: File): Promise<void> {
    if (file.size > LIMITS.fileBytes) {
      const limit = say.bytes(LIMITS.fileBytes);
      showToast({ title: words().composer.fileTooLarge(file.name, limit), wrong: true });
      return;
    }
    setBusy((count) => count + 1);
    try {
      const photo = file.type.startsWith("image/") ? await ticketContent(desk).takePhoto(file, file.name) : undefined;
      if (photo?.ok === true) put(photo.photo.photo);
      else put(await desk.attach(file, file.name)); // what cannot be made small goes as it is
    } catch (error) {
      tellNotSaved(error);
    } finally {
      setBusy((count) => count - 1);
    }
  }
  async function addAll(given: Iterable<File>): Promise<void> {
    for (const file of [...given].slice(0, LIMITS.filesPerItem)) await add(file);
    await here.open.flush();
  }

  function remove(file: FileRef): void {
    here.open.edit([{ f: "file", place: props.place, sha: file.sha, file: null }]);
    showToast({
      title: words().ticket.fileRemoved(file.name),
      act: { words: words().common.undo, onChoose: () => put(file) },
    });
  }

  return (
    <Section title={props.title} note={files().length > 0 ? words().common.files(files().length) : undefined}>
      <div
        class={styles["place"]}
        onDragOver={(event) => event.dataTransfer?.types.includes("Files") && event.preventDefault()}
        onDrop={(event) => {
          if (!here.mayEdit()) return;
          event.preventDefault();
          void addAll(event.dataTransfer?.files ?? []);
        }}
      >
        <For each={files()}>
          {(file) => (
            <div class={styles["file"]}>
              <Show when={bringerOf(here.view(), file.sha)} fallback={<span class={styles["name"]}>{file.name}</span>}>
                {(item) => <FileList thread={here.thread} item={item()} files={[file]} sending={undefined} />}
              </Show>
              <Show when={here.mayEdit()}>
                <span class={styles["remove"]}>
                  <IconButton size="small" label={words().ticket.removeFile(file.name)} onClick={() => remove(file)}>
                    <X size={14} />
                  </IconButton>
                </span>
              </Show>
            </div>
          )}
        </For>
        <Show when={files().length === 0 && props.place === "photos"}>
          <p class={styles["none"]}>{words().ticket.noFiles}</p>
        </Show>
      </div>
      <Show when={here.mayEdit()}>
        <Button
          size="small"
          look="quiet"
          icon={<Plus size={14} />}
          disabled={busy() > 0}
          onClick={() => picker?.click()}
        >
          {busy() > 0 ? words().ticket.saving : words().ticket.addFile}
        </Button>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          aria-hidden="true"
          tabindex={-1}
          data-testid={`ticket-files-${props.place}`}
          onChange={(event) => {
            const input = event.currentTarget;
            void addAll(input.files ?? []);
            input.value = "";
          }}
        />
      </Show>
    </Section>
  );
}
