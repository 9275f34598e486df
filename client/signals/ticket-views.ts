import { isAuthorId, isThreadId } from "../../shared/kernel/ids.ts";
import { NO_FILTER, TICKET_SORTS, TICKET_TABS, type TicketFilter, type TicketLook } from "./tickets-list.ts";

/** A way of looking at the list that a person has kept under a name. */
export type SavedView = { readonly name: string; readonly look: TicketLook };

/** So many are kept at most, each name so long. */
export const VIEWS_KEPT = 20;
export const VIEW_NAME_LENGTH = 60;

/** What was stored, view by view; one that is not what it should be is left out. */
export function parseViews(stored: string | null): readonly SavedView[] {
  let given: unknown;
  try {
    given = JSON.parse(stored ?? "[]");
  } catch {
    return []; // somebody else wrote there
  }
  if (!Array.isArray(given)) return [];
  return given.slice(0, VIEWS_KEPT).flatMap((one: unknown): readonly SavedView[] => {
    const { name, look } = recordOf(one);
    const read = parseLook(look);
    return typeof name === "string" && name.trim() !== "" && read
      ? [{ name: name.slice(0, VIEW_NAME_LENGTH), look: read }]
      : [];
  });
}

/** A look, field by field; nothing where tab or order is unknown. A filter's field that cannot be read narrows nothing. */
export function parseLook(given: unknown): TicketLook | undefined {
  const from = recordOf(given);
  const tab = TICKET_TABS.find((one) => one === from["tab"]);
  const sort = TICKET_SORTS.find((one) => one === from["sort"]);
  if (tab === undefined || sort === undefined) return undefined;
  return { tab, sort, reversed: from["reversed"] === true, filter: parseFilter(recordOf(from["filter"])) };
}

function parseFilter(from: Readonly<Record<string, unknown>>): TicketFilter {
  const { status, team, owner, type, priority, tag } = from;
  return {
    status: typeof status === "string" && /^[a-z][a-z0-9-]{0,39}$/.test(status) ? status : NO_FILTER.status,
    team: isThreadId(team) ? team : null,
    owner: owner === "nobody" || isAuthorId(owner) ? owner : null,
    type: isThreadId(type) ? type : null,
    priority: priority === 0 || priority === 1 || priority === 2 || priority === 3 ? priority : null,
    overdue: from["overdue"] === true,
    tag: typeof tag === "string" && tag !== "" ? tag : null,
  };
}

/** The list with this view; one of the same name is replaced where it stands. `undefined`: there is no room. */
export function withView(views: readonly SavedView[], view: SavedView): readonly SavedView[] | undefined {
  const name = view.name.trim().slice(0, VIEW_NAME_LENGTH);
  if (name === "") return views;
  const kept = { name, look: view.look };
  if (views.some((one) => one.name === name)) return views.map((one) => (one.name === name ? kept : one));
  return views.length >= VIEWS_KEPT ? undefined : [...views, kept];
}

const recordOf = (given: unknown): Readonly<Record<string, unknown>> =>
  typeof given === "object" && given !== null ? (given as Readonly<Record<string, unknown>>) : {}; // read field by field
