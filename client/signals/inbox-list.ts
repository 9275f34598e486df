import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId, TeamId, ThreadId } from "../../shared/kernel/ids.ts";
import type { DeviceHead, ThreadState } from "../../shared/thread/head.ts";

export const INBOX_TABS = ["me", "team", "all", "missed"] as const;
export type InboxTab = (typeof INBOX_TABS)[number];

/** Whose inbox it is, and when. */
export type Viewer = {
  readonly me: AuthorId;
  readonly teams: readonly TeamId[];
  readonly now: Ms;
  /** How long a user of this team may wait; undefined: the desk's own limit. */
  readonly alarmMs: (team: TeamId | null) => Ms;
};

export type InboxFilter = {
  readonly tab: InboxTab;
  /** One team only. */
  readonly team: TeamId | null;
  /** One channel only: a bot, a mailbox. */
  readonly channel?: ThreadId | null;
  /** For the tab All. */
  readonly state: ThreadState | "any";
  /** Lower-case words, each of which must be found; empty: all. */
  readonly search: readonly string[];
};

/** A team without an alarm of its own. */
export const ALARM_MS: Ms = 10 * 60_000;

export const isWaiting = (head: DeviceHead): boolean => head.waitingSince !== null && head.state !== "closed";

/** How long the user waits for an answer; undefined when nobody waits. */
export const waitOf = (head: DeviceHead, now: Ms): Ms | undefined =>
  head.waitingSince === null || head.state === "closed" ? undefined : Math.max(0, now - head.waitingSince);

/** Whether the user waits longer than his team's limit. */
export function isOverdue(head: DeviceHead, viewer: Viewer): boolean {
  const wait = waitOf(head, viewer.now);
  return wait !== undefined && wait >= viewer.alarmMs(head.team);
}

/** Whether a dialog stands in a tab. A snoozed one waits out of the way unless its user has written. */
export function isInTab(head: DeviceHead, tab: InboxTab, viewer: Viewer): boolean {
  switch (tab) {
    case "me":
      return head.owner === viewer.me && head.state !== "closed";
    case "team":
      return head.owner === null && head.state === "open" && head.team !== null && viewer.teams.includes(head.team);
    case "all":
      return true;
    case "missed":
      return isOverdue(head, viewer);
  }
}

/** Numbers on the tabs. `waiting` falls when somebody answers, never by looking. */
export type TabCount = { readonly waiting: number; readonly total: number };

/** One walk over all dialogs. `all` counts what is not closed. */
export function countTabs(heads: readonly DeviceHead[], viewer: Viewer): Readonly<Record<InboxTab, TabCount>> {
  const waiting = { me: 0, team: 0, all: 0, missed: 0 };
  const total = { me: 0, team: 0, all: 0, missed: 0 };
  for (const head of heads) {
    if (head.state === "closed") continue;
    const waits = isWaiting(head) ? 1 : 0;
    for (const tab of INBOX_TABS) {
      if (!isInTab(head, tab, viewer)) continue;
      total[tab] += 1;
      waiting[tab] += waits;
    }
  }
  const of = (tab: InboxTab): TabCount => ({ waiting: waiting[tab], total: total[tab] });
  return { me: of("me"), team: of("team"), all: of("all"), missed: of("missed") };
}

/** On me: what is awake first, then who waits longest, then the newest. Queues: who waits longest first. All: the newest first. */
function compareIn(tab: InboxTab, a: DeviceHead, b: DeviceHead): number {
  if (tab !== "all") {
    if (tab === "me" && (a.state === "snoozed") !== (b.state === "snoozed")) return a.state === "snoozed" ? 1 : -1;
    const waitsA = a.waitingSince ?? Number.POSITIVE_INFINITY;
    const waitsB = b.waitingSince ?? Number.POSITIVE_INFINITY;
    if (waitsA !== waitsB) return waitsA - waitsB;
  }
  return b.lastAt - a.lastAt || (a._id < b._id ? 1 : -1);
}

/** The dialogs of a list, in its order. `textOf` gives what a search looks at, in lower case. */
export function selectInbox(
  heads: readonly DeviceHead[],
  filter: InboxFilter,
  viewer: Viewer,
  textOf: (head: DeviceHead) => string,
): readonly DeviceHead[] {
  const isSearching = filter.search.length > 0;
  const chosen = heads.filter((head) => {
    if (!isInTab(head, filter.tab, viewer)) return false;
    if (filter.team !== null && head.team !== filter.team) return false;
    if (filter.channel && head.link !== filter.channel) return false;
    // A search in All looks through the closed ones as well: that is where earlier answers are.
    if (filter.tab === "all" && !isSearching && filter.state !== "any" && head.state !== filter.state) return false;
    if (!isSearching) return true;
    const text = textOf(head);
    return filter.search.every((word) => text.includes(word));
  });
  return chosen.sort((a, b) => compareIn(filter.tab, a, b));
}

/** Words of a search; `ё` and `е` are one. */
export const searchWords = (text: string): readonly string[] => foldText(text).split(/\s+/).filter(Boolean);

/** Lower case, `ё` as `е`. */
export const foldText = (text: string): string => text.toLocaleLowerCase().replaceAll("ё", "е");

/** The neighbour of a thread in a list; from nowhere, the first. The ends do not wrap. */
export function neighbourOf(
  list: readonly { readonly _id: ThreadId }[],
  from: ThreadId | undefined,
  step: 1 | -1,
): ThreadId | undefined {
  const at = list.findIndex((head) => head._id === from);
  if (at < 0) return list[0]?._id;
  return list[Math.min(list.length - 1, Math.max(0, at + step))]?._id;
}
