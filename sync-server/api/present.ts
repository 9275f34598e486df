import type { FileRef } from "../../shared/items/base.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Json } from "../../shared/kernel/canonical.ts";
import { type ItemId, isThreadId, kindOf, type ThreadId } from "../../shared/kernel/ids.ts";
import type { ApiDialog, ApiMessage } from "../../shared/protocol/v1/dialogs.ts";
import type { ApiContact } from "../../shared/protocol/v1/directory.ts";
import type { AnswerOf } from "../../shared/protocol/v1/operations.ts";
import type { ApiTicket } from "../../shared/protocol/v1/tickets.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";

/** The address under which a file of an item is fetched. */
export type FileLink = (place: { readonly thread: ThreadId; readonly item: ItemId }, file: FileRef) => string;

export const iso = (at: number): string => new Date(at).toISOString();
const isoOrNull = (at: number | undefined | null): string | null => (at === undefined || at === null ? null : iso(at));

type WithFields = Pick<DeviceHead, "fields">;
const textField = (head: WithFields, name: string): string | null => {
  const value = head.fields[name]?.value;
  return typeof value === "string" && value !== "" ? value : null;
};
/** What remains of the fields beside those that have a place of their own. */
function otherFields(head: WithFields, ...own: readonly string[]): Record<string, Json> {
  const rest = Object.entries(head.fields).filter(([name, field]) => !own.includes(name) && field.value !== null);
  return Object.fromEntries(rest.map(([name, field]) => [name, field.value]));
}
const linked = (head: DeviceHead, relation: string): ThreadId[] => [
  ...new Set(head.links.filter((link) => link.relation === relation).map((link) => link.to)),
];

export function presentDialog(head: DeviceHead): ApiDialog {
  const { last } = head;
  return {
    id: head._id,
    state: head.state,
    team: head.team,
    owner: head.owner,
    user: head.user,
    contact: head.person,
    channel: head.channel,
    subject: textField(head, "subject"),
    tags: [...head.tags],
    priority: head.priority,
    rating: head.rating?.score ?? null,
    tickets: linked(head, "ticket"),
    last: last === null ? null : { kind: last.kind, text: last.text, author: last.author, at: iso(last.at) },
    createdAt: iso(head.createdAt),
    updatedAt: iso(head.lastAt),
    waitingSince: isoOrNull(head.waitingSince),
    snoozedUntil: isoOrNull(head.snoozedUntil),
    closedAt: isoOrNull(head.closedAt),
    n: head.n,
  };
}

export function presentTicket(head: DeviceHead): ApiTicket {
  const custom = Object.entries(head.fields).filter(([name, field]) => name.startsWith("f.") && field.value !== null);
  const type = head.fields["type"]?.value;
  return {
    id: head._id,
    number: head.number ?? null,
    title: textField(head, "title"),
    type: isThreadId(type) && kindOf(type) === "ticket-type" ? type : null,
    status: head.status ?? null,
    state: head.state,
    team: head.team,
    owner: head.owner,
    user: head.user,
    contact: head.person,
    dialogs: linked(head, "dialog"),
    tags: [...head.tags],
    priority: head.priority,
    fields: Object.fromEntries(custom.map(([name, field]) => [name.slice(2), field.value])),
    due: { respond: isoOrNull(head.due?.respond), resolve: isoOrNull(head.due?.resolve) },
    createdAt: iso(head.createdAt),
    updatedAt: iso(head.lastAt),
    closedAt: isoOrNull(head.closedAt),
  };
}

const times = (head: DeviceHead) => ({ createdAt: iso(head.createdAt), updatedAt: iso(head.lastAt) });

