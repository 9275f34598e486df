import type { Json } from "../../../shared/kernel/canonical.ts";
import type { AuthorId, ThreadId } from "../../../shared/kernel/ids.ts";
import type { UserItem } from "../../../shared/protocol/chat.ts";
import type {
  PortalField,
  PortalHistoryRow,
  PortalItem,
  PortalStatus,
  PortalTicket,
} from "../../../shared/protocol/portal.ts";
import { asksToCheck, readTicketNotice } from "../../../shared/protocol/ticket-notice.ts";
import type { DeviceHead } from "../../../shared/thread/head.ts";
import { statusOf, type TicketField, type TicketType } from "../../../shared/ticket/type.ts";

/** Who looks: a user, and the person whose mailed link he came by. */
export type PortalViewer = {
  readonly user: AuthorId;
  readonly person?: ThreadId;
  /**
   * Of a mailed link: who else that person is, as long as he is. Their tickets are his to see; what was said in their dialogs
   * is not, and a chat's own secret leads to none of them.
   */
  readonly also?: () => readonly OtherSelf[];
};

/** Another card of the same person, and the user who wrote as it. */
export type OtherSelf = { readonly person: ThreadId; readonly user: AuthorId };

/** Whether a dialog is his to read. */
export const isOwnDialog = (viewer: PortalViewer, dialog: Pick<DeviceHead, "kind" | "user" | "person">): boolean =>
  dialog.kind === "dialog" && isOf(viewer, dialog);

/** Whether a ticket is his: he asked for it, by whatever card he is known, or one of his dialogs stands behind it. */
export const isOwnTicket = (
  viewer: PortalViewer,
  ticket: Pick<DeviceHead, "kind" | "user" | "person">,
  dialogs: readonly DeviceHead[],
): boolean =>
  ticket.kind === "ticket" &&
  (isOf(viewer, ticket) ||
    dialogs.some((one) => isOwnDialog(viewer, one)) ||
    (viewer.also?.() ?? []).some((other) => isOf(other, ticket)));

const isOf = ({ user, person }: PortalViewer, head: Pick<DeviceHead, "user" | "person">): boolean =>
  head.user === user || (person !== undefined && head.person === person);

/** A ticket as its user may see it, from its head alone. Pure. */
export function presentTicket(
  viewer: PortalViewer,
  ticket: DeviceHead,
  more: { readonly type: TicketType; readonly dialogs: readonly DeviceHead[] },
): PortalTicket {
  const title = ticket.fields["title"]?.value;
  const dialog = placeToWrite(viewer, more.dialogs);
  return {
    ticket: ticket._id,
    number: ticket.number ?? 0,
    title: typeof title === "string" ? title : "",
    status: presentStatus(ticket, more.type),
    createdAt: ticket.createdAt,
    ...(dialog === undefined ? {} : { dialog: dialog._id }),
  };
}

/** A status that its type does not know (any more) stands by its id; the ticket's state says what it means. */
function presentStatus({ status, state }: DeviceHead, type: TicketType): PortalStatus {
  const id = status ?? "new";
  const known = statusOf(type, id);
  if (known !== undefined) return { id, ru: known.name.ru, en: known.name.en, category: known.category };
  return { id, ru: id, en: id, category: state === "closed" ? "closed" : "active" };
}

/** The newest of his own dialogs of the ticket: one that another followed is not written into any more. */
function placeToWrite(viewer: PortalViewer, dialogs: readonly DeviceHead[]): DeviceHead | undefined {
  const own = dialogs.filter((dialog) => dialog.kind === "dialog" && dialog.user === viewer.user);
  const last = own.filter((dialog) => dialog.next === undefined);
  return [...(last.length === 0 ? own : last)].sort((a, b) => b.createdAt - a.createdAt)[0];
}

