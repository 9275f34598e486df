import { createEffect, createMemo, createSignal, For, type JSX, on, onCleanup, onMount, Show } from "solid-js";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { ChatNotice } from "./chat-notice.tsx";
import { answersInCards, isCheck } from "./checks.ts";
import { Message } from "./message.tsx";
import { type ChatModel, type Queued, type ShownMessage, sameWhereEqual, shownMessages } from "./model.ts";
import type { ChatEngine } from "./port.ts";
import { QueuedMessage } from "./queued-message.tsx";
import { dayName, type Locale, type Words } from "./strings.ts";

const NEAR_END_PX = 120;

/** The dialog in its one order, own unsent messages at the tail; stays at the end unless the person scrolled up. */
export function MessageList(props: {
  readonly model: ChatModel;
  readonly engine: ChatEngine | undefined;
  readonly portal: (ticket?: ThreadId) => string;
  readonly words: Words;
  readonly locale: Locale;
  readonly children: JSX.Element;
}) {
  let list: HTMLElement | undefined;
  const [atEnd, setAtEnd] = createSignal(true);
  /** Answers to "done, please check" stand in the card that asked. */
  const messages = createMemo<readonly ShownMessage[]>((before) => {
    const inCards = answersInCards(props.model.items);
    return sameWhereEqual(
      before,
      shownMessages(props.model.items).filter(({ item }) => !inCards.has(item.id)),
    );
  }, []);
  /** What is sent once more after a restore still stands in its old place until the server has said where it belongs. */
  const queued = createMemo(() => {
    const shown = new Set<string>(props.model.items.map((item) => item.id));
    const cards = new Set<string>(props.model.items.filter(isCheck).map((item) => item.id));
    return props.model.queued.filter(({ item, state }) => {
      if (item.kind === "open" || (item.kind === "accept" && cards.has(item.of ?? ""))) return false;
      return state === "refused" || !shown.has(item.id);
    });
  });
  const context = () => (props.model.link?.status === "open" ? Object.values(props.model.link.context) : []);
  const greeting = () => (props.model.link?.status === "open" ? props.model.link.greeting : undefined);
  const isEmpty = () => messages().length === 0 && queued().length === 0;
  const newDay = (index: number): string | undefined => {
    const item = messages()[index]?.item;
    if (item === undefined) return undefined;
    const name = dayName(item.at, Date.now(), props.locale);
    const before = messages()[index - 1]?.item;
    return before !== undefined && dayName(before.at, Date.now(), props.locale) === name ? undefined : name;
  };
  const toEnd = (): void => {
    if (list !== undefined) list.scrollTop = list.scrollHeight;
  };
  createEffect(
    on(
      () => [messages().length, queued().length, props.model.typing] as const,
      () => atEnd() && requestAnimationFrame(toEnd),
    ),
  );
  onMount(() => {
    // The phone's keyboard shrinks the page: the last message shall stay in sight.
    const observer = new ResizeObserver(() => atEnd() && toEnd());
    if (list !== undefined) observer.observe(list);
    onCleanup(() => observer.disconnect());
  });
  const onScroll = (): void => {
    if (list !== undefined) setAtEnd(list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END_PX);
  };

  return (
    <main class="messages" ref={list} onScroll={onScroll}>
      <Show when={context().length > 0}>
        <p class="context">
          {props.words.about}: {context().join(" · ")}
        </p>
      </Show>
      <Show when={isEmpty()}>
        <div class="greeting">
          <p>{greeting() ?? props.words.greeting}</p>
          <p class="hint">{props.words.answersHere}</p>
        </div>
      </Show>
      <div role="log" aria-live="polite" aria-label={props.words.messages}>
        <For each={messages()}>
          {(message, index) => (
            <>
              <Show when={newDay(index())}>{(day) => <p class="day">{day()}</p>}</Show>
              <Show
                when={message.item.kind === "notice"}
                fallback={
                  <Message
                    message={message}
                    model={props.model}
                    engine={props.engine}
                    words={props.words}
                    locale={props.locale}
                  />
                }
              >
                <ChatNotice
                  item={message.item}
                  model={props.model}
                  engine={props.engine}
                  portal={props.portal}
                  words={props.words}
                  locale={props.locale}
                />
              </Show>
            </>
          )}
        </For>
        <For each={queued()}>
          {(row: Queued) => (
            <QueuedMessage
              row={row}
              model={props.model}
              engine={props.engine}
              words={props.words}
              locale={props.locale}
            />
          )}
        </For>
      </div>
      {props.children}
      <Show when={props.model.typing !== undefined}>
        <p class="typing" role="status">
          {props.words.typing(props.model.typing ?? "")}
        </p>
      </Show>
      <Show when={!atEnd()}>
        <button type="button" class="jump" aria-label={props.words.jump} title={props.words.jump} onClick={toEnd}>
          ↓
        </button>
      </Show>
    </main>
  );
}
