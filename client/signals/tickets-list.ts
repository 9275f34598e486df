import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId, TeamId, ThreadId } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { TicketStatus } from "../../shared/ticket/type.ts";

export const TICKET_TABS = ["me", "team", "watched", "all"] as const;
export type TicketTab = (typeof TICKET_TABS)[number];

export const TICKET_SORTS = ["updated", "due", "priority", "waiting", "number"] as const;
export type TicketSort = (typeof TICKET_SORTS)[number];

/** What a list is narrowed to; `null` is no matter. */
export type TicketFilter = {
  /** `open`: what is not closed; `any`; or one status's id. */
  readonly status: string;
  readonly team: TeamId | null;
  /** `nobody`: what nobody owns. */
  readonly owner: AuthorId | "nobody" | null;
  readonly type: ThreadId | null;
  readonly priority: 0 | 1 | 2 | 3 | null;
  readonly overdue: boolean;
  readonly tag: string | null;
};

export const NO_FILTER: TicketFilter = {
  status: "open",
  team: null,
  owner: null,
  type: null,
  priority: null,
  overdue: false,
  tag: null,
};

/** How a list looks: what is kept as a saved view, the search apart. */
export type TicketLook = {
  readonly tab: TicketTab;
  readonly filter: TicketFilter;
  readonly sort: TicketSort;
  /** The other way round than that order usually goes. */
  readonly reversed: boolean;
};

export const FIRST_LOOK: TicketLook = { tab: "me", filter: NO_FILTER, sort: "updated", reversed: false };

/** Whose list it is, and when; facts that stand in other heads than the ticket's. */
export type TicketViewer = {
  readonly me: AuthorId;
  readonly teams: readonly TeamId[];
  readonly now: Ms;
  readonly statusOf: (head: DeviceHead) => TicketStatus | undefined;
  readonly typeOf: (head: DeviceHead) => ThreadId;
  /** Since when the user behind the ticket waits for an answer. */
  readonly waitingSince: (head: DeviceHead) => Ms | null;
};

/** Which of the two times is next: the first answer while the ticket is new, else the end. */
export type NextDue = { readonly what: "respond" | "resolve"; readonly at: Ms };

/** The time that is still to be kept; nothing when the work is done or no time was set. */
export function nextDue(head: DeviceHead, status: TicketStatus | undefined): NextDue | undefined {
  const category = status?.category ?? "active";
  if (head.state === "closed" || category === "done" || category === "closed") return undefined;
  const respond = category === "new" && head.firstReplyAt === undefined ? head.due?.respond : undefined;
  const resolve = head.due?.resolve;
  if (respond !== undefined && (resolve === undefined || respond <= resolve)) return { what: "respond", at: respond };
  return resolve === undefined ? undefined : { what: "resolve", at: resolve };
}

/** Whether a time was missed that had to be kept. */
export function isLate(head: DeviceHead, viewer: Pick<TicketViewer, "now" | "statusOf">): boolean {
  const due = nextDue(head, viewer.statusOf(head));
  return due !== undefined && due.at <= viewer.now;
}

/** Whether a ticket is still work for somebody. */
export const isOpen = (head: DeviceHead): boolean => head.state !== "closed";

/** Whether a ticket stands in a tab. */
export function isInTicketTab(head: DeviceHead, tab: TicketTab, viewer: TicketViewer): boolean {
  switch (tab) {
    case "me":
      return head.owner === viewer.me;
    case "team":
      return head.owner === null && head.team !== null && viewer.teams.includes(head.team);
    case "watched":
      return head.owner !== viewer.me && head.watchers.includes(viewer.me);
    case "all":
      return true;
  }
}

/** Numbers on the tabs: what is open there, and how much of it is late. */
export type TicketCount = { readonly open: number; readonly late: number };

