import type { FieldSet } from "../../shared/items/base.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import { type AuthorId, isThreadId, type TeamId, type ThreadId } from "../../shared/kernel/ids.ts";
import { LIMITS } from "../../shared/kernel/schema.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import { type FieldEdit, textEdit } from "../../shared/ticket/edits.ts";
import type { ChainLink } from "../replica/port.ts";
import type { MadeChange } from "./engine-port.ts";
import type { NewTicket, NewTicketByHand, SuggestedTicket } from "./port.ts";
import { linkOf } from "./session.ts";

/** Lengths of what is offered, in UTF-16 units. */
const OFFERED = { title: 80, description: 4_000 } as const;

/** What a new ticket's content begins with. */
export function firstEditsOf({ title, description, edits = [] }: NewTicket): readonly FieldEdit[] {
  const texts = [textEdit("title", "", title), textEdit("description", "", description)];
  return [...texts.flatMap((edit) => edit ?? []), ...edits];
}

type Ids = { readonly ticket: ThreadId; readonly dialog: ThreadId; readonly alias: string };

/**
 * The items that make a ticket of a dialog, as one act (S16). Messages and files stay where they are: the ticket is linked to the
 * dialog from its first moment, the dialog to the ticket, and the dialog's team sees both. The device and the room that the dialog
 * is about go with it.
 */
export function planFromDialog(
  dialog: Pick<DeviceHead, "team" | "person" | "user" | "tags" | "fields">,
  given: NewTicket,
  made: { readonly ids: Ids; readonly changes: readonly MadeChange[] },
): readonly ChainLink[] {
  const named = dialog.fields["asset"]?.value;
  const asset = given.asset ?? (isThreadId(named) ? named : undefined);
  const ticket = { ...given, tags: given.tags ?? dialog.tags, ...(asset === undefined ? {} : { asset }) };
  const room = dialog.fields["room"]?.value;
  const requester = {
    ...(dialog.person === null ? {} : { person: dialog.person }),
    ...(dialog.user === null ? {} : { user: dialog.user }),
  };
  const place = typeof room === "string" && room !== "" ? { room } : {};
  return [...ticketLinks(ticket, { ...made, ...place, requester, dialogTeam: dialog.team }), linkBack(made.ids)];
}

/** The items that make a ticket by hand, with the dialog behind it (S40). */
export function planByHand(
  given: NewTicketByHand,
  made: { readonly ids: Ids; readonly changes: readonly MadeChange[] },
): readonly ChainLink[] {
  const requester = {
    ...(given.person === undefined ? {} : { person: given.person }),
    ...(given.user === undefined ? {} : { user: given.user }),
  };
  const dialogTeam = given.dialogTeam ?? given.team;
  const subject = given.title.slice(0, LIMITS.subjectLength);
  const dialog: ChainLink = {
    draft: { kind: "open", thread: made.ids.dialog, team: dialogTeam, channel: "desk", ...requester, set: { subject } },
  };
  return [dialog, ...ticketLinks(given, { ...made, requester, dialogTeam }), linkBack(made.ids)];
}

const linkBack = ({ dialog, ticket }: Ids): ChainLink => ({
  draft: { kind: "link", thread: dialog, to: ticket, relation: "ticket" },
});

function ticketLinks(
  given: NewTicket,
  made: {
    readonly ids: Ids;
    readonly changes: readonly MadeChange[];
    readonly requester: { readonly person?: ThreadId; readonly user?: AuthorId };
    readonly dialogTeam: TeamId | null;
    readonly room?: string;
  },
): readonly ChainLink[] {
  const { ids, changes, requester, dialogTeam, room } = made;
  const thread = ids.ticket;
  const set: FieldSet = {
    alias: ids.alias,
    // Lists show it before anybody has read the first change.
    title: given.title.slice(0, LIMITS.subjectLength),
    ...(given.type === undefined ? {} : { type: given.type }),
    ...(given.asset === undefined ? {} : { asset: given.asset }),
    ...(room === undefined ? {} : { room }),
  };
  const links: ChainLink[] = [
    {
      draft: {
        kind: "open",
        thread,
        team: given.team,
        dialog: ids.dialog,
        ...requester,
        ...(dialogTeam === null || dialogTeam === given.team ? {} : { shared: [dialogTeam] }),
        set,
      },
    },
    ...changes.map((change) => linkOf(thread, change)),
  ];
  const { tags = [], priority } = given;
  if (tags.length > 0) links.push({ draft: { kind: "tag", thread, add: [...tags] } });
  if (priority !== undefined && priority !== 1) links.push({ draft: { kind: "priority", thread, value: priority } });
  return links;
}

/** What a dialog's ticket is offered to begin with: the user's first words, up to the first answer, as he last left them. */
export function suggestTicket(items: readonly StampedItem[]): SuggestedTicket {
  const texts = new Map<string, string>();
  let isAnswered = false;
  for (const item of items) {
    if (item.kind === "reply" && item.stamp.verdict === "sent" && texts.size > 0) isAnswered = true;
    if (item.kind === "message" && !isAnswered && item.text.trim() !== "") texts.set(item.id, item.text.trim());
    if (item.kind === "edit" && texts.has(item.of)) texts.set(item.of, item.text.trim());
    if (item.kind === "erase") texts.delete(item.of);
  }
  const description = [...texts.values()].join("\n").slice(0, OFFERED.description);
  return { title: firstLine(description), description };
}

/** The first line, cut at a word where it is long. */
function firstLine(text: string): string {
  const [line = ""] = text.split("\n");
  if (line.length <= OFFERED.title) return line;
  const cut = line.slice(0, OFFERED.title);
  const end = cut.lastIndexOf(" ");
  // No word to cut at: one character less, and never half of one.
  const whole = /[\ud800-\udbff]$/.test(cut.slice(0, -1)) ? cut.slice(0, -2) : cut.slice(0, -1);
  return `${(end > OFFERED.title / 2 ? cut.slice(0, end) : whole).trimEnd()}…`;
}
