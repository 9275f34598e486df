import { createEffect, createMemo, createSignal, Match, onCleanup, Show, Switch } from "solid-js";
import { ChatHeader } from "../chat/chat-header.tsx";
import { clockTime, dayAndTime, type Locale, wordsOf } from "../chat/strings.ts";
import { ticketWordsOf } from "../chat/ticket-words.ts";
import { placeOfHash } from "./address.ts";
import type { PortalEngine } from "./engine.ts";
import type { PortalModel } from "./model.ts";
import { NewRequest } from "./new-request.tsx";
import { TicketList } from "./ticket-list.tsx";
import { TicketView } from "./ticket-view.tsx";
import { portalWordsOf } from "./words.ts";

const DAY_MS = 20 * 3_600_000;

/** The whole page of a user's portal. */
export function PortalApp(props: {
  readonly locale: Locale;
  readonly onLocale: (locale: Locale) => void;
  readonly model: PortalModel;
  readonly engine: PortalEngine | undefined;
  readonly returnAddress: string;
  /** Shows the tickets of this device's own chat; absent where that is what is shown. */
  readonly onOwn: (() => void) | undefined;
}) {
  const words = createMemo(() => portalWordsOf(props.locale));
  const ticketWords = createMemo(() => ticketWordsOf(props.locale));
  const chatWords = createMemo(() => ({
    ...wordsOf(props.locale),
    returnLink: words().returnLink,
    returnWarning: words().returnWarning,
  }));
  const [place, setPlace] = createSignal(placeOfHash(location.hash));
  const onHash = (): void => {
    setPlace(placeOfHash(location.hash));
  };
  addEventListener("hashchange", onHash);
  onCleanup(() => removeEventListener("hashchange", onHash));
  const ticket = () => {
    const now = place();
    return now.at === "ticket" ? now.ticket : undefined;
  };
  const title = (): string => {
    const { me, tickets } = props.model;
    const shown = tickets?.answer.tickets.find((one) => one.ticket === ticket());
    if (shown !== undefined) return ticketWords().request(shown.number);
    if (place().at === "new") return words().newRequest;
    return me === undefined ? words().title : `${words().title} · ${me.desk}`;
  };
  createEffect(() => {
    document.documentElement.lang = props.locale;
    document.title = title();
  });

  const sinceText = (at: number): string =>
    Date.now() - at > DAY_MS ? dayAndTime(at, props.locale) : clockTime(at, props.locale);
  const waiting = () => props.model.queued.filter((row) => row.state === "saved").length;
  const line = createMemo((): string => {
    const { connection } = props.model;
    switch (connection.state) {
      case "connecting":
        return chatWords().connecting;
      case "live":
        return waiting() > 0 ? chatWords().sending(waiting()) : words().live;
      case "offline":
        return waiting() > 0
          ? chatWords().offlineQueued(sinceText(connection.since), waiting())
          : words().offline(sinceText(connection.since));
    }
  });
  const door = () => {
    const { access, connection } = props.model;
    if (access === "open") return undefined;
    return words().doors[access === "opening" && connection.state === "offline" ? "unreached" : access];
  };
  const common = () => ({
    model: props.model,
    engine: props.engine,
    words: words(),
    ticketWords: ticketWords(),
    chatWords: chatWords(),
    locale: props.locale,
  });

  return (
    <div class="page portal" data-place={place().at}>
      <ChatHeader
        title={props.model.me?.name === undefined ? words().title : `${words().title} · ${props.model.me.name}`}
        line={props.model.access === "none" ? "" : line()}
        state={props.model.connection.state}
        words={chatWords()}
        locale={props.locale}
        onLocale={props.onLocale}
        returnAddress={props.model.access === "open" ? props.returnAddress : ""}
        fault={props.model.fault}
      >
        <Show when={props.model.me?.expiresAt}>
          {(at) => <p class="until hint">{words().until(dayAndTime(at(), props.locale))}</p>}
        </Show>
      </ChatHeader>
      <Show
        when={door() === undefined}
        fallback={
          <main class="closed-link">
            <div role="status">
              <h2>{door()?.[0]}</h2>
              <p>{door()?.[1]}</p>
            </div>
            <Show when={props.onOwn}>
              {(own) => (
                <button type="button" class="primary" onClick={() => own()()}>
                  {words().ofThisDevice}
                </button>
              )}
            </Show>
          </main>
        }
      >
        <main class="panes">
          <TicketList {...common()} chosen={ticket()} />
          <Switch
            fallback={
              <section class="ticket-view choose">
                <p class="hint">{words().choose}</p>
              </section>
            }
          >
            <Match when={place().at === "new"}>
              <NewRequest {...common()} />
            </Match>
            <Match when={ticket()} keyed>
              {(chosen) => <TicketView {...common()} ticket={chosen} />}
            </Match>
          </Switch>
        </main>
      </Show>
    </div>
  );
}
