import { createEffect, createMemo, For, Match, on, Show, Switch } from "solid-js";
import type { Json } from "../../shared/kernel/canonical.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { PortalField, PortalHistoryRow, PortalItem, PortalTicketAnswer } from "../../shared/protocol/portal.ts";
import { CheckCard } from "../chat/check-card.tsx";
import { answersInCards, type CheckState, checkState, isCheck } from "../chat/checks.ts";
import { Composer } from "../chat/composer.tsx";
import { Message } from "../chat/message.tsx";
import { type ShownMessage, sameWhereEqual, shownMessages } from "../chat/model.ts";
import { QueuedMessage } from "../chat/queued-message.tsx";
import { dayAndTime, dayName, type Locale, type Words } from "../chat/strings.ts";
import { statusName, type TicketWords } from "../chat/ticket-words.ts";
import { hashOf } from "./address.ts";
import type { PortalEngine } from "./engine.ts";
import type { PortalModel, View } from "./model.ts";
import type { PortalWords } from "./words.ts";

type Common = {
  readonly model: PortalModel;
  readonly engine: PortalEngine | undefined;
  readonly words: PortalWords;
  readonly ticketWords: TicketWords;
  readonly chatWords: Words;
  readonly locale: Locale;
};

/** One ticket: status, facts, what was said, its history; as of now or as it was last seen here. */
export function TicketView(props: Common & { readonly ticket: ThreadId }) {
  createEffect(
    on([() => props.ticket, () => props.engine], ([ticket, engine]) => {
      void engine?.look(ticket);
    }),
  );
  const view = (): View => props.model.views[props.ticket] ?? { seen: undefined, state: "loading" };
  const isOffline = () => props.model.connection.state === "offline";
  return (
    <section class="ticket-view" aria-label={props.words.talk}>
      <a class="back" href={hashOf({ at: "list" })}>
        ← {props.words.back}
      </a>
      <Switch fallback={<p class="hint empty">{props.words.loading}</p>}>
        <Match when={view().seen}>
          {(seen) => (
            <>
              <Show when={view().state !== "fresh" && (isOffline() || view().state === "failed")}>
                <p class="banner" role="status">
                  {isOffline() ? props.words.asOf(dayAndTime(seen().at, props.locale)) : props.words.failed}
                </p>
              </Show>
              <TicketBody {...props} answer={seen().answer} />
            </>
          )}
        </Match>
        <Match when={view().state === "gone"}>
          <div class="empty">
            <h2>{props.words.gone[0]}</h2>
            <p>{props.words.gone[1]}</p>
          </div>
        </Match>
        <Match when={view().state === "failed"}>
          <div class="empty">
            <h2>{props.words.neverSeen[0]}</h2>
            <p>{props.words.neverSeen[1]}</p>
          </div>
        </Match>
      </Switch>
    </section>
  );
}

function TicketBody(props: Common & { readonly answer: PortalTicketAnswer }) {
  const ticket = () => props.answer.ticket;
  let heading: HTMLHeadingElement | undefined;
  createEffect(
    on(
      () => ticket().ticket,
      () => heading?.focus({ preventScroll: true }),
    ),
  );
  const when = (at: number): string => dayAndTime(at, props.locale);
  const isWide = matchMedia("(min-width: 861px)").matches;
  return (
    <div class="ticket">
      <div class="ticket-head">
        <h2 ref={heading} tabindex="-1">
          {props.ticketWords.request(ticket().number)}
        </h2>
        <span class="status" data-category={ticket().status.category}>
          {statusName(ticket().status, props.locale)}
        </span>
      </div>
      <p class="ticket-title">{ticket().title === "" ? props.ticketWords.untitled : ticket().title}</p>
      <div class="ticket-parts">
        <div class="side">
          <Show when={props.answer.fields.length > 0}>
            <h3>{props.words.facts}</h3>
            <dl class="facts">
              <For each={props.answer.fields}>
                {(field) => (
                  <>
                    <dt>{props.locale === "en" ? field.en : field.ru}</dt>
                    <dd>{fieldText(field, props.locale, props.words)}</dd>
                  </>
                )}
              </For>
            </dl>
          </Show>
          <details class="history" open={isWide}>
            <summary>
              {props.words.history} <b>{props.answer.history.length}</b>
            </summary>
            <ol class="events">
              <For each={props.answer.history}>
                {(row) => (
                  <li>
                    <time dateTime={new Date(row.at).toISOString()}>{when(row.at)}</time>
                    <span>{historyText(row, props.locale, props.words)}</span>
                  </li>
                )}
              </For>
            </ol>
          </details>
        </div>
        <Talk {...props} />
      </div>
    </div>
  );
}

