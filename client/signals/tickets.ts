import { type Accessor, createMemo, createSignal, untrack } from "solid-js";
import type { TeamId, ThreadId } from "../../shared/kernel/ids.ts";
import type { Me } from "../../shared/protocol/desk-socket.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { Directory } from "./directory.ts";
import { fieldText } from "./fields.ts";
import type { HeadBook } from "./heads.ts";
import { foldText, searchWords } from "./inbox-list.ts";
import type { Replica, Unsent } from "./replica-types.ts";
import { createTicketActs, type Standing, type TicketActs } from "./ticket-acts.ts";
import type { TicketsDoor } from "./ticket-session.ts";
import { createTypeBook, type TypeBook } from "./ticket-types.ts";
import { parseViews, type SavedView, withView } from "./ticket-views.ts";
import {
  countTickets,
  FIRST_LOOK,
  selectTickets,
  type TicketCount,
  type TicketLook,
  type TicketTab,
  type TicketViewer,
} from "./tickets-list.ts";
import { words } from "./words.ts";

/** Tickets as the desk shows them: the list, what is known of each without opening it, and the door to their content. */
export type TicketDesk = {
  readonly types: TypeBook;
  readonly acts: TicketActs;
  /** The way to their content: rooms that show it come through (ticket-content.ts). */
  readonly door: TicketsDoor;
  readonly look: Accessor<TicketLook>;
  readonly setLook: (look: Partial<TicketLook>) => void;
  readonly search: Accessor<string>;
  readonly setSearch: (text: string) => void;
  readonly views: Accessor<readonly SavedView[]>;
  /** False when there is no room for one more. */
  readonly keepView: (name: string) => boolean;
  readonly dropView: (name: string) => void;
  readonly list: Accessor<readonly DeviceHead[]>;
  /** The same by id: unchanged while only what the rows show changes. */
  readonly ids: Accessor<readonly ThreadId[]>;
  readonly counts: Accessor<Readonly<Record<TicketTab, TicketCount>>>;
  readonly viewer: Accessor<TicketViewer>;
  /** The ticket that was looked at last; stays while one looks at other screens. */
  readonly chosen: Accessor<ThreadId | undefined>;
  readonly choose: (ticket: ThreadId | undefined) => void;
  /** Marked tickets that the list still shows. */
  readonly marked: Accessor<ReadonlySet<ThreadId>>;
  readonly mark: (tickets: readonly ThreadId[]) => void;
  readonly toggleMark: (ticket: ThreadId) => void;
  readonly nameOf: (head: DeviceHead) => string;
  readonly titleOf: (head: DeviceHead) => string;
  /** The dialog behind a ticket. */
  readonly dialogOf: (head: DeviceHead) => ThreadId | undefined;
  /** Tickets that were made of a dialog, oldest first. */
  readonly ofDialog: (dialog: DeviceHead) => readonly DeviceHead[];
  /** The team that a new ticket is offered for: the last one chosen, else another than the dialog's, else that. */
  readonly lastTeam: (dialogTeam: TeamId | null) => TeamId | undefined;
  readonly keepTeam: (team: TeamId) => void;
  /** What a command on a ticket that is not open stands on. */
  readonly standing: (ticket: ThreadId) => Standing | undefined;
};

/** A ticket's number as users know it; until it has one, its provisional name. */
export const ticketName = (head: DeviceHead): string =>
  head.number === undefined ? fieldText(head, "alias") || words().ticket.word : words().ticket.number(head.number);

/** The dialog behind a ticket, by its links. */
export const dialogOf = (head: DeviceHead): ThreadId | undefined =>
  head.links.find(({ relation }) => relation === "dialog")?.to;

