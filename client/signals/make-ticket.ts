import type { AuthorId, TeamId, ThreadId } from "../../shared/kernel/ids.ts";
import { userOfPerson } from "../../shared/protocol/portal.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import { firstEdits } from "../../shared/ticket/edits.ts";
import { DEFAULT_TICKET_TYPE_ID, type TicketType } from "../../shared/ticket/type.ts";
import { assetOf } from "./canned.ts";
import type { Desk } from "./desk.ts";
import { ticketContent } from "./ticket-content.ts";
import type { CreatedTicket, NewTicket } from "./ticket-session.ts";

/** What a person says of a new ticket; the rest is known. */
export type TicketWords = {
  readonly team: TeamId;
  readonly title: string;
  readonly description: string;
  readonly type: TicketType;
  readonly priority: 0 | 1 | 2 | 3;
};

function newTicket({ type, ...given }: TicketWords): NewTicket {
  const edits = firstEdits(type, {});
  return {
    ...given,
    ...(type.id === DEFAULT_TICKET_TYPE_ID ? {} : { type: type.id }),
    ...(edits.length === 0 ? {} : { edits }),
  };
}

/** The ticket of a dialog: tags and device come along, person, channel, messages and files stand in the dialog behind it (S16). */
export function makeTicket(desk: Desk, dialog: DeviceHead, given: TicketWords): Promise<CreatedTicket> {
  const asset = assetOf(desk, dialog)?._id;
  return ticketContent(desk).createFromDialog(dialog, {
    ...newTicket(given),
    ...(dialog.tags.length === 0 ? {} : { tags: dialog.tags }),
    ...(asset === undefined ? {} : { asset }),
  });
}

/** A ticket by hand, with a dialog behind it (S40): in the person's own chat where he has one. */
export function ownTicket(
  desk: Desk,
  { person, ...given }: TicketWords & { readonly person?: ThreadId },
): Promise<CreatedTicket> {
  const talkIn = teamOfTalk(desk, given.team);
  return ticketContent(desk).createByHand({
    ...newTicket(given),
    ...(talkIn === undefined ? {} : { dialogTeam: talkIn }),
    ...(person === undefined ? {} : { person, user: userOf(desk, person) }),
  });
}

/** A dialog is begun in a team of one's own: the ticket's where one works there; line 1 keeps the link to the user (S17). */
function teamOfTalk(desk: Desk, team: TeamId): TeamId | undefined {
  const { role, teams } = desk.me();
  return role === "admin" || teams.includes(team) ? undefined : teams[0];
}

/** By whom a person writes: the user of his latest dialog, else the one that stands for who never wrote. */
function userOf(desk: Desk, person: ThreadId): AuthorId {
  const latest = desk.heads
    .all("dialog")
    .filter((head) => head.user !== null && desk.directory.personId(head) === desk.directory.profiles.frontOf(person))
    .sort((a, b) => b.lastAt - a.lastAt)[0];
  return latest?.user ?? userOfPerson(person);
}
