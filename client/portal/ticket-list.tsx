import { createMemo, createSignal, For, Show } from "solid-js";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { dayAndTime, type Locale } from "../chat/strings.ts";
import { statusName, type TicketWords } from "../chat/ticket-words.ts";
import { hashOf } from "./address.ts";
import { FILTERS, type Filter, filtered, type PortalModel, waitsForUser } from "./model.ts";
import type { PortalWords } from "./words.ts";

/** The user's own tickets, narrowed by whose turn it is; above them what has no number yet. */
export function TicketList(props: {
  readonly model: PortalModel;
  readonly chosen: ThreadId | undefined;
  readonly words: PortalWords;
  readonly ticketWords: TicketWords;
  readonly locale: Locale;
}) {
  const [filter, setFilter] = createSignal<Filter>("all");
  const tickets = () => props.model.tickets?.answer.tickets ?? [];
  const shown = createMemo(() => filtered(tickets(), filter()));
  /** Answered here, though the desk has not heard of it yet. */
  const answered = createMemo(
    () => new Set(props.model.queued.flatMap(({ item }) => (item.kind === "accept" ? [item.via] : []))),
  );
  const isOffline = () => props.model.connection.state === "offline";
  const when = (at: number): string => dayAndTime(at, props.locale);
  return (
    <section class="tickets" aria-label={props.words.list}>
      <a class="primary new-request" href={hashOf({ at: "new" })}>
        {props.words.newRequest}
      </a>
      <Show when={tickets().length > 0}>
        <div class="filters" role="radiogroup" aria-label={props.words.filter}>
          <For each={FILTERS}>
            {(one) => (
              <label class="filter">
                <input type="radio" name="filter" checked={filter() === one} onChange={() => setFilter(one)} />
                <span>
                  {props.words.filters[one]} <b>{filtered(tickets(), one).length}</b>
                </span>
              </label>
            )}
          </For>
        </div>
      </Show>
      <Show when={isOffline() && props.model.tickets}>
        {(seen) => <p class="banner">{props.words.asOf(when(seen().at))}</p>}
      </Show>
      <Show when={props.model.asked.length > 0}>
        <ul class="request-list">
          <For each={props.model.asked}>
            {(asked) => (
              <li class="asked">
                <span class="request-line">
                  <strong>{asked.title === "" ? props.ticketWords.untitled : asked.title}</strong>
                </span>
                <span class="hint" role="status">
                  {asked.waits ? props.words.askedWaits : props.words.asked}
                </span>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <Show
        when={props.model.tickets}
        fallback={<p class="hint empty">{isOffline() ? props.words.neverSeenList : props.words.loading}</p>}
      >
        <Show
          when={tickets().length > 0}
          fallback={
            <Show when={props.model.asked.length === 0}>
              <div class="empty">
                <p>{props.words.none}</p>
                <p class="hint">
                  {props.model.me?.opening === undefined ? props.words.noneHere : props.words.noneHint}
                </p>
              </div>
            </Show>
          }
        >
          <Show
            when={shown().length > 0}
            fallback={
              <div class="empty">
                <p>{props.words.noneOfFilter}</p>
                <button type="button" class="secondary" onClick={() => setFilter("all")}>
                  {props.words.showAll}
                </button>
              </div>
            }
          >
            <ul class="request-list">
              <For each={shown()}>
                {(ticket) => (
                  <li>
                    <a
                      href={hashOf({ at: "ticket", ticket: ticket.ticket })}
                      aria-current={props.chosen === ticket.ticket ? "true" : undefined}
                    >
                      <span class="request-line">
                        <strong>{props.ticketWords.number(ticket.number)}</strong>
                        <span class="status" data-category={ticket.status.category}>
                          {statusName(ticket.status, props.locale)}
                        </span>
                      </span>
                      <span class="request-title">
                        {ticket.title === "" ? props.ticketWords.untitled : ticket.title}
                      </span>
                      <span class="request-line hint">
                        <span>
                          {ticket.changedAt === undefined
                            ? props.ticketWords.createdAt(when(ticket.createdAt))
                            : props.ticketWords.changedAt(when(ticket.changedAt))}
                        </span>
                        <Show when={waitsForUser(ticket) && !answered().has(ticket.ticket)}>
                          <b class="your-turn">{props.words.yourTurn}</b>
                        </Show>
                      </span>
                    </a>
                  </li>
                )}
              </For>
            </ul>
          </Show>
        </Show>
      </Show>
    </section>
  );
}
