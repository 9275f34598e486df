import { createEffect, createMemo, createSignal, Match, onCleanup, Show, Switch } from "solid-js";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { PortalTickets } from "../../shared/protocol/portal.ts";
import { ChatHeader } from "./chat-header.tsx";
import { ticketNews } from "./checks.ts";
import { Composer } from "./composer.tsx";
import { MessageList } from "./message-list.tsx";
import { type ChatModel, openRating } from "./model.ts";
import type { ChatEngine } from "./port.ts";
import type { Told } from "./push.ts";
import { Rating } from "./rating.tsx";
import { Requests } from "./requests.tsx";
import type { SeenAnswer } from "./seen.ts";
import { clockTime, dayAndTime, type Locale, wordsOf } from "./strings.ts";
import { ticketWordsOf } from "./ticket-words.ts";

/** The whole page of a user's chat. */
export function ChatApp(props: {
  readonly token: string;
  readonly locale: Locale;
  readonly onLocale: (locale: Locale) => void;
  readonly model: ChatModel;
  readonly engine: ChatEngine | undefined;
  readonly returnAddress: string;
  readonly told?: Told | undefined;
  readonly onTold?: (() => void) | undefined;
  readonly requests: SeenAnswer<PortalTickets> | undefined;
  readonly portal: (ticket?: ThreadId) => string;
  /** In a site's frame: whether the site shows it, and the way back to the site. */
  readonly frame?: { readonly isShown: () => boolean; readonly close: () => void } | undefined;
}) {
  const words = createMemo(() => wordsOf(props.locale));
  const title = () => (props.model.link?.status === "open" ? props.model.link.title : words().chat);
  const closedLink = () => {
    const status = props.model.link?.status;
    return status === undefined || status === "open" ? undefined : words().linkStates[status];
  };
  const hasHistory = () => props.model.items.length > 0 || props.model.queued.length > 0;
  const [visible, setVisible] = createSignal(document.visibilityState === "visible");
  const onVisible = (): void => {
    setVisible(document.visibilityState === "visible");
  };
  document.addEventListener("visibilitychange", onVisible);
  onCleanup(() => document.removeEventListener("visibilitychange", onVisible));
  createEffect(() => {
    document.documentElement.lang = props.locale;
    document.title = title();
  });
  createEffect(() => {
    const isSeen = visible() && props.frame?.isShown() !== false;
    if (isSeen && props.model.items.length > 0) props.engine?.readAll();
  });

  const sinceText = (at: number): string =>
    Date.now() - at > 20 * 3_600_000 ? dayAndTime(at, props.locale) : clockTime(at, props.locale);
  const waiting = () => props.model.queued.filter((row) => row.state === "saved").length;
  const line = createMemo(() => {
    const connection = props.model.connection;
    switch (connection.state) {
      case "connecting":
        return words().connecting;
      case "live":
        return waiting() > 0 ? words().sending(waiting()) : words().live;
      case "offline":
        return waiting() > 0
          ? words().offlineQueued(sinceText(connection.since), waiting())
          : words().offline(sinceText(connection.since));
    }
  });

  return (
    <div class="page">
      <ChatHeader
        title={title()}
        line={line()}
        state={props.model.connection.state}
        words={words()}
        locale={props.locale}
        onLocale={props.onLocale}
        returnAddress={hasHistory() ? props.returnAddress : ""}
        fault={props.model.fault}
        told={hasHistory() ? props.told : undefined}
        onTold={props.onTold}
        onClose={props.frame?.close}
      >
        <Requests
          list={props.requests}
          changes={ticketNews(props.model.items)}
          isLive={props.model.connection.state === "live"}
          portal={props.portal}
          words={ticketWordsOf(props.locale)}
          locale={props.locale}
        />
      </ChatHeader>
      <Switch>
        <Match when={closedLink() !== undefined && !hasHistory()}>
          <main class="closed-link">
            <h2>{closedLink()?.[0]}</h2>
            <p>{closedLink()?.[1]}</p>
          </main>
        </Match>
        <Match when={true}>
          <MessageList
            model={props.model}
            engine={props.engine}
            portal={props.portal}
            words={words()}
            locale={props.locale}
          >
            <Show when={openRating(props.model.items)}>
              <Rating words={words()} onRate={(score) => rate(props.engine, score)} />
            </Show>
          </MessageList>
          <Show when={closedLink()}>
            {(state) => (
              <p class="banner" role="status">
                {state()[0]}. {state()[1]}
              </p>
            )}
          </Show>
          <Show
            when={
              props.model.link?.status === "open" || props.model.link === undefined || props.model.state !== undefined
            }
          >
            <Composer
              token={props.token}
              words={words()}
              locale={props.locale}
              engine={props.engine}
              disabled={props.model.link?.status !== "open" && props.model.state === undefined}
              full={props.model.full}
              takesFocus={props.frame?.isShown() !== false}
            />
          </Show>
        </Match>
      </Switch>
    </div>
  );
}

const rate = async (engine: ChatEngine | undefined, score: 1 | 2 | 3 | 4 | 5): Promise<void> => {
  await engine?.write([{ kind: "rating", score }]);
};
