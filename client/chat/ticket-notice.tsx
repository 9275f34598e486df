import { createMemo, For, type JSX, Match, Show, Switch } from "solid-js";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { UserItem } from "../../shared/protocol/chat.ts";
import {
  type TicketNotice as Notice,
  readTicketNotice,
  type TicketEvent,
} from "../../shared/protocol/ticket-notice.ts";
import { clockTime, dayAndTime, type Locale } from "./strings.ts";
import { statusName, type TicketWords } from "./ticket-words.ts";

/** Of a notice: the one with this code, read. */
const of = <Code extends Notice["code"]>(notice: Notice, code: Code): Extract<Notice, { code: Code }> | undefined =>
  notice.code === code ? (notice as Extract<Notice, { code: Code }>) : undefined; // its code says so

/** What the desk tells of a ticket, in words: a thin line, or a card where there is more to it. */
export function TicketNotice(props: {
  readonly item: UserItem;
  readonly words: TicketWords;
  readonly locale: Locale;
  /** Where the user sees a ticket, or all of them. */
  readonly portal: (ticket?: ThreadId) => string;
  /** The question with its answers, where the notice asks (S22). */
  readonly check: JSX.Element;
  /** Shown where a later version's notice cannot be read. */
  readonly other: string;
}) {
  const notice = createMemo(() => readTicketNotice(props.item.code, props.item.params));
  const link = (text: string) => (
    <a href={props.portal(props.item.via)} target="_blank" rel="noopener">
      {text}
    </a>
  );
  const eventName = (event: TicketEvent): string =>
    event.what === "created" ? props.words.createdRow : statusName(event, props.locale);
  /** The server's time of telling, and the true one where it was long before. */
  const when = (at: number | undefined): JSX.Element => (
    <>
      {" "}
      <time dateTime={new Date(at ?? props.item.at).toISOString()}>
        {at === undefined ? clockTime(props.item.at, props.locale) : dayAndTime(at, props.locale)}
      </time>
    </>
  );
  return (
    <Show when={notice()} fallback={<p class="event">{props.other}</p>}>
      {(read) => (
        <Switch>
          <Match when={of(read(), "ticket-created")}>
            {(one) => (
              <p class="event ticket">
                {link(props.words.created(one().params.number))}
                {when(one().params.at)}
              </p>
            )}
          </Match>
          <Match when={of(read(), "ticket-status")}>
            {(one) => (
              <p class="event ticket">
                {link(props.words.changed(one().params.number, statusName(one().params, props.locale)))}
                {when(one().params.at)}
              </p>
            )}
          </Match>
          <Match when={of(read(), "ticket-done")}>
            {(one) => (
              <section class="card" data-notice="ticket-done" aria-label={props.words.done(one().params.number)}>
                <h2>{link(props.words.done(one().params.number))}</h2>
                <p class="hint">{when(one().params.at)}</p>
                {props.check}
              </section>
            )}
          </Match>
          <Match when={of(read(), "ticket-events")}>
            {(one) => (
              <section class="card" data-notice="ticket-events">
                <h2>{link(props.words.events(one().params.number, one().params.events.length))}</h2>
                <ol class="events">
                  <For each={one().params.events}>
                    {(event) => (
                      <li>
                        <time dateTime={new Date(event.at).toISOString()}>{dayAndTime(event.at, props.locale)}</time>
                        <span>{eventName(event)}</span>
                      </li>
                    )}
                  </For>
                </ol>
              </section>
            )}
          </Match>
          <Match when={of(read(), "ticket-where")}>
            {(one) => (
              <section class="card" data-notice="ticket-where" aria-label={props.words.where}>
                <h2>{props.words.where}</h2>
                <ul class="where">
                  <For each={one().params.tickets}>
                    {(ticket) => (
                      <li classList={{ over: ticket.closed === true }}>
                        <span>
                          {props.words.number(ticket.number)} ·{" "}
                          {ticket.title === "" ? props.words.untitled : ticket.title}
                        </span>
                        <strong>{statusName(ticket, props.locale)}</strong>
                      </li>
                    )}
                  </For>
                </ul>
                <Show when={one().params.more}>{(count) => <p class="hint">{props.words.more(count())}</p>}</Show>
                <a class="wide" href={props.portal()} target="_blank" rel="noopener">
                  {props.words.portal}
                </a>
              </section>
            )}
          </Match>
        </Switch>
      )}
    </Show>
  );
}
