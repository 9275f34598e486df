import { type Accessor, createEffect, createRoot, createSignal, For, Show } from "solid-js";
import type { FileRef } from "../../shared/items/base.ts";
import { LIMITS } from "../../shared/kernel/schema.ts";
import type { ChatEngine } from "./port.ts";
import { fileSize, type Locale, type Words } from "./strings.ts";
import { readFile } from "./uploads.ts";

/** Files that the person chose and has not sent; their bytes lie on the device. */
export type Attachments = {
  readonly files: Accessor<readonly FileRef[]>;
  readonly busy: Accessor<boolean>;
  readonly fault: Accessor<string>;
  readonly setFault: (words: string) => void;
  readonly add: (list: Iterable<File>) => Promise<void>;
  readonly remove: (sha: string) => void;
  readonly clear: () => void;
};

/** The engine opens a moment after the page: what a person does before that is done then, never dropped. */
export const whenOpen = <Engine,>(engine: Accessor<Engine | undefined>): Promise<Engine> =>
  new Promise((resolve) => {
    createRoot((dispose) => {
      createEffect(() => {
        const opened = engine();
        if (opened === undefined) return;
        resolve(opened);
        queueMicrotask(dispose);
      });
    });
  });

export function createAttachments(given: {
  readonly engine: Accessor<Pick<ChatEngine, "keepFile"> | undefined>;
  readonly words: Accessor<Words>;
}): Attachments {
  const [files, setFiles] = createSignal<readonly FileRef[]>([]);
  const [fault, setFault] = createSignal("");
  const [busy, setBusy] = createSignal(false);
  return {
    files,
    busy,
    fault,
    setFault,
    add: async (list) => {
      setBusy(true);
      for (const file of list) {
        const read = await readFile(file);
        if ("fault" in read) {
          setFault(given.words().faults[read.fault](file.name));
          continue;
        }
        try {
          await (await whenOpen(given.engine)).keepFile(read.ref, read.blob);
          setFiles((present) =>
            present.some((one) => one.sha === read.ref.sha)
              ? present
              : [...present, read.ref].slice(0, LIMITS.filesPerItem),
          );
          setFault("");
        } catch {
          setFault(given.words().faults.full);
        }
      }
      setBusy(false);
    },
    remove: (sha) => setFiles((present) => present.filter((one) => one.sha !== sha)),
    clear: () => {
      setFiles([]);
      setFault("");
    },
  };
}

/** What is chosen, each with a way to take it out. */
export function ChosenFiles(props: { readonly attached: Attachments; readonly words: Words; readonly locale: Locale }) {
  return (
    <Show when={props.attached.files().length > 0}>
      <ul class="chosen">
        <For each={props.attached.files()}>
          {(file) => (
            <li>
              <span class="file-name">{file.name}</span>{" "}
              <span class="file-size">{fileSize(file.size, props.locale)}</span>
              <button
                type="button"
                aria-label={props.words.removeFile(file.name)}
                onClick={() => props.attached.remove(file.sha)}
              >
                ×
              </button>
            </li>
          )}
        </For>
      </ul>
    </Show>
  );
}

/** Opens the device's own choice of files, the camera among them on a phone. */
export function AttachButton(props: {
  readonly words: Words;
  readonly disabled: boolean;
  readonly onFiles: (files: readonly File[]) => void;
}) {
  let picker: HTMLInputElement | undefined;
  return (
    <>
      <button
        type="button"
        class="icon"
        aria-label={props.words.attach}
        title={props.words.attach}
        disabled={props.disabled}
        onClick={() => picker?.click()}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M20 11.5l-8.2 8.2a5.2 5.2 0 0 1-7.4-7.4l8.6-8.6a3.5 3.5 0 0 1 5 5l-8.6 8.6a1.8 1.8 0 0 1-2.5-2.5l7.9-7.9" />
        </svg>
      </button>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          props.onFiles([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = "";
        }}
      />
    </>
  );
}
