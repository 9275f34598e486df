import BookOpen from "lucide-solid/icons/book-open";
import Paperclip from "lucide-solid/icons/paperclip";
import SendHorizontal from "lucide-solid/icons/send-horizontal";
import Slash from "lucide-solid/icons/square-slash";
import {
  createEffect,
  createMemo,
  createSignal,
  type JSX,
  Match,
  on,
  onCleanup,
  Show,
  Switch,
  untrack,
} from "solid-js";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { LIMITS } from "../../../shared/kernel/schema.ts";
import { offerOf } from "../../signals/act-rules.ts";
import { mentionedIn } from "../../signals/canned.ts";
import { useDesk } from "../../signals/desk.ts";
import { preferences } from "../../signals/preferences.ts";
import type { ThreadView } from "../../signals/replica-types.ts";
import { slashBefore, unfilledIn } from "../../signals/templates.ts";
import { composerOrder, openOverlay } from "../../signals/ui.ts";
import { words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { IconButton } from "../../widgets/icon-button.tsx";
import { performReopen, performTake, tellNotSaved } from "../acts/perform.ts";
import { attachFiles } from "./attach-files.ts";
import { Attached } from "./attached.tsx";
import styles from "./composer.module.css";
import { SlashList } from "./slash-list.tsx";

/** Where an answer or a note is written. What stands in it lives in the draft: this only shows it. */
export function Composer(props: { readonly thread: ThreadId; readonly view: ThreadView }): JSX.Element {
  const desk = useDesk();
  const thread = untrack(() => props.thread);
  const draft = desk.drafts.of(thread);
  onCleanup(desk.drafts.hold(thread));
  const head = () => props.view.provisional;
  const offer = createMemo(() => offerOf(head(), desk.me(), desk.presence.lease(thread)));
  const isNote = () => draft.mode() === "note";
  const mayWrite = () => (isNote() ? offer().note : offer().reply);
  const over = () => draft.text().length - LIMITS.textLength;
  const isEmpty = () => draft.text().trim() === "" && draft.files().length === 0;
  const [isDragging, setDragging] = createSignal(false);
  const [isSending, setSending] = createSignal(false);
  const [caret, setCaret] = createSignal(0);
  const [isDismissed, setDismissed] = createSignal(false);
  const slash = createMemo(() => {
    const asked = isDismissed() ? undefined : slashBefore(draft.text(), caret());
    // A note is for colleagues, a reply for the user: each has its own list.
    return asked && (asked.kind === "mention") === isNote() ? asked : undefined;
  });

  let field: HTMLTextAreaElement | undefined;
  let picker: HTMLInputElement | undefined;
  let isTold = false;
  let list: ((event: KeyboardEvent) => boolean) | undefined;

  /** Attached files that the server will not have. */
  const refused = createMemo(() => draft.files().filter(({ sha }) => desk.refusedFiles.why(sha) !== undefined));

  /** A reply by somebody else that came after this person began to write. */
  const stale = createMemo(() => {
    const since = draft.since();
    if (since === undefined || isNote() || isEmpty()) return undefined;
    return props.view.items.findLast(
      (item) =>
        item.kind === "reply" && item.stamp.n > since && item.author !== desk.me().id && item.stamp.verdict === "sent",
    );
  });

  function fit(): void {
    if (!field) return;
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, 240)}px`;
  }
  createEffect(on(draft.text, fit));

  createEffect(
    on(composerOrder, (order) => {
      if (!order || order.thread !== thread) return;
      if (order.act === "attach") return picker?.click();
      if (order.act === "insert") return replaceSlash(order.text);
      if (order.mode) draft.setMode(order.mode);
      queueMicrotask(() => field?.focus());
    }),
  );
  onCleanup(() => tellTyping(false));

  /** The user sees that somebody writes; who wrote nothing has nothing to take back. */
  function tellTyping(on: boolean): void {
    if (on || isTold) desk.type(thread, on);
    isTold = on;
  }

  function onInput(text: string): void {
    if (!isEmpty() || text.trim() !== "") draft.begin(props.view.head.n);
    draft.setText(text);
    setDismissed(false);
    setCaret(field?.selectionStart ?? text.length);
    if (text.trim() === "") {
      desk.presence.write(undefined);
      return tellTyping(false);
    }
    desk.presence.write(thread);
    if (!isNote()) tellTyping(true);
  }

  /** Puts text where the slash stands, or at the caret. */
  function replaceSlash(text: string): void {
    const now = draft.text();
    const at = field?.selectionStart ?? now.length;
    const asked = slashBefore(now, at);
    const from = asked?.from ?? at;
    const next = now.slice(0, from) + text + now.slice(at);
    onInput(next);
    queueMicrotask(() => {
      field?.focus();
      const gap = unfilledIn(text);
      const end = from + text.length;
      field?.setSelectionRange(gap ? from + gap.from : end, gap ? from + gap.to : end);
      setCaret(field?.selectionStart ?? end);
    });
  }

  async function send(thenClose: boolean): Promise<void> {
    if (isEmpty() || over() > 0 || isSending() || !mayWrite() || refused().length > 0) return;
    const gap = isNote() ? undefined : unfilledIn(draft.text());
    if (gap) return field?.setSelectionRange(gap.from, gap.to); // nobody is sent a pair of braces
    const said = { text: draft.text().trim(), files: draft.files() };
    const wasNote = isNote();
    setSending(true);
    try {
      if (wasNote) await desk.acts.note(thread, { ...said, mentions: mentionedIn(desk, said.text) });
      else if (thenClose) await desk.acts.replyAndClose(props.view, said);
      else await desk.acts.reply(props.view, said);
      draft.clear();
      desk.presence.write(undefined);
      tellTyping(false);
    } catch (error) {
      tellNotSaved(error); // the text stays where it is
    } finally {
      setSending(false);
      field?.focus();
    }
  }

  /** Lets go of what the server will not have; what is left goes. */
  async function sendWithoutRefused(): Promise<void> {
    const without = refused();
    draft.setFiles(draft.files().filter((file) => !without.includes(file)));
    await desk.refusedFiles.giveUp(without).catch(tellNotSaved);
    await send(false);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (slash() && list?.(event)) return;
    if (event.key === "Escape") {
      if (slash()) setDismissed(true);
      else field?.blur();
      return event.preventDefault();
    }
    if (event.key !== "Enter" || event.shiftKey || event.altKey) return;
    const withCommand = event.ctrlKey || event.metaKey;
    if (!withCommand && !preferences().enterSends) return;
    event.preventDefault();
    void send(withCommand && preferences().enterSends && !isNote() && offer().close);
  }

  function take(files: Iterable<File>): void {
    void attachFiles(desk, draft, [...files]);
  }

  return (
    <form
      class={styles["composer"]}
      classList={{ [styles["noting"] ?? ""]: isNote(), [styles["dragging"] ?? ""]: isDragging() }}
      aria-label={words().composer.label}
      onSubmit={(event) => {
        event.preventDefault();
        void send(false);
      }}
      onDragOver={(event) => {
        if (!event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        setDragging(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setDragging(false); // DOM gives a Node here
      }}
      onDrop={(event) => {
        event.preventDefault();
        setDragging(false);
        take(event.dataTransfer?.files ?? []);
      }}
    >
      <Show when={slash()}>
        {(asked) => (
          <SlashList
            thread={thread}
            query={asked()}
            onKeys={(handle) => (list = handle)}
            onInsert={(text, files) => {
              replaceSlash(text);
              if (files.length > 0) draft.setFiles([...draft.files(), ...files].slice(0, LIMITS.filesPerItem));
            }}
          />
        )}
      </Show>
      <div class={styles["top"]}>
        <div role="tablist" class={styles["tabs"]} aria-label={words().composer.label}>
          <button
            type="button"
            role="tab"
            class={styles["tab"]}
            aria-selected={!isNote()}
            onClick={() => draft.setMode("reply")}
          >
            {words().composer.reply}
          </button>
          <button
            type="button"
            role="tab"
            class={styles["tab"]}
            aria-selected={isNote()}
            onClick={() => draft.setMode("note")}
          >
            {words().composer.note}
          </button>
        </div>
        <span class={styles["state"]} role="status">
          <Switch>
            <Match when={over() > 0}>
              <span class={styles["wrong"]}>{words().composer.tooLong(over())}</span>
            </Match>
            <Match when={refused().length > 0}>
              <span class={styles["wrong"]}>
                {words().composer.filesRefused(
                  refused()
                    .map(({ name }) => name)
                    .join(", "),
                )}
              </span>
            </Match>
            <Match when={!isNote() && unfilledIn(draft.text())}>
              {(gap) => (
                <span class={styles["warning"]}>
                  {words().composer.unfilled(words().knowledge.variableWords[gap().name])}
                </span>
              )}
            </Match>
            <Match when={stale()}>
              {(other) => (
                <span class={styles["warning"]}>{words().composer.stale(desk.directory.nameOf(other().author))}</span>
              )}
            </Match>
            <Match when={desk.connection().state === "offline" && !isEmpty()}>
              <span>{words().composer.offlineHint}</span>
            </Match>
          </Switch>
        </span>
      </div>
      <Show when={mayWrite()} fallback={<Closed thread={thread} view={props.view} />}>
        <textarea
          ref={field}
          class={styles["field"]}
          rows={2}
          aria-label={
            isNote() ? words().composer.note : words().composer.replyTo(desk.directory.nameOfDialog(props.view.head))
          }
          placeholder={
            isNote()
              ? words().composer.notePlaceholder
              : preferences().keys
                ? words().composer.placeholderKeys
                : words().composer.placeholder
          }
          value={draft.text()}
          onInput={(event) => onInput(event.currentTarget.value)}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
          onKeyDown={onKeyDown}
          onPaste={(event) => {
            const files = [...(event.clipboardData?.files ?? [])];
            if (files.length === 0) return;
            event.preventDefault();
            take(files);
          }}
        />
        <Attached draft={draft} />
        <div class={styles["bar"]}>
          <IconButton label={words().composer.attach} key="Ctrl-Shift-A" onClick={() => picker?.click()}>
            <Paperclip size={16} />
          </IconButton>
          <Show when={!isNote()}>
            <IconButton
              label={words().composer.templates}
              key="/"
              onClick={() => openOverlay({ kind: "template", thread, typed: "" })}
            >
              <Slash size={16} />
            </IconButton>
            <IconButton
              label={words().composer.articles}
              key="//"
              onClick={() => openOverlay({ kind: "article", thread, typed: "" })}
            >
              <BookOpen size={16} />
            </IconButton>
          </Show>
          <span class={styles["space"]} />
          <Show when={!isNote() && offer().close}>
            <Button
              look="quiet"
              class={styles["wide-only"] ?? ""}
              disabled={isEmpty() || over() > 0}
              onClick={() => void send(true)}
            >
              {words().composer.sendAndClose}
            </Button>
          </Show>
          <Show
            when={refused().length === 0}
            fallback={
              <Button look="primary" onClick={() => void sendWithoutRefused()}>
                {words().unsent.sendWithoutFiles(refused().length)}
              </Button>
            }
          >
            <Button type="submit" look="primary" disabled={isEmpty() || over() > 0} icon={<SendHorizontal size={14} />}>
              {isNote() ? words().composer.addNote : words().composer.send}
            </Button>
          </Show>
        </div>
      </Show>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        aria-hidden="true"
        tabindex={-1}
        onChange={(event) => {
          take(event.currentTarget.files ?? []);
          event.currentTarget.value = "";
        }}
      />
      <Show when={isDragging()}>
        <div class={styles["drop"]}>{words().composer.drop}</div>
      </Show>
    </form>
  );
}

/** Why one cannot answer here now, and the one act that changes it. */
function Closed(props: { readonly thread: ThreadId; readonly view: ThreadView }): JSX.Element {
  const desk = useDesk();
  const head = () => props.view.provisional;
  const offer = createMemo(() => offerOf(head(), desk.me(), desk.presence.lease(props.thread)));
  const draft = desk.drafts.of(untrack(() => props.thread));
  const hasDraft = () => draft.mode() === "reply" && draft.text().trim() !== "" && offer().note;
  async function leaveAsNote(): Promise<void> {
    try {
      await desk.acts.note(props.thread, { text: words().held.suggestion(draft.text().trim()), files: draft.files() });
      draft.clear();
    } catch (error) {
      tellNotSaved(error);
    }
  }
  return (
    <>
      <Show when={hasDraft()}>
        <div class={styles["closed"]}>
          <blockquote class={styles["draft"]} aria-label={words().composer.draftShared}>
            {draft.text()}
          </blockquote>
          <Button size="small" onClick={() => void leaveAsNote()}>
            {words().held.suggestNobody}
          </Button>
        </div>
      </Show>
      <div class={styles["closed"]}>
        <Switch>
          <Match when={head().state === "closed"}>
            <p>{words().composer.closed}</p>
            <Show when={offer().reopen}>
              <Button onClick={() => void performReopen(desk, props.thread)}>{words().composer.reopen}</Button>
            </Show>
          </Match>
          <Match when={head().owner === null}>
            <p>{words().composer.takeFirst}</p>
            <Show when={offer().take}>
              <Button look="primary" onClick={() => void performTake(desk, props.thread)}>
                {words().composer.take}
              </Button>
            </Show>
          </Match>
          <Match when={head().owner !== desk.me().id}>
            <p>{words().composer.notYours(desk.directory.nameOf(head().owner))}</p>
            <Show when={offer().takeOver !== false}>
              <Button onClick={() => openOverlay({ kind: "take-over", thread: props.thread })}>
                {words().composer.takeOver}
              </Button>
            </Show>
          </Match>
        </Switch>
      </div>
    </>
  );
}