/** One walk over all tickets. */
export function countTickets(
  heads: readonly DeviceHead[],
  viewer: TicketViewer,
): Readonly<Record<TicketTab, TicketCount>> {
  const open = { me: 0, team: 0, watched: 0, all: 0 };
  const late = { me: 0, team: 0, watched: 0, all: 0 };
  for (const head of heads) {
    if (!isOpen(head)) continue;
    const isLateOne = isLate(head, viewer);
    for (const tab of TICKET_TABS) {
      if (!isInTicketTab(head, tab, viewer)) continue;
      open[tab] += 1;
      if (isLateOne) late[tab] += 1;
    }
  }
  const of = (tab: TicketTab): TicketCount => ({ open: open[tab], late: late[tab] });
  return { me: of("me"), team: of("team"), watched: of("watched"), all: of("all") };
}

function passes(head: DeviceHead, filter: TicketFilter, viewer: TicketViewer): boolean {
  if (filter.team !== null && head.team !== filter.team) return false;
  if (filter.owner === "nobody" ? head.owner !== null : filter.owner !== null && head.owner !== filter.owner)
    return false;
  if (filter.type !== null && viewer.typeOf(head) !== filter.type) return false;
  if (filter.priority !== null && head.priority !== filter.priority) return false;
  if (filter.tag !== null && !head.tags.includes(filter.tag)) return false;
  return !filter.overdue || isLate(head, viewer);
}

function hasStatus(head: DeviceHead, filter: TicketFilter, viewer: TicketViewer): boolean {
  if (filter.status === "any") return true;
  if (filter.status === "open") return isOpen(head);
  return (viewer.statusOf(head)?.id ?? head.status) === filter.status;
}

/**
 * The tickets of a list, in its order. `words`: lower-case words, each of which must be found in what `textOf` gives; a
 * search looks through the closed ones as well unless a status was chosen: that is where earlier answers are.
 */
export function selectTickets(
  heads: readonly DeviceHead[],
  asked: TicketLook & { readonly words: readonly string[] },
  viewer: TicketViewer,
  textOf: (head: DeviceHead) => string,
): readonly DeviceHead[] {
  const isSearching = asked.words.length > 0;
  const chosen = heads.filter((head) => {
    if (!isInTicketTab(head, asked.tab, viewer) || !passes(head, asked.filter, viewer)) return false;
    if (!(isSearching && asked.filter.status === "open") && !hasStatus(head, asked.filter, viewer)) return false;
    if (!isSearching) return true;
    const text = textOf(head);
    return asked.words.every((word) => text.includes(word));
  });
  const way = asked.reversed ? -1 : 1;
  return chosen.sort((a, b) => way * compareBy(asked.sort, { a, b }, viewer) || b.lastAt - a.lastAt || byId(a, b));
}

const byId = (a: DeviceHead, b: DeviceHead): number => (a._id < b._id ? 1 : a._id > b._id ? -1 : 0);
const LAST = Number.MAX_SAFE_INTEGER;

/** Usual ways: the newest, the nearest time, the most urgent, who waits longest, the highest number first. */
function compareBy(
  sort: TicketSort,
  { a, b }: { readonly a: DeviceHead; readonly b: DeviceHead },
  viewer: TicketViewer,
): number {
  switch (sort) {
    case "updated":
      return b.lastAt - a.lastAt;
    case "priority":
      return b.priority - a.priority;
    case "due":
      return (nextDue(a, viewer.statusOf(a))?.at ?? LAST) - (nextDue(b, viewer.statusOf(b))?.at ?? LAST);
    case "waiting":
      return (viewer.waitingSince(a) ?? LAST) - (viewer.waitingSince(b) ?? LAST);
    case "number":
      // One without a number is newer than all that have theirs.
      return (b.number ?? LAST) - (a.number ?? LAST);
  }
}

/** Whether a look narrows more than the first one does: shown as a dot on the filter. */
export const isNarrowed = (filter: TicketFilter): boolean =>
  (Object.keys(NO_FILTER) as (keyof TicketFilter)[]).some((key) => filter[key] !== NO_FILTER[key]); // the keys are the type's

/** Whether two looks show the same. */
export const isSameLook = (a: TicketLook, b: TicketLook): boolean =>
  a.tab === b.tab && a.sort === b.sort && a.reversed === b.reversed && sameFilter(a.filter, b.filter);

const sameFilter = (a: TicketFilter, b: TicketFilter): boolean =>
  (Object.keys(NO_FILTER) as (keyof TicketFilter)[]).every((key) => a[key] === b[key]); // as above