/** What was said about the ticket, the question that waits, and where he writes. */
function Talk(props: Common & { readonly answer: PortalTicketAnswer }) {
  const dialog = () => props.answer.ticket.dialog;
  const queued = createMemo(() => props.model.queued.filter((row) => row.item.thread === dialog()));
  const messages = createMemo<readonly ShownMessage[]>((before) => {
    const inCards = answersInCards(props.answer.items);
    const said = shownMessages(props.answer.items).filter(
      ({ item }) => item.kind !== "notice" && !inCards.has(item.id),
    );
    return sameWhereEqual(before, said);
  }, []);
  const waiting = () => queued().filter(({ item }) => item.kind !== "open" && item.kind !== "accept");
  const dialogOf = (item: ShownMessage["item"]): ThreadId => (item as PortalItem).dialog; // the portal's items have one
  const at = (index: number): number | undefined => messages()[index]?.item.at;
  const newDay = (index: number): string | undefined => {
    const own = at(index);
    if (own === undefined) return undefined;
    const name = dayName(own, Date.now(), props.locale);
    const before = at(index - 1);
    return before !== undefined && dayName(before, Date.now(), props.locale) === name ? undefined : name;
  };
  const shownModel = () => ({ state: undefined, uploads: props.model.uploads, refusedFiles: props.model.refusedFiles });
  const inDialog = (of: ThreadId | undefined) => {
    const { engine } = props;
    if (engine === undefined || of === undefined) return undefined;
    return {
      write: (drafts: Parameters<PortalEngine["write"]>[1]) => engine.write(of, drafts),
      file: (sha: string, item: string) => engine.file(of, item, sha),
      keepFile: (...file: Parameters<PortalEngine["keepFile"]>) => engine.keepFile(...file),
      forget: (seq: number) => engine.forget(seq),
      typing: () => undefined,
    };
  };
  const composer = createMemo(() => inDialog(dialog()));
  /** The last question, unless the desk has gone on without an answer. */
  const check = createMemo((): { readonly item: PortalItem; readonly state: CheckState } | undefined => {
    const item = props.answer.items.findLast(isCheck);
    if (item === undefined) return undefined;
    const state = checkState(item, props.answer.items, queued());
    const isAsked = props.answer.check?.notice === item.id;
    return state.state === "passed" || (state.state === "asks" && !isAsked) ? undefined : { item, state };
  });
  const answer = async (given: "accept" | "reopen", text: string): Promise<void> => {
    const asked = check();
    if (asked?.state.state !== "asks") return;
    const via = props.answer.ticket.ticket;
    const draft = { kind: "accept", of: asked.item.id, via, answer: given } as const;
    await props.engine?.write(asked.item.dialog, [{ ...draft, ...(text === "" ? {} : { text }) }]);
  };
  let end: HTMLElement | undefined;
  // What he has just written shall be seen, whatever else stands on the page.
  createEffect(
    on(
      () => waiting().length,
      (count, before) => {
        if (before !== undefined && count > before) requestAnimationFrame(() => end?.scrollIntoView({ block: "end" }));
      },
    ),
  );
  return (
    <div class="talk">
      <Show when={check()}>
        {(asked) => (
          <section class="card" data-notice="ticket-done">
            <h3>{props.ticketWords.done(props.answer.ticket.number)}</h3>
            <CheckCard
              state={asked().state}
              words={props.ticketWords}
              chatWords={props.chatWords}
              locale={props.locale}
              onAnswer={answer}
              onForget={(seq) => void props.engine?.forget(seq)}
            />
          </section>
        )}
      </Show>
      <h3>{props.words.talk}</h3>
      <div role="log" aria-live="polite" aria-label={props.words.talk} class="said">
        <Show when={messages().length === 0 && waiting().length === 0}>
          <p class="hint">{props.words.noTalk}</p>
        </Show>
        <For each={messages()}>
          {(message, index) => (
            <>
              <Show when={newDay(index())}>{(day) => <p class="day">{day()}</p>}</Show>
              <Message
                message={message}
                model={shownModel()}
                engine={inDialog(dialogOf(message.item))}
                words={props.chatWords}
                locale={props.locale}
              />
            </>
          )}
        </For>
        <For each={waiting()}>
          {(row) => (
            <QueuedMessage
              row={row}
              model={shownModel()}
              engine={composer()}
              words={props.chatWords}
              locale={props.locale}
            />
          )}
        </For>
        <span class="end" ref={end} />
      </div>
      <Show when={dialog()} keyed fallback={<p class="hint">{props.words.noDialog}</p>}>
        {(of) => (
          <Composer
            token={`portal:${of}`}
            words={{ ...props.chatWords, placeholder: props.words.comment }}
            locale={props.locale}
            engine={composer()}
            disabled={false}
            full={props.model.full}
            takesFocus={false}
          />
        )}
      </Show>
    </div>
  );
}

function fieldText(field: PortalField, locale: Locale, words: PortalWords): string {
  if (field.shown !== undefined) return locale === "en" ? field.shown.en : field.shown.ru;
  return valueText(field.value, field.kind, { locale, words });
}

function valueText(
  value: Json,
  kind: PortalField["kind"],
  { locale, words }: { readonly locale: Locale; readonly words: PortalWords },
): string {
  if (value === null || value === "") return "—";
  if (typeof value === "boolean") return value ? words.yes : words.no;
  if (typeof value === "number") return new Intl.NumberFormat(locale).format(value);
  if (kind === "date" && typeof value === "string") {
    const day = Date.parse(`${value}T12:00`);
    return Number.isNaN(day) ? value : new Intl.DateTimeFormat(locale, { dateStyle: "long" }).format(day);
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}

const historyText = (row: PortalHistoryRow, locale: Locale, words: PortalWords): string =>
  row.what === "created" ? words.created : statusName(row, locale);