export const presentContact = (head: DeviceHead): ApiContact => ({
  id: head._id,
  name: textField(head, "name"),
  email: textField(head, "email"),
  phone: textField(head, "phone"),
  company: textField(head, "company"),
  ...times(head),
  fields: otherFields(head, "name", "email", "phone", "company"),
});
export const presentCompany = (head: DeviceHead): AnswerOf<"getCompany"> => ({
  id: head._id,
  name: textField(head, "name"),
  ...times(head),
  fields: otherFields(head, "name"),
});
export const presentAsset = (head: DeviceHead): AnswerOf<"getAsset"> => ({
  id: head._id,
  name: textField(head, "name"),
  room: textField(head, "room"),
  ...times(head),
  fields: otherFields(head, "name", "room"),
});
export const presentTeam = (head: DeviceHead): AnswerOf<"listTeams">["items"][number] => ({
  id: head._id,
  name: textField(head, "name") ?? textField(head, "title.en") ?? textField(head, "title.ru"),
});
export function presentAgent(head: DeviceHead): AnswerOf<"listAgents">["items"][number] {
  const teams = head.fields["teams"]?.value;
  return {
    id: head._id,
    name: textField(head, "name"),
    role: textField(head, "role"),
    teams: Array.isArray(teams) ? teams.filter((team): team is ThreadId => isThreadId(team)) : [],
    active: head.fields["active"]?.value !== false,
  };
}
export const presentThread = (head: DeviceHead): AnswerOf<"listContactThreads">["items"][number] => ({
  id: head._id,
  kind: head.kind === "ticket" ? "ticket" : "dialog",
  state: head.state,
  title: textField(head, head.kind === "ticket" ? "title" : "subject") ?? (head.last?.text || null),
  ...times(head),
});

/** What was said in a dialog, oldest first: edits, erasures and the ends of held replies are folded in. */
export function presentMessages(head: DeviceHead, items: readonly StampedItem[], link: FileLink): ApiMessage[] {
  const shown = new Map<string, ApiMessage>();
  for (const item of [...items].sort((a, b) => a.stamp.n - b.stamp.n)) {
    if (item.kind === "edit" || item.kind === "erase") {
      const of = shown.get(item.of);
      if (of === undefined) continue;
      if (item.kind === "edit") shown.set(item.of, { ...of, text: item.text, edited: true });
      else shown.set(item.of, { ...of, text: "", files: [], state: "erased" });
      continue;
    }
    if (item.kind === "resend") {
      if (item.stamp.verdict !== "sent") continue;
      const held = shown.get(item.of);
      if (held === undefined) continue;
      shown.delete(item.of); // the user has it where it was sent
      shown.set(item.id, {
        ...held,
        id: item.id,
        n: item.stamp.n,
        author: item.author,
        text: item.text ?? held.text,
        files: item.files === undefined ? held.files : item.files.map((file) => presentFile(item, file, link)),
        at: iso(item.stamp.at),
        state: "sent",
      });
      continue;
    }
    if (item.kind === "discard") {
      shown.delete(item.of);
      continue;
    }
    const message = presentMessage(head, item, link);
    if (message !== undefined) shown.set(item.id, message);
  }
  return [...shown.values()].sort((a, b) => a.n - b.n);
}

/** One item as a message; nothing for what says nothing. */
export function presentMessage(head: DeviceHead, item: StampedItem, link: FileLink): ApiMessage | undefined {
  if (item.kind !== "message" && item.kind !== "reply" && item.kind !== "note" && item.kind !== "notice") {
    return undefined;
  }
  if (item.stamp.verdict === "moved") return undefined; // it stands in the dialog that follows
  const undelivered = head.undelivered?.find((row) => row.id === item.id);
  const { verdict } = item.stamp;
  return {
    id: item.id,
    n: item.stamp.n,
    kind: item.kind,
    author: item.author,
    text: textOf(item),
    files: ("files" in item ? (item.files ?? []) : []).map((file) => presentFile(item, file, link)),
    replyTo: ("replyTo" in item ? item.replyTo : undefined) ?? null,
    at: iso(item.stamp.at),
    state: item.kind === "note" ? "noted" : verdict === "held" ? "held" : "sent",
    edited: false,
    delivery: undelivered === undefined ? null : { outcome: undelivered.outcome, code: undelivered.code ?? null },
  };
}

const textOf = (item: Extract<StampedItem, { kind: "message" | "reply" | "note" | "notice" }>): string =>
  item.kind === "notice" ? item.code : item.text;

const presentFile = (item: StampedItem, file: FileRef, link: FileLink): ApiMessage["files"][number] => ({
  name: file.name,
  type: file.type,
  size: file.size,
  sha256: file.sha,
  url: link({ thread: item.thread, item: item.id }, file),
});
