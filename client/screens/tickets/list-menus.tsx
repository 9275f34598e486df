import { agentAuthor } from "../../../shared/kernel/ids.ts";
import type { Desk } from "../../signals/desk.ts";
import { fieldText } from "../../signals/fields.ts";
import { inLocale } from "../../signals/ticket-types.ts";
import { FIRST_LOOK, isSameLook, NO_FILTER, TICKET_SORTS, type TicketFilter } from "../../signals/tickets-list.ts";
import { words } from "../../signals/words.ts";
import type { MenuLine } from "../../widgets/menu.tsx";
import { showToast } from "../../widgets/toasts.tsx";

const PRIORITIES = [3, 2, 1, 0] as const;

/** Sets a part of the filter. */
const narrow = (desk: Desk, part: Partial<TicketFilter>): void =>
  desk.tickets.setLook({ filter: { ...desk.tickets.look().filter, ...part } });

/** Statuses that can be asked for: of every type, each id once, in the words of the first type that has it. */
export function knownStatuses(desk: Desk): readonly { readonly id: string; readonly name: string }[] {
  const known = new Map<string, string>();
  for (const type of desk.tickets.types.offered()) {
    for (const status of type.statuses) if (!known.has(status.id)) known.set(status.id, inLocale(status.name));
  }
  return [...known].map(([id, name]) => ({ id, name }));
}

/** Tags that tickets have. */
export const knownTags = (desk: Desk): readonly string[] =>
  [...new Set(desk.heads.all("ticket").flatMap((head) => head.tags))].sort((a, b) => a.localeCompare(b));

/** The filter, a part a line. */
export function filterLines(desk: Desk): readonly MenuLine[] {
  const { filter } = desk.tickets.look();
  const said = words().tickets;
  const line = (name: string, part: Partial<TicketFilter>): MenuLine => ({
    kind: "act",
    words: name,
    checked: Object.entries(part).every(([key, value]) => filter[key as keyof TicketFilter] === value), // the part's own keys
    onChoose: () => narrow(desk, part),
  });
  const { offered } = desk.tickets.types;
  return [
    {
      kind: "more",
      words: said.status,
      lines: () => [
        line(said.open, { status: "open" }),
        line(said.anyStatus, { status: "any" }),
        { kind: "rule" },
        ...knownStatuses(desk).map(({ id, name }) => line(name, { status: id })),
      ],
    },
    {
      kind: "more",
      words: words().common.team,
      lines: () => [
        line(words().common.allTeams, { team: null }),
        ...desk.directory.teams().map(({ _id }) => line(desk.directory.teamName(_id), { team: _id })),
      ],
    },
    {
      kind: "more",
      words: said.owner,
      lines: () => [
        line(said.anyOwner, { owner: null }),
        line(said.freeOwner, { owner: "nobody" }),
        { kind: "rule" },
        ...desk.directory
          .colleagues()
          .map((agent) => line(fieldText(agent, "name"), { owner: agentAuthor(agent._id) })),
      ],
    },
    {
      kind: "more",
      words: said.type,
      lines: () => [
        line(said.anyType, { type: null }),
        ...offered().map((type) => line(inLocale(type.name), { type: type.id })),
      ],
    },
    {
      kind: "more",
      words: said.priority,
      lines: () => [
        line(said.anyPriority, { priority: null }),
        ...PRIORITIES.map((priority) => line(words().priority[priority], { priority })),
      ],
    },
    {
      kind: "more",
      words: said.tag,
      lines: () => [line(said.anyTag, { tag: null }), ...knownTags(desk).map((tag) => line(tag, { tag }))],
    },
    {
      kind: "act",
      words: said.overdue,
      checked: filter.overdue,
      onChoose: () => narrow(desk, { overdue: !filter.overdue }),
    },
    { kind: "rule" },
    { kind: "act", words: said.clearFilter, onChoose: () => desk.tickets.setLook({ filter: NO_FILTER }) },
  ];
}

/** The order of the list, and its turning round. */
export function sortLines(desk: Desk): readonly MenuLine[] {
  const look = desk.tickets.look();
  return [
    ...TICKET_SORTS.map(
      (sort): MenuLine => ({
        kind: "act",
        words: words().tickets.sorts[sort],
        checked: look.sort === sort,
        onChoose: () => desk.tickets.setLook({ sort }),
      }),
    ),
    { kind: "rule" },
    {
      kind: "act",
      words: words().tickets.reverse,
      checked: look.reversed,
      onChoose: () => desk.tickets.setLook({ reversed: !look.reversed }),
    },
  ];
}

/** Saved views: to look by, to keep the present one, to remove. */
export function viewLines(desk: Desk, onSave: () => void): readonly MenuLine[] {
  const said = words().tickets;
  const views = desk.tickets.views();
  return [
    {
      kind: "act",
      words: said.firstView,
      checked: isSameLook(desk.tickets.look(), FIRST_LOOK),
      onChoose: () => desk.tickets.setLook(FIRST_LOOK),
    },
    ...views.map(
      (view): MenuLine => ({
        kind: "act",
        words: view.name,
        checked: isSameLook(desk.tickets.look(), view.look),
        onChoose: () => desk.tickets.setLook(view.look),
      }),
    ),
    { kind: "rule" },
    { kind: "act", words: said.saveView, onChoose: onSave },
    ...views.map(
      (view): MenuLine => ({
        kind: "act",
        words: said.removeView(view.name),
        danger: true,
        onChoose: () => {
          const before = desk.tickets.look();
          desk.tickets.dropView(view.name);
          showToast({
            title: said.viewRemoved(view.name),
            act: {
              words: words().common.undo,
              onChoose: () => {
                desk.tickets.setLook(view.look);
                desk.tickets.keepView(view.name);
                desk.tickets.setLook(before);
              },
            },
          });
        },
      }),
    ),
  ];
}
