import { derivedThreadId, type ThreadId } from "../../shared/kernel/ids.ts";
import type { Head } from "../../shared/thread/head.ts";
import { dueBy } from "./due-of-ticket.ts";
import type { Effect, Reaction } from "./reaction.ts";
import { typeOfTicket } from "./ticket-types.ts";

const TITLE_LENGTH = 140;

/** The ticket that is made of a request: one a dialog. */
export const ticketOfRequest = (dialog: ThreadId): ThreadId => derivedThreadId("ticket", `request:${dialog}`);

/**
 * [S19] A user begins a request on his portal: a dialog that says so, and his message. The desk makes the ticket of it for
 * the dialog's team; what he wrote is its description.
 */
export const ticketFromRequest: Reaction = {
  name: "ticket-from-request",
  again: false,
  decide: ({ item, head }, { head: headOf, firstContent }) => {
    if (item.kind !== "message" || item.stamp.verdict !== "noted" || head.kind !== "dialog") return [];
    if (head.fields["request"]?.value !== true || head.user === null) return [];
    const thread = item.thread;
    const ticket = ticketOfRequest(thread);
    if (head.links.some((link) => link.to === ticket)) return [];
    const { at } = item.stamp;
    const title = titleOf(head, item.text);
    const common = { at, thread: ticket };
    const type = typeOfTicket({ fields: {} }, headOf);
    const changes = firstContent({ ticket, type, at, title, description: item.text });
    const effects: Effect[] = [
      {
        ...common,
        kind: "open",
        cause: `request:${thread}`,
        dialog: thread,
        user: head.user,
        ...(head.team === null ? {} : { team: head.team }),
        ...(head.person === null ? {} : { person: head.person }),
        set: factsOf(head),
      },
      ...changes.map(
        (data, nth): Effect => ({
          ...common,
          kind: "change",
          cause: `request-content:${thread}${nth === 0 ? "" : `:${nth}`}`,
          data,
        }),
      ),
      { kind: "link", thread, cause: `request-link:${thread}`, at, to: ticket, relation: "ticket" },
    ];
    return [...effects, ...dueBy(type, { ticket, at })];
  },
};

/** What the dialog knows that a ticket needs: the thing and the place that it is about. */
function factsOf(head: Head): Record<string, string> {
  const set: Record<string, string> = {};
  for (const name of ["asset", "room"]) {
    const value = head.fields[name]?.value;
    if (typeof value === "string" && value !== "") set[name] = value;
  }
  return set;
}

/** The subject, else the first line of what he wrote. */
function titleOf(head: Head, text: string): string {
  const subject = head.fields["subject"]?.value;
  const named = typeof subject === "string" ? subject.trim() : "";
  const words = named === "" ? (text.trim().split("\n")[0] ?? "") : named;
  return words.slice(0, TITLE_LENGTH).replace(/[\uD800-\uDBFF]$/, ""); // no half of a character
}
