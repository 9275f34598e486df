import { createEffect, createMemo, createSignal, For, type JSX, on, onCleanup, Show } from "solid-js";
import type { FileRef } from "../../../shared/items/base.ts";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { colleaguesOf, type LibraryEntry, libraryOf, localeOf, valuesFor } from "../../signals/canned.ts";
import { useDesk } from "../../signals/desk.ts";
import { fillTemplate, findCanned, type SlashQuery } from "../../signals/templates.ts";
import { words } from "../../signals/words.ts";
import styles from "./slash-list.module.css";

const SHOWN = 7;

/** The list that `/` and `//` open above the editor: arrows walk, Enter or Tab puts it in. */
export function SlashList(props: {
  readonly thread: ThreadId;
  readonly query: SlashQuery;
  /** Gives the editor a way to hand its keys over; the answer says whether the key was taken. */
  readonly onKeys: (handle: ((event: KeyboardEvent) => boolean) | undefined) => void;
  readonly onInsert: (text: string, files: readonly FileRef[]) => void;
}): JSX.Element {
  const desk = useDesk();
  const found = createMemo<readonly LibraryEntry[]>(() => {
    const { kind, typed } = props.query;
    if (kind === "mention") return findCanned(colleaguesOf(desk), typed).slice(0, SHOWN);
    return findCanned(libraryOf(desk, kind), typed, localeOf(desk, props.thread)).slice(0, SHOWN);
  });
  const [at, setAt] = createSignal(0);
  const isMention = () => props.query.kind === "mention";
  createEffect(
    on(
      () => props.query.typed,
      () => setAt(0),
      { defer: true },
    ),
  );

  const filled = (entry: LibraryEntry) => fillTemplate(entry.text, valuesFor(desk, props.thread));
  function insert(entry: LibraryEntry | undefined): void {
    if (entry) props.onInsert(isMention() ? `@${entry.title} ` : filled(entry).text, entry.files);
  }

  function onKey(event: KeyboardEvent): boolean {
    const count = found().length;
    if (count === 0) return false;
    if (event.key === "ArrowDown") setAt((index) => (index + 1) % count);
    else if (event.key === "ArrowUp") setAt((index) => (index + count - 1) % count);
    else if ((event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey) || event.key === "Tab") {
      insert(found()[at()]);
    } else return false;
    event.preventDefault();
    return true;
  }
  props.onKeys(onKey);
  onCleanup(() => props.onKeys(undefined));

  const isArticle = () => props.query.kind === "article";
  return (
    <div
      class={styles["list"]}
      role="listbox"
      aria-label={
        isMention()
          ? words().keys.words.mention
          : isArticle()
            ? words().composer.pickArticle
            : words().composer.pickTemplate
      }
    >
      <For
        each={found()}
        fallback={
          <p class={styles["nothing"]}>
            {isMention()
              ? words().acts.noColleagues
              : isArticle()
                ? words().composer.noArticles
                : words().composer.noTemplates}
          </p>
        }
      >
        {(entry, index) => (
          <div
            role="option"
            aria-selected={index() === at()}
            class={styles["entry"]}
            onPointerMove={() => setAt(index())}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => insert(entry)}
          >
            <span class={styles["title"]}>
              {entry.title}
              <Show when={entry.shortcut}>
                <span class={styles["short"]}>/{entry.shortcut}</span>
              </Show>
              <Show when={entry.files.length > 0}>
                <span class={styles["short"]}>{words().composer.withFiles(entry.files.length)}</span>
              </Show>
            </span>
            <span class={styles["text"]}>{filled(entry).text}</span>
          </div>
        )}
      </For>
    </div>
  );
}
