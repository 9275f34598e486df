import type { ItemOf } from "../../shared/items/registry.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { asksToCheck, readTicketNotice } from "../../shared/protocol/ticket-notice.ts";
import type { TicketStatus, TicketType } from "../../shared/ticket/type.ts";
import { statusOf } from "../../shared/ticket/type.ts";
import type { Reaction } from "./reaction.ts";
import { typeOfTicket } from "./ticket-types.ts";

/**
 * [S22] The user answers "done, please check": his ticket is closed, or goes back into work. Only while it still is done: an
 * answer that comes a second time, or too late, changes nothing.
 */
export const answerOfUser: Reaction = {
  name: "answer-of-user",
  again: true,
  reads: (item) => (isAnswer(item) ? [{ thread: item.thread, item: item.of }] : []),
  decide: ({ item, head }, { head: headOf, item: itemOf, attempt }) => {
    if (!isAnswer(item) || head.kind !== "dialog" || item.author !== head.user) return [];
    const ticket = headOf(item.via);
    if (ticket === undefined || !asks(itemOf(item.thread, item.of), item.via)) return [];
    const type = typeOfTicket(ticket, headOf);
    if (statusOf(type, ticket.status)?.category !== "done") return [];
    const status = statusAfter(type, item.answer);
    if (status === undefined) return [];
    const { inc, epoch } = ticket;
    return [
      {
        kind: "status",
        thread: item.via,
        // Told apart by the attempt and not by what is tried: a run after a crash finds what the one before it came to.
        cause: `answer:${item.id}:${attempt}`,
        at: item.stamp.at,
        base: { inc, epoch },
        status: status.id,
      },
    ];
  },
};

type Answer = StampedItem & ItemOf<"accept"> & Required<Pick<ItemOf<"accept">, "of" | "via" | "answer">>;

const isAnswer = (item: StampedItem): item is Answer =>
  item.kind === "accept" && item.of !== undefined && item.via !== undefined && item.answer !== undefined;

/** Whether it is a notice that asks about this ticket. */
function asks(notice: StampedItem | undefined, ticket: ThreadId): boolean {
  if (notice?.kind !== "notice" || notice.via !== ticket) return false;
  const read = readTicketNotice(notice.code, notice.params);
  return read !== undefined && asksToCheck(read);
}

/** Where the ticket goes by his answer: closed so that he is told, or to the first status of work. */
function statusAfter(type: TicketType, answer: Answer["answer"]): TicketStatus | undefined {
  const open = type.statuses.filter((status) => status.archived !== true);
  const first = (category: TicketStatus["category"]): TicketStatus | undefined =>
    open.find((status) => status.category === category && status.quiet !== true) ??
    open.find((status) => status.category === category);
  return answer === "accept" ? first("closed") : (first("active") ?? first("new"));
}