/** Fields that the type shows to users, in its order; empty ones are left out. Read from the head's short values. */
export function presentFields(
  ticket: DeviceHead,
  type: TicketType,
  nameOf: (thread: ThreadId) => string | undefined,
): readonly PortalField[] {
  return type.fields.flatMap((field) => {
    const value = ticket.fields[`f.${field.id}`]?.value;
    if (field.public !== true || value === undefined || value === null || value === "") return [];
    const shown = wordsOfValue(field, value, nameOf);
    const { id, kind, name } = field;
    return [{ id, kind, ru: name.ru, en: name.en, value, ...(shown === undefined ? {} : { shown }) }];
  });
}

function wordsOfValue(
  { kind, options }: TicketField,
  value: Json,
  nameOf: (thread: ThreadId) => string | undefined,
): { readonly ru: string; readonly en: string } | undefined {
  if (kind === "choice") return options?.find((option) => option.id === value)?.name;
  if (kind !== "person" && kind !== "asset") return undefined;
  const name = typeof value === "string" ? nameOf(value as ThreadId) : undefined; // looked up only
  return name === undefined ? undefined : { ru: name, en: name };
}

/** How much of what was said before the ticket was made stands with it: a dialog may be years old. */
const EARLIER = 30;

/**
 * What a dialog holds for one ticket: all that came by it, and what was said between the user and the desk, as his chat shows it
 * (S19); of what was said before the ticket was made the last 30. Nothing that came by another ticket. Pure.
 */
export function itemsOfTicket(
  ticket: Pick<DeviceHead, "_id" | "createdAt">,
  dialog: Pick<DeviceHead, "_id">,
  items: readonly UserItem[],
): readonly PortalItem[] {
  const isSaid = ({ kind, via }: UserItem): boolean => kind === "message" || (kind === "reply" && via === undefined);
  const earlier = items.filter((item) => isSaid(item) && item.at < ticket.createdAt).slice(-EARLIER);
  const kept = new Set(earlier.map(({ id }) => id));
  return items.flatMap((item) => {
    const isOwn = item.via === ticket._id || (isSaid(item) && item.at >= ticket.createdAt);
    const isOfKept = (item.kind === "edit" || item.kind === "erase") && item.of !== undefined && kept.has(item.of);
    if (!isOwn && !isOfKept && !kept.has(item.id)) return [];
    kept.add(item.id);
    return [{ ...item, dialog: dialog._id }];
  });
}

/** What the user was told, oldest first; each event once, though several dialogs tell of it. Pure. */
export function historyOf(items: readonly PortalItem[]): readonly PortalHistoryRow[] {
  const rows = new Map<string, PortalHistoryRow>();
  for (const item of items) {
    const notice = item.kind === "notice" ? readTicketNotice(item.code, item.params) : undefined;
    if (notice === undefined) continue;
    for (const row of rowsOf(notice, item.at)) rows.set(JSON.stringify(row), row);
  }
  return [...rows.values()].sort((a, b) => a.at - b.at);
}

function rowsOf(notice: NonNullable<ReturnType<typeof readTicketNotice>>, at: number): readonly PortalHistoryRow[] {
  switch (notice.code) {
    case "ticket-created":
      return [{ what: "created", at: notice.params.at ?? at }];
    case "ticket-status":
    case "ticket-done": {
      const { status, ru, en } = notice.params;
      return [{ what: "status", status, ru, en, at: notice.params.at ?? at }];
    }
    case "ticket-events":
      return notice.params.events;
    case "ticket-where":
      return [];
  }
}

/** The last "done, please check" that he has not answered; the caller knows whether the ticket still is done. Pure. */
export function openCheck(items: readonly PortalItem[]): PortalItem | undefined {
  const answered = new Set(items.flatMap((item) => (item.kind === "accept" && item.of !== undefined ? [item.of] : [])));
  const asking = items.filter((item) => {
    const notice = item.kind === "notice" ? readTicketNotice(item.code, item.params) : undefined;
    return notice !== undefined && asksToCheck(notice);
  });
  const last = asking.at(-1);
  return last === undefined || answered.has(last.id) ? undefined : last;
}
