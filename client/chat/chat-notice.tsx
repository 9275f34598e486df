import { createMemo } from "solid-js";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { UserItem } from "../../shared/protocol/chat.ts";
import { CheckCard } from "./check-card.tsx";
import { checkState } from "./checks.ts";
import type { ChatModel } from "./model.ts";
import type { ChatEngine } from "./port.ts";
import type { Locale, Words } from "./strings.ts";
import { TicketNotice } from "./ticket-notice.tsx";
import { ticketWordsOf } from "./ticket-words.ts";

/** What the desk itself says in the chat: of the dialog as a thin line, of a ticket in words of its own. */
export function ChatNotice(props: {
  readonly item: UserItem;
  readonly model: ChatModel;
  readonly engine: ChatEngine | undefined;
  readonly portal: (ticket?: ThreadId) => string;
  readonly words: Words;
  readonly locale: Locale;
}) {
  const ticketWords = createMemo(() => ticketWordsOf(props.locale));
  const name = (): string => {
    const value = props.item.params?.["name"];
    return typeof value === "string" ? value : "";
  };
  const line = (): string => {
    const said = props.item.text;
    if (said !== undefined && said !== "") return said;
    if (props.item.code === "closed") return props.words.notices.closed;
    return props.item.code === "taken" ? props.words.notices.taken(name()) : props.words.notices.other;
  };
  const answer = async (given: "accept" | "reopen", text: string): Promise<void> => {
    const { id, via } = props.item;
    if (via === undefined || checkState(props.item, props.model.items, props.model.queued).state !== "asks") return;
    await props.engine?.write([{ kind: "accept", of: id, via, answer: given, ...(text === "" ? {} : { text }) }]);
  };
  return (
    <TicketNotice
      item={props.item}
      words={ticketWords()}
      locale={props.locale}
      portal={props.portal}
      other={line()}
      check={
        <CheckCard
          state={checkState(props.item, props.model.items, props.model.queued)}
          words={ticketWords()}
          chatWords={props.words}
          locale={props.locale}
          onAnswer={answer}
          onForget={(seq) => void props.engine?.forget(seq)}
        />
      }
    />
  );
}
