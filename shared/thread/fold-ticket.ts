import type { ItemOf } from "../items/registry.ts";
import type { StampedItem } from "../items/stamp.ts";
import type { AuthorId } from "../kernel/ids.ts";
import { DEFAULT_TICKET_TYPE, firstStatus } from "../ticket/type.ts";
import { isOffline, writtenAt } from "./context.ts";
import type { Draft } from "./fold-facts.ts";
import { closeThread, openThread, setFields } from "./fold-facts.ts";
import type { Head, HeldRow, Untold } from "./head.ts";

/** How many of those who owned it a ticket remembers (CL24). */
export const FORMER_OWNERS = 32;

/** A ticket begins: its number and first status, the dialog behind it, who sees it, and that its user is to be told. */
export function beginTicket(draft: Draft, item: StampedItem & ItemOf<"open">): void {
  const { stamp } = item;
  if (stamp.number !== undefined) draft.number = stamp.number;
  const status = stamp.status ?? firstStatus(DEFAULT_TICKET_TYPE)?.id;
  if (status !== undefined) draft.status = status;
  draft.formerOwners = [];
  if (item.dialog !== undefined) draft.links = [...draft.links, { to: item.dialog, relation: "dialog" }];
  if (item.shared !== undefined) draft.sharedWith = [...new Set(item.shared)];
  if (item.author.startsWith("agent.")) draft.watchers = [...draft.watchers, item.author];
  if (stamp.quiet === undefined) draft.untold = [...(draft.untold ?? []), untoldOf(item, { what: "created" })];
}

/** A status that was won moves the ticket, and its state along; the result of a visit waits (CL24). */
export function applyStatus(draft: Draft, item: StampedItem & ItemOf<"status">): void {
  const { stamp } = item;
  if (stamp.verdict !== "won") return applyVisit(draft, item);
  draft.status = item.status;
  if (stamp.state === "closed") closeThread(draft, stamp.at);
  else if (stamp.state === "open") openThread(draft);
  if (item.of !== undefined) draft.held = draft.held.filter((row) => row.id !== item.of);
  draft.lastAt = Math.max(draft.lastAt, stamp.at);
  if (stamp.quiet === undefined) {
    draft.untold = [...(draft.untold ?? []), untoldOf(item, { what: "status", status: item.status })];
  }
}

/** CL24: held for the owner. His own later result stands for his earlier one, so that one answer ends the visit. */
export function applyVisit(draft: Draft, item: StampedItem & ItemOf<"status">): void {
  const { verdict, ended, n } = item.stamp;
  if (verdict !== "held" || ended !== undefined) return;
  const row: HeldRow = { id: item.id, author: item.author, n, status: item.status };
  draft.held = [...draft.held.filter((held) => held.status === undefined || held.author !== item.author), row];
}

/** The short values that lists show of the content. */
export function applyChange(draft: Draft, item: StampedItem & ItemOf<"change">): void {
  const { set, at } = item.stamp;
  if (set !== undefined) setFields(draft, item, set);
  draft.lastAt = Math.max(draft.lastAt, at);
}

/** The user knows of these. */
export function applyTold(draft: Draft, item: StampedItem & ItemOf<"told">): void {
  draft.untold = (draft.untold ?? []).filter((event) => !item.of.includes(event.id));
}

/** With one more who owned it; the latest last, the oldest forgotten. */
export const withFormerOwner = (owners: NonNullable<Head["formerOwners"]>, owner: AuthorId): readonly AuthorId[] =>
  [...owners.filter((former) => former !== owner), owner].slice(-FORMER_OWNERS);

const untoldOf = (item: StampedItem, event: Pick<Untold, "what" | "status">): Untold => ({
  id: item.id,
  ...event,
  at: writtenAt(item),
  admittedAt: item.stamp.at,
  offline: isOffline(item, item.stamp.at),
});
