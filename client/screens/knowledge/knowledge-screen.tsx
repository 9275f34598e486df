import BookOpen from "lucide-solid/icons/book-open";
import Plus from "lucide-solid/icons/plus";
import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { tellNotSaved } from "../../panels/acts/perform.ts";
import { address, go, hrefOf, KNOWLEDGE_SHELVES, type KnowledgeShelf } from "../../signals/address.ts";
import { libraryOf } from "../../signals/canned.ts";
import { useDesk } from "../../signals/desk.ts";
import { findCanned } from "../../signals/templates.ts";
import { isNarrow } from "../../signals/viewport.ts";
import { words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { Empty } from "../../widgets/empty.tsx";
import { SearchField } from "../../widgets/search-field.tsx";
import { TwoPanes } from "../../widgets/two-panes.tsx";
import { EntryEditor } from "./entry-editor.tsx";
import styles from "./knowledge-screen.module.css";

/** Templates and instruction files: what is answered often, ready also without a network (S23). */
export function KnowledgeScreen(): JSX.Element {
  const desk = useDesk();
  const [text, setText] = createSignal("");
  const place = (): { readonly shelf: KnowledgeShelf; readonly thread?: ThreadId } => {
    const now = address();
    return now.screen === "knowledge" ? now : { shelf: "templates" };
  };
  const kind = () => (place().shelf === "articles" ? "article" : "template");
  const entries = createMemo(() => findCanned(libraryOf(desk, kind()), text()));
  const isArticle = () => kind() === "article";

  async function add(): Promise<void> {
    try {
      const title = isArticle() ? words().knowledge.newArticle : words().knowledge.newTemplate;
      const thread = await desk.acts.begin(kind(), { set: { title, text: "" } });
      go({ screen: "knowledge", shelf: place().shelf, thread });
    } catch (error) {
      tellNotSaved(error);
    }
  }

  return (
    <TwoPanes
      isInSecond={place().thread !== undefined}
      first={
        <section class={styles["list"]} aria-label={words().knowledge.title}>
          <header class={styles["head"]}>
            <h1 class={styles["title"]}>{words().knowledge.title}</h1>
            <Button size="small" icon={<Plus size={14} />} onClick={() => void add()}>
              {isArticle() ? words().knowledge.newArticle : words().knowledge.newTemplate}
            </Button>
          </header>
          <nav class={styles["shelves"]} aria-label={words().knowledge.title}>
            <For each={KNOWLEDGE_SHELVES}>
              {(shelf) => (
                <a
                  class={styles["shelf"]}
                  href={hrefOf({ screen: "knowledge", shelf })}
                  aria-current={place().shelf === shelf ? "page" : undefined}
                >
                  {words().knowledge[shelf]}
                </a>
              )}
            </For>
          </nav>
          <div class={styles["search"]}>
            <SearchField
              label={isArticle() ? words().knowledge.searchArticles : words().knowledge.searchTemplates}
              placeholder={words().common.search}
              clearLabel={words().inbox.clearSearch}
              value={text()}
              onInput={setText}
            />
          </div>
          <ul class={styles["rows"]}>
            <For
              each={entries()}
              fallback={
                <li>
                  <Empty
                    icon={<BookOpen size={28} />}
                    title={
                      text() !== ""
                        ? words().common.nothingFound
                        : isArticle()
                          ? words().knowledge.noArticles
                          : words().knowledge.noTemplates
                    }
                    text={
                      text() !== ""
                        ? undefined
                        : isArticle()
                          ? words().knowledge.noArticlesText
                          : words().knowledge.noTemplatesText
                    }
                  />
                </li>
              }
            >
              {(entry) => (
                <li>
                  <a
                    class={styles["row"]}
                    href={hrefOf({ screen: "knowledge", shelf: place().shelf, thread: entry.id })}
                    aria-current={place().thread === entry.id ? "true" : undefined}
                  >
                    <span class={styles["name"]}>
                      <span class={styles["name-words"]}>{entry.title}</span>
                      <Show when={entry.shortcut}>
                        <span class={styles["short"]}>/{entry.shortcut}</span>
                      </Show>
                    </span>
                    <span class={styles["sub"]}>
                      {entry.text || (entry.files.length > 0 ? words().common.files(entry.files.length) : "")}
                    </span>
                  </a>
                </li>
              )}
            </For>
          </ul>
        </section>
      }
      second={
        <Show
          when={place().thread}
          keyed
          fallback={<Empty icon={<BookOpen size={32} />} title={words().knowledge.choose} />}
        >
          {(thread) => (
            <EntryEditor
              thread={thread}
              kind={kind()}
              onLeave={() => go({ screen: "knowledge", shelf: place().shelf })}
              hasBack={isNarrow()}
            />
          )}
        </Show>
      }
    />
  );
}
