import ArrowLeft from "lucide-solid/icons/arrow-left";
import FileIcon from "lucide-solid/icons/file";
import Upload from "lucide-solid/icons/upload";
import X from "lucide-solid/icons/x";
import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import type { FieldSet, FileRef } from "../../../shared/items/base.ts";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { LIMITS } from "../../../shared/kernel/schema.ts";
import { isRefusedFileName } from "../../../shared/protocol/files.ts";
import { tellNotSaved } from "../../panels/acts/perform.ts";
import { useDesk } from "../../signals/desk.ts";
import { fieldFiles, fieldText } from "../../signals/fields.ts";
import { fillTemplate, TEMPLATE_VARIABLES, type TemplateVariable } from "../../signals/templates.ts";
import { say, words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { Empty } from "../../widgets/empty.tsx";
import { Select, TextArea, TextField } from "../../widgets/field.tsx";
import { IconButton } from "../../widgets/icon-button.tsx";
import { showToast } from "../../widgets/toasts.tsx";
import styles from "./knowledge-screen.module.css";

type Changed = {
  readonly title?: string;
  readonly text?: string;
  readonly shortcut?: string;
  readonly locale?: string;
  readonly files?: readonly FileRef[];
};

/** One template or instruction file. Kept by an act; what it overwrites stays in the thread's log. */
export function EntryEditor(props: {
  readonly thread: ThreadId;
  readonly kind: "template" | "article";
  readonly hasBack: boolean;
  readonly onLeave: () => void;
}): JSX.Element {
  const desk = useDesk();
  const head = () => desk.heads.get(props.thread);
  const [changed, setChanged] = createSignal<Changed>({});
  const [isBusy, setBusy] = createSignal(false);
  let field: HTMLTextAreaElement | undefined;
  let picker: HTMLInputElement | undefined;

  const value = (name: "title" | "text" | "shortcut" | "locale"): string => changed()[name] ?? fieldText(head(), name);
  const files = (): readonly FileRef[] => changed().files ?? fieldFiles(head(), "files");
  const change = (next: Changed): void => void setChanged((now) => ({ ...now, ...next }));
  const isChanged = () => Object.keys(changed()).length > 0;
  const titleError = () => (value("title").trim() === "" ? words().knowledge.titleMissing : undefined);
  const latest = createMemo(() => {
    const fields = Object.values(head()?.fields ?? {});
    return fields.length === 0 ? undefined : fields.reduce((a, b) => (a.n > b.n ? a : b));
  });

  /** What a user would read: variables filled with their own words where nobody is at hand. */
  const preview = createMemo(() => {
    const samples = Object.fromEntries(
      TEMPLATE_VARIABLES.map((name) => [name, `‹${words().knowledge.variableWords[name]}›`]),
    );
    return fillTemplate(value("text"), { ...samples, agent: desk.me().name }).text;
  });

  function insert(name: TemplateVariable): void {
    const at = field?.selectionStart ?? value("text").length;
    const text = value("text");
    change({ text: `${text.slice(0, at)}{{${name}}}${text.slice(at)}` });
    queueMicrotask(() => field?.focus());
  }

  async function addFiles(list: Iterable<File>): Promise<void> {
    setBusy(true);
    try {
      for (const file of list) {
        if (isRefusedFileName(file.name))
          showToast({ title: `${file.name}: ${words().refusal["file-kind"]}`, wrong: true });
        else if (file.size > LIMITS.fileBytes) {
          showToast({ title: words().composer.fileTooLarge(file.name, say.bytes(LIMITS.fileBytes)), wrong: true });
        } else change({ files: [...files(), await desk.attach(file, file.name)] });
      }
    } catch (error) {
      tellNotSaved(error);
    } finally {
      setBusy(false);
    }
  }

  async function save(): Promise<void> {
    if (titleError()) return;
    const { files: list, ...texts } = changed();
    const set: FieldSet = Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [name, text === "" ? null : text]),
    );
    try {
      await desk.acts.setFields(
        props.thread,
        list === undefined ? set : { ...set, files: list.map((file) => ({ ...file })) },
      );
      setChanged({});
      showToast({ title: words().common.saved });
    } catch (error) {
      tellNotSaved(error);
    }
  }

  async function archive(): Promise<void> {
    try {
      await desk.acts.setFields(props.thread, { archived: true });
      const { thread } = props;
      props.onLeave();
      showToast({
        title: words().knowledge.archived,
        act: {
          words: words().common.undo,
          onChoose: () => void desk.acts.setFields(thread, { archived: null }).catch(tellNotSaved),
        },
      });
    } catch (error) {
      tellNotSaved(error);
    }
  }

  return (
    <Show when={head()} fallback={<Empty title={words().knowledge.choose} />}>
      <form
        class={styles["editor"]}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          if (props.kind === "article") void addFiles([...(event.dataTransfer?.files ?? [])]);
        }}
      >
        <header class={styles["editor-head"]}>
          <Show when={props.hasBack}>
            <IconButton label={words().common.back} onClick={() => props.onLeave()}>
              <ArrowLeft size={18} />
            </IconButton>
          </Show>
          <h2 class={styles["editor-title"]}>{value("title")}</h2>
          <Show when={latest()}>
            {(latestField) => (
              <span class={styles["by"]}>
                {words().knowledge.changedBy(
                  desk.directory.nameOf(latestField().by),
                  say.since(latestField().at, desk.now()),
                )}
              </span>
            )}
          </Show>
        </header>
        <TextField
          label={words().knowledge.titleField}
          value={value("title")}
          error={titleError()}
          onInput={(event) => change({ title: event.currentTarget.value })}
        />
        <Show when={props.kind === "template"}>
          <div class={styles["pair"]}>
            <TextField
              label={words().knowledge.shortcut}
              hint={words().knowledge.shortcutHint}
              value={value("shortcut")}
              onInput={(event) => change({ shortcut: event.currentTarget.value.replace(/[\s/]/g, "") })}
            />
            <Select
              label={words().knowledge.localeField}
              value={value("locale")}
              onChange={(event) => change({ locale: event.currentTarget.value })}
            >
              <option value="">{words().knowledge.anyLocale}</option>
              <option value="ru">Русский</option>
              <option value="en">English</option>
            </Select>
          </div>
        </Show>
        <TextArea
          ref={(element: HTMLTextAreaElement) => (field = element)}
          label={words().knowledge.textField}
          rows={props.kind === "template" ? 6 : 5}
          value={value("text")}
          onInput={(event) => change({ text: event.currentTarget.value })}
        />
        <Show when={props.kind === "template"}>
          <div class={styles["variables"]} role="group" aria-label={words().knowledge.variables}>
            <For each={TEMPLATE_VARIABLES}>
              {(name) => (
                <button type="button" class={styles["variable"]} onClick={() => insert(name)}>
                  {words().knowledge.variableWords[name]}
                </button>
              )}
            </For>
          </div>
          <Show when={preview().trim() !== ""}>
            <figure class={styles["preview"]}>
              <figcaption>{words().knowledge.preview}</figcaption>
              <p>{preview()}</p>
            </figure>
          </Show>
        </Show>
        <Show when={props.kind === "article"}>
          <section class={styles["files"]} aria-label={words().knowledge.files}>
            <For each={files()}>
              {(file) => (
                <p class={styles["file"]}>
                  <FileIcon size={16} />
                  <span class={styles["file-name"]}>{file.name}</span>
                  <span class={styles["sub"]}>{say.bytes(file.size)}</span>
                  <IconButton
                    size="small"
                    label={words().composer.removeFile(file.name)}
                    onClick={() => change({ files: files().filter((other) => other !== file) })}
                  >
                    <X size={14} />
                  </IconButton>
                </p>
              )}
            </For>
            <p class={styles["add"]}>
              <Button icon={<Upload size={14} />} disabled={isBusy()} onClick={() => picker?.click()}>
                {words().knowledge.addFile}
              </Button>
              <span class={styles["sub"]}>{words().knowledge.dropFile}</span>
              <input
                ref={picker}
                type="file"
                multiple
                hidden
                aria-hidden="true"
                tabindex={-1}
                onChange={(event) => {
                  void addFiles([...(event.currentTarget.files ?? [])]);
                  event.currentTarget.value = "";
                }}
              />
            </p>
          </section>
        </Show>
        <footer class={styles["editor-foot"]}>
          <Button look="danger" onClick={() => void archive()}>
            {words().knowledge.archive}
          </Button>
          <span class={styles["space"]} />
          <Show when={isChanged()}>
            <Button look="quiet" onClick={() => setChanged({})}>
              {words().common.cancel}
            </Button>
          </Show>
          <Button type="submit" look="primary" disabled={!isChanged() || titleError() !== undefined}>
            {words().common.save}
          </Button>
        </footer>
      </form>
    </Show>
  );
}
