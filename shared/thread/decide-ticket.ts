import type { FieldSet } from "../items/base.ts";
import type { ItemOf } from "../items/registry.ts";
import type { Json } from "../kernel/canonical.ts";
import { kindOf } from "../kernel/ids.ts";
import type { Actor } from "../policy/actor.ts";
import { areLinked, isVisitor, mayGiveStatus } from "../policy/can.ts";
import type { TicketField, TicketType } from "../ticket/type.ts";
import { DEFAULT_TICKET_TYPE, firstStatus, mayGo, statusOf } from "../ticket/type.ts";
import type { DecideContext, Ruling, Undecided } from "./context.ts";
import { against, matches, refused, resolveBase, retry } from "./context.ts";
import { againstEnding, endedBefore } from "./decide-replies.ts";
import type { Head } from "./head.ts";

/** A ticket begins in its type's first status, with the desk's next number. */
export function beginTicket(context: DecideContext): Ruling {
  const first = firstStatus(context.ticketType ?? DEFAULT_TICKET_TYPE);
  return {
    verdict: "noted",
    ...(context.number === undefined ? {} : { number: context.number }),
    ...(first === undefined ? {} : { status: first.id }),
  };
}

/** Whether a ticket's `open` names a team, teams and a dialog where it should. */
export const isTicketAimed = (item: ItemOf<"open">): boolean =>
  item.team !== undefined &&
  kindOf(item.team) === "team" &&
  (item.dialog === undefined || kindOf(item.dialog) === "dialog") &&
  (item.shared?.every((team) => kindOf(team) === "team") ?? true);

const PROJECTED: ReadonlySet<string> = new Set(["title", "checks", "conflicts", "finishedAt"]);

/** Whether a set of fields would overwrite what a ticket's content says: only its changes may. */
export const touchesContent = (set: FieldSet): boolean =>
  Object.keys(set).some((name) => PROJECTED.has(name) || name.startsWith("f."));

/**
 * A ticket's status by its type (S50): known to it, a way that the role may go, the fields filled that it asks for. The
 * owner's, a lead's or the desk's; a member's where nobody owns it; a former owner's is held for the owner (CL24), who
 * accepts it by a status `of` it. Its state follows its status.
 */
export function decideStatus(head: Head, item: ItemOf<"status">, context: DecideContext): Ruling {
  if (context.isEnded?.(item.id) === true) return endedBefore(head);
  const type = context.ticketType ?? DEFAULT_TICKET_TYPE;
  const status = statusOf(type, item.status);
  if (status === undefined || status.archived === true) return against(head, "stale", "no-status");
  const foreign = againstStanding(head, item, context) ?? againstAcceptance(head, item, context);
  if (foreign !== undefined) return foreign;
  const isSame = head.status === item.status;
  if (isSame && item.of === undefined) return { verdict: "noop" };
  if (!isSame && !isOnTheWay(head, item, { type, actor: context.actor })) return against(head, "stale", "not-allowed");
  if (context.actor.kind !== "system" && !hasRequired(head, item.status, type)) {
    return against(head, "stale", "required");
  }
  const state = status.category === "closed" ? "closed" : "open";
  return {
    verdict: "won",
    ...(state === head.state ? {} : { state }),
    ...(isSame || status.quiet === true ? { quiet: true } : {}),
  };
}

/** CL8, CL24: who writes it, and under which ownership. The desk's own statuses need none. */
function againstStanding(head: Head, item: ItemOf<"status">, context: DecideContext): Ruling | undefined {
  const { actor } = context;
  if (actor.kind === "system") return undefined;
  const base = resolveBase(item.base, context);
  const stands = base !== "lost" && matches(head, base);
  const may = mayGiveStatus(actor, head);
  if (stands && may) return undefined;
  if (item.of === undefined && isVisitor(actor, head)) return against(head, "held", "visit");
  if (base === "lost") return against(head, "lost", "epoch");
  return against(head, "stale", stands ? "not-owner" : "epoch");
}

/** CL24: what is accepted is held, and is the same status. */
function againstAcceptance(head: Head, item: ItemOf<"status">, context: DecideContext): Ruling | undefined {
  const { of } = item;
  if (of === undefined) return undefined;
  const ended = againstEnding(head, { of }, context);
  if (ended !== undefined) return ended;
  const held = head.held.find((row) => row.id === of);
  return held?.status === item.status ? undefined : against(head, "stale", "not-allowed");
}

/** Accepting a visit also goes where technicians may go: the way is his who made it. */
function isOnTheWay(
  head: Head,
  item: ItemOf<"status">,
  { type, actor }: { readonly type: TicketType; readonly actor: Actor },
): boolean {
  const way = { from: head.status, to: item.status };
  if (mayGo(type, way, actor.kind === "agent" ? actor.role : "system")) return true;
  return item.of !== undefined && mayGo(type, way, "technician");
}

/** S50: every field that the status asks for is filled, as the projected content says. */
export const hasRequired = (head: Pick<Head, "fields">, status: string, type: TicketType): boolean =>
  missingFor(head, status, type).length === 0;

/** Fields that the status asks for and that are not filled: a checklist is when all of its rows are ticked. */
export function missingFor(head: Pick<Head, "fields">, status: string, type: TicketType): readonly TicketField[] {
  return type.fields.filter(
    (field) =>
      field.archived !== true &&
      field.requiredBy?.includes(status) === true &&
      !isFilled(field, head.fields[`f.${field.id}`]?.value),
  );
}

/** A checklist is projected as "3/5", files by their number. */
function isFilled({ kind }: TicketField, value: Json | undefined): boolean {
  if (value === undefined || value === null) return false;
  if (kind === "checklist") return typeof value === "string" && /^(\d+)\/\1$/.test(value);
  if (kind === "file") return value !== 0;
  return typeof value !== "string" || value.trim() !== "";
}

/** A change of the content, when all that it depends on is there and it leaves a ticket's content. */
export function decideChange(_head: Head, item: ItemOf<"change">, context: DecideContext): Ruling | Undecided {
  if (context.content === undefined) return { verdict: "noted" };
  const answer = context.content.check(item);
  if ("retry" in answer) return retry(answer.retry);
  if (!answer.ok) return refused(answer.code);
  return { verdict: "noted", ...(Object.keys(answer.set).length === 0 ? {} : { set: answer.set }) };
}

/** S22: the user's answer about a ticket of this dialog, to a notice and to nothing else. */
export function decideAccept(head: Head, item: ItemOf<"accept">, context: DecideContext): Ruling | Undecided {
  if (item.via !== undefined) {
    if (context.via === undefined) return refused("no-thread");
    if (!areLinked(head, context.via)) return refused("forbidden");
  }
  const notice = item.of === undefined ? undefined : context.earlier?.(item.of);
  if (notice === "refused") return refused("depends-on-refused");
  // A notice that a restore lost may come back after the answer to it.
  return notice?.kind === undefined || notice.kind === "notice" ? { verdict: "noted" } : refused("forbidden");
}
