import type { Item } from "../../shared/items/registry.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import type {
  PortalItem,
  PortalMe,
  PortalStatusCategory,
  PortalTicket,
  PortalTicketAnswer,
  PortalTickets,
} from "../../shared/protocol/portal.ts";
import type { Connection, PageFault, Queued } from "../chat/model.ts";
import type { Seen } from "../chat/seen.ts";

/** Whether the portal may show anything: nobody's yet, one's, or an address that is no longer good, in words. */
export type Access = "opening" | "none" | "open" | "expired" | "revoked" | "unknown";

/** One ticket as this page knows it. `gone`: not there, or not his. */
export type View = {
  readonly seen: Seen<PortalTicketAnswer> | undefined;
  readonly state: "loading" | "fresh" | "failed" | "gone";
};

/** A request that was written here and has no number yet. `waits`: it is on this device only. */
export type Asked = { readonly dialog: ThreadId; readonly title: string; readonly at: Ms; readonly waits: boolean };

/** Everything that the page shows. */
export type PortalModel = {
  readonly access: Access;
  readonly me: PortalMe | undefined;
  readonly tickets: Seen<PortalTickets> | undefined;
  readonly views: Readonly<Record<string, View>>;
  /** What this person wrote here and the desk has not admitted, in all of his dialogs. */
  readonly queued: readonly Queued[];
  readonly asked: readonly Asked[];
  readonly connection: Connection;
  readonly uploads: Readonly<Record<string, number>>;
  readonly refusedFiles: readonly string[];
  readonly full: boolean;
  readonly fault: PageFault | undefined;
};

export const emptyPortal: PortalModel = {
  access: "opening",
  me: undefined,
  tickets: undefined,
  views: {},
  queued: [],
  asked: [],
  connection: { state: "connecting" },
  uploads: {},
  refusedFiles: [],
  full: false,
  fault: undefined,
};

/** What the list may be narrowed to: everything, what the desk works on, what waits for the user, what is over. */
export const FILTERS = ["all", "work", "yours", "closed"] as const;
export type Filter = (typeof FILTERS)[number];

const KEPT: Readonly<Record<Filter, readonly PortalStatusCategory[]>> = {
  all: ["new", "active", "waiting", "done", "closed"],
  work: ["new", "active", "waiting"],
  yours: ["done"],
  closed: ["closed"],
};

/** The tickets of a filter; a status that is named for waiting for the user counts as his. */
export const filtered = (tickets: readonly PortalTicket[], filter: Filter): readonly PortalTicket[] =>
  tickets.filter((ticket) => {
    if (filter === "yours") return waitsForUser(ticket);
    if (filter === "work") return KEPT.work.includes(ticket.status.category) && !waitsForUser(ticket);
    return KEPT[filter].includes(ticket.status.category);
  });

/** Whether the next step is the user's: to check what is done, or to answer. */
export const waitsForUser = ({ status }: PortalTicket): boolean =>
  status.category === "done" || status.id === "waiting-for-user";

const ASKED_FOR_MS = 7 * 24 * 3_600_000;

/**
 * Requests of this device that stand in no list yet: from what it wrote, waiting or admitted. After a week they are not
 * looked for any more: the dialog is in the chat all the same.
 */
export function askedOf(
  own: readonly Item[],
  queued: readonly Queued[],
  known: { readonly tickets: readonly PortalTicket[]; readonly now: Ms },
): readonly Asked[] {
  const there = new Set(known.tickets.map((ticket) => ticket.dialog));
  const waiting = queued.filter((row) => row.state === "saved").map((row) => row.item);
  const written = [...own, ...waiting];
  const isWaiting = new Set(waiting.map((item) => item.thread));
  const seen = new Set<ThreadId>();
  return written.flatMap((item) => {
    if (item.kind !== "open" || item.set?.["request"] !== true || there.has(item.thread)) return [];
    if (known.now - item.at > ASKED_FOR_MS || seen.has(item.thread)) return [];
    seen.add(item.thread);
    const subject = item.set["subject"];
    const message = written.find((one) => one.thread === item.thread && one.kind === "message");
    const text = message?.kind === "message" ? message.text : "";
    const title = typeof subject === "string" && subject !== "" ? subject : (text.trim().split("\n")[0] ?? "");
    return [{ dialog: item.thread, title, at: item.at, waits: isWaiting.has(item.thread) }];
  });
}

/** A ticket with an own item that the desk has just admitted, until it is fetched again. */
export function withOwnItem(answer: PortalTicketAnswer, item: PortalItem): PortalTicketAnswer {
  if (answer.items.some((one) => one.id === item.id)) return answer;
  const { check, ...rest } = answer;
  const isAnswered = check !== undefined && item.kind === "accept" && item.of === check.notice;
  return {
    ...rest,
    items: [...answer.items, item],
    ...(check === undefined || isAnswered ? {} : { check }),
  };
}
