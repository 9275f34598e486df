import BookOpen from "lucide-solid/icons/book-open";
import Eye from "lucide-solid/icons/eye";
import Choices from "lucide-solid/icons/list-checks";
import Lock from "lucide-solid/icons/lock";
import Paperclip from "lucide-solid/icons/paperclip";
import SendHorizontal from "lucide-solid/icons/send-horizontal";
import Slash from "lucide-solid/icons/square-slash";
import {
  createEffect,
  createMemo,
  createSignal,
  type JSX,
  lazy,
  on,
  onCleanup,
  Show,
  Suspense,
  untrack,
} from "solid-js";
import { Dynamic } from "solid-js/web";
import { abilitiesOf } from "../../../shared/channels/registry.ts";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { LIMITS } from "../../../shared/kernel/schema.ts";
import { offerOf } from "../../signals/act-rules.ts";
import { answerOf, templateOf, windowLeft, wrongCopy } from "../../signals/answer-extra.ts";
import { mentionedIn } from "../../signals/canned.ts";
import { useDesk } from "../../signals/desk.ts";
import { preferences } from "../../signals/preferences.ts";
import type { ThreadView } from "../../signals/replica-types.ts";
import { slashBefore, unfilledIn } from "../../signals/templates.ts";
import { composerOrder, openOverlay } from "../../signals/ui.ts";
import { words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { IconButton } from "../../widgets/icon-button.tsx";
import { showToast } from "../../widgets/toasts.tsx";
import { tellNotSaved } from "../acts/perform.ts";
import { attachFiles } from "./attach-files.ts";
import { Attached } from "./attached.tsx";
import styles from "./composer.module.css";
import { CommentClosed, ComposerClosed } from "./composer-closed.tsx";
import { ComposerState } from "./composer-state.tsx";
import { ComposerTabs } from "./composer-tabs.tsx";
import { composerWords } from "./composer-words.ts";
import { SlashList } from "./slash-list.tsx";

const ChannelPart = lazy(() => import("./channel-part.tsx").then((room) => ({ default: room.ChannelPart })));

/**
 * Where an answer or a note is written. What stands in it lives in the draft: this only shows it. On a ticket (`talk` is given,
 * null while its dialog is not here) a note goes into the ticket and an answer into the dialog, by the ticket; the two look
 * and read so differently that neither is taken for the other.
 */
export function Composer(props: {
  readonly thread: ThreadId;
  readonly view: ThreadView;
  readonly talk?: ThreadView | null;
}): JSX.Element {
  const desk = useDesk();
  const thread = untrack(() => props.thread);
  const draft = desk.drafts.of(thread);
  onCleanup(desk.drafts.hold(thread));
  const head = () => props.view.provisional;
  const offer = createMemo(() => offerOf(head(), desk.me(), desk.presence.lease(thread)));
  const isNote = () => draft.mode() === "note";
  const isTicket = () => props.talk !== undefined;
  /** The thread that the user reads. */
  const talk = (): ThreadView => props.talk ?? props.view;
  const userName = () => desk.directory.nameOfDialog(talk().head);
  const mayWrite = () => (isNote() ? offer().note : offer().reply && props.talk !== null);
  const said = createMemo(() => composerWords(isNote(), isTicket() ? userName : undefined));
  const over = () => draft.text().length - LIMITS.textLength;
  const abilities = () => abilitiesOf(talk().head.channel);
  /** Free text is too late for this channel: a template must be named. */
  const isLate = () => !isNote() && windowLeft(abilities(), talk(), desk.now()) === 0;
  const isEmpty = () =>
    draft.text().trim() === "" && draft.files().length === 0 && (isNote() || !templateOf(draft.more(), isLate()));
  /** Whether it must not go as it is. */
  const isBarred = () =>
    isEmpty() ||
    over() > 0 ||
    (isLate() && !templateOf(draft.more(), true)) ||
    (!isNote() && wrongCopy(draft.more()) !== undefined);
  /** What the channel has to say is loaded where there is something to say. */
  const hasPart = () => !isNote() && (abilities().carried !== "page" || Object.keys(draft.more()).length > 0);
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
  let toldOf: ThreadId | undefined;
  let list: ((event: KeyboardEvent) => boolean) | undefined;

  /** Attached files that the server will not have. */
  const refused = createMemo(() => draft.files().filter(({ sha }) => desk.refusedFiles.why(sha) !== undefined));

  /** A reply by somebody else that came after this person began to write. */
  const stale = createMemo(() => {
    const since = draft.since();
    if (since === undefined || isNote() || isEmpty()) return undefined;
    return talk().items.findLast(
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
      if (order.act === "answer") {
        draft.setMode("reply");
        draft.setMore({ ...draft.more(), replyTo: order.item });
      } else if (order.mode) draft.setMode(order.mode);
      queueMicrotask(() => field?.focus());
    }),
  );
  onCleanup(() => tellTyping(false));

  /** The user sees that somebody writes; who wrote nothing has nothing to take back, and he who leaves knows no view any more. */
  function tellTyping(on: boolean): void {
    if (on) toldOf = untrack(talk).head._id;
    if (toldOf === undefined) return;
    desk.type(toldOf, on);
    if (!on) toldOf = undefined;
  }

  function onInput(text: string): void {
    if (!isEmpty() || text.trim() !== "") draft.begin(talk().head.n);
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
    if (isBarred() || isSending() || !mayWrite() || refused().length > 0) return;
    const gap = isNote() ? undefined : unfilledIn(draft.text());
    if (gap) return field?.setSelectionRange(gap.from, gap.to); // nobody is sent a pair of braces
    const written = { text: draft.text().trim(), files: draft.files() };
    const wasNote = isNote();
    setSending(true);
    try {
      if (wasNote) await desk.acts.note(thread, { ...written, mentions: mentionedIn(desk, written.text) });
      else {
        const answer = answerOf({ ...written, more: draft.more() }, abilities(), isLate());
        if (props.talk) await desk.tickets.acts.comment(props.view, props.talk, answer);
        else if (thenClose) await desk.acts.replyAndClose(props.view, answer);
        else await desk.acts.reply(props.view, answer);
      }
      draft.clear();
      desk.presence.write(undefined);
      tellTyping(false);
      const { done } = composerWords(wasNote, isTicket() ? userName : undefined);
      if (done !== undefined) showToast({ title: done });
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
    void send(withCommand && preferences().enterSends && !isNote() && !isTicket() && offer().close);
  }

  function toggleChoices(): void {
    const { buttons, ...rest } = draft.more();
    draft.setMore(buttons === undefined ? { ...rest, buttons: [""] } : rest);
  }

  function take(files: Iterable<File>): void {
    void attachFiles(desk, draft, [...files]);
  }

  return (
    <form
      class={styles["composer"]}
      classList={{
        [styles["noting"] ?? ""]: isNote(),
        [styles["public"] ?? ""]: isTicket() && !isNote(),
        [styles["dragging"] ?? ""]: isDragging(),
      }}
      data-mode={isNote() ? "note" : "reply"}
      aria-label={said().label}
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
        <ComposerTabs isNote={isNote()} words={said()} onChoose={draft.setMode} />
        <ComposerState
          text={draft.text()}
          isNote={isNote()}
          isEmpty={isEmpty()}
          over={over()}
          refused={refused()}
          stale={stale()?.author}
        />
      </div>
      <Show when={said().reader}>
        {(reader) => (
          <p class={styles["reader"]}>
            <Dynamic component={isNote() ? Lock : Eye} size={14} />
            {reader()}
          </p>
        )}
      </Show>
      <Show
        when={mayWrite()}
        fallback={
          <Show when={isTicket()} fallback={<ComposerClosed thread={thread} view={props.view} />}>
            <CommentClosed thread={thread} view={props.view} hasTalk={props.talk !== null} />
          </Show>
        }
      >
        <textarea
          ref={field}
          class={styles["field"]}
          rows={2}
          aria-label={said().field ?? words().composer.replyTo(userName())}
          placeholder={said().placeholder}
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
        <Show when={hasPart()}>
          <Suspense>
            <ChannelPart talk={talk()} draft={draft} abilities={abilities()} />
          </Suspense>
        </Show>
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
            <Show when={abilities().carried !== "none"}>
              <IconButton
                label={words().composer.choices}
                active={draft.more().buttons !== undefined}
                aria-pressed={draft.more().buttons !== undefined}
                onClick={toggleChoices}
              >
                <Choices size={16} />
              </IconButton>
            </Show>
          </Show>
          <span class={styles["space"]} />
          <Show when={!isNote() && !isTicket() && offer().close}>
            <Button
              look="quiet"
              class={styles["wide-only"] ?? ""}
              disabled={isBarred()}
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
            <Button type="submit" look="primary" disabled={isBarred()} icon={<SendHorizontal size={14} />}>
              {said().send}
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