/** Wires tickets over the heads of the device. Belongs to the owner under which it is made. */
export function createTickets(from: {
  readonly replica: Replica;
  readonly door: TicketsDoor;
  readonly heads: HeadBook;
  readonly directory: Directory;
  readonly me: Accessor<Me>;
  readonly now: Accessor<number>;
  readonly outbox: Accessor<readonly Unsent[]>;
  readonly storageKey: string;
}): TicketDesk {
  const { heads, directory, me } = from;
  const types = createTypeBook(heads);
  const [look, writeLook] = createSignal<TicketLook>(FIRST_LOOK);
  const [search, setSearch] = createSignal("");
  const [chosen, choose] = createSignal<ThreadId | undefined>(undefined);
  const [marks, setMarks] = createSignal<ReadonlySet<ThreadId>>(new Set());
  const [views, setViews] = createSignal(parseViews(readStored(from.storageKey)));

  const tickets = createMemo(() => heads.all("ticket"));
  const viewer = createMemo<TicketViewer>(() => ({
    me: me().id,
    teams: me().teams,
    now: from.now(),
    statusOf: types.statusOf,
    typeOf: (head) => types.of(head).id,
    waitingSince: (head) => {
      const dialog = dialogOf(head);
      return (dialog === undefined ? undefined : heads.peek(dialog))?.waitingSince ?? null;
    },
  }));
  const titleOf = (head: DeviceHead): string => fieldText(head, "title") || words().ticket.untitled;
  const textOf = (head: DeviceHead): string =>
    foldText(
      [
        head.number ?? "",
        fieldText(head, "alias"),
        fieldText(head, "title"),
        directory.nameOfDialog(head),
        ...head.tags,
      ].join(" "),
    );
  const wanted = createMemo(() => searchWords(search().replace(/(^|\s)[#№]\s*(?=\d)/g, "$1")));
  // A search reads the names of all requesters: following each of them would cost more than it tells.
  const list = createMemo(() =>
    selectTickets(tickets(), { ...look(), words: wanted() }, viewer(), (head) => untrack(() => textOf(head))),
  );
  const ids = createMemo(() => list().map((head) => head._id), [], {
    equals: (a, b) => a.length === b.length && a.every((id, index) => id === b[index]),
  });
  const marked = createMemo<ReadonlySet<ThreadId>>(() => {
    if (marks().size === 0) return marks();
    const shown = new Set(ids());
    return new Set([...marks()].filter((id) => shown.has(id)));
  });

  function keepViews(next: readonly SavedView[]): void {
    setViews(next);
    try {
      localStorage.setItem(from.storageKey, JSON.stringify(next));
    } catch {
      // A full or forbidden storage: the views hold until the tab closes.
    }
  }

  return {
    types,
    acts: createTicketActs(from.replica),
    door: from.door,
    look,
    setLook: (next) => void writeLook((now) => ({ ...now, ...next })),
    search,
    setSearch: (text) => void setSearch(text),
    views,
    keepView: (name) => {
      const next = withView(views(), { name, look: look() });
      if (next !== undefined) keepViews(next);
      return next !== undefined;
    },
    dropView: (name) => keepViews(views().filter((view) => view.name !== name)),
    list,
    ids,
    counts: createMemo(() => countTickets(tickets(), viewer())),
    viewer,
    chosen,
    choose: (ticket) => void choose(ticket),
    marked,
    mark: (next) => void setMarks(new Set(next)),
    toggleMark: (ticket) =>
      void setMarks((now) => {
        const next = new Set(now);
        if (!next.delete(ticket)) next.add(ticket);
        return next;
      }),
    nameOf: ticketName,
    titleOf,
    dialogOf,
    ofDialog: (dialog) =>
      tickets()
        .filter(
          (head) =>
            dialogOf(head) === dialog._id ||
            dialog.links.some(({ to, relation }) => relation === "ticket" && to === head._id),
        )
        .sort((a, b) => a.createdAt - b.createdAt),
    lastTeam: (dialogTeam) => {
      const teams = directory.teams().map(({ _id }) => _id);
      const kept = teams.find((id) => id === readStored(`${from.storageKey}.team`));
      return kept ?? teams.find((id) => id !== dialogTeam) ?? teams[0];
    },
    keepTeam: (team) => {
      try {
        localStorage.setItem(`${from.storageKey}.team`, team);
      } catch {
        // A full or forbidden storage: the next ticket is offered to the same team as the first.
      }
    },
    standing: (ticket) => {
      const head = heads.peek(ticket);
      return head && { head, unsent: from.outbox().filter(({ item }) => item.thread === ticket) };
    },
  };
}

function readStored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // no storage: no saved views
  }
}
