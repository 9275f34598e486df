import { isVisitor, mayGiveStatus } from "../../shared/policy/can.ts";
import type { Me } from "../../shared/protocol/desk-socket.ts";
import { missingFor } from "../../shared/thread/decide-ticket.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import { firstStatus, mayGo, type TicketField, type TicketStatus, type TicketType } from "../../shared/ticket/type.ts";
import { actorOf } from "./act-rules.ts";
import { fieldName } from "./ticket-types.ts";

/** `own`: it is decided as soon as it arrives; `visit`: it waits for the owner's acceptance (CL24). */
export type StatusRight = "own" | "visit";

/** How this person may set the status of a ticket; nothing where he may not. The server decides all the same. */
export function statusRight(head: DeviceHead, me: Me): StatusRight | undefined {
  const actor = actorOf(me);
  if (mayGiveStatus(actor, head)) return "own";
  return isVisitor(actor, head) ? "visit" : undefined;
}

/** A status that a ticket may be brought to from where it is. */
export type StatusChoice = {
  readonly status: TicketStatus;
  readonly isNow: boolean;
  /** Nothing: the way there is not this person's. */
  readonly as: StatusRight | undefined;
  /** Fields that must be filled first. */
  readonly missing: readonly TicketField[];
};

/**
 * Statuses that the type lets this person's role go to, in the type's order, and the present one. What is filled is asked of the
 * head's shown values: own typing that is not sent yet is put into them first (`withContent`).
 */
export function statusChoices(head: DeviceHead, type: TicketType, me: Me): readonly StatusChoice[] {
  const now = head.status ?? firstStatus(type)?.id;
  const right = statusRight(head, me);
  return type.statuses.flatMap((status): readonly StatusChoice[] => {
    if (status.id === now) return [{ status, isNow: true, as: undefined, missing: [] }];
    if (!mayGo(type, { from: now, to: status.id }, me.role)) return [];
    return [{ status, isNow: false, as: right, missing: missingFor(head, status.id, type) }];
  });
}

/** Fields that must be filled first, in words; a checklist with how far it is. */
export const missingWords = ({ missing }: StatusChoice, head: DeviceHead): string =>
  missing
    .map((field) => {
      const score = field.kind === "checklist" ? head.fields[`f.${field.id}`]?.value : undefined;
      return typeof score === "string" ? `${fieldName(field)} ${score}` : fieldName(field);
    })
    .join(", ");
