import { isVisitor, mayGiveStatus } from "../../shared/policy/can.ts";
import type { Me } from "../../shared/protocol/desk-socket.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import { firstStatus, mayGo, type TicketField, type TicketStatus, type TicketType } from "../../shared/ticket/type.ts";
import { actorOf } from "./act-rules.ts";

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
 * Statuses that the type lets this person's role go to, in the type's order, and the present one. `isFilled` tells what the
 * content holds; without it the head's shown values are asked.
 */
export function statusChoices(
  head: DeviceHead,
  type: TicketType,
  me: Me,
  isFilled: (field: TicketField) => boolean = (field) => isFilledInHead(head, field),
): readonly StatusChoice[] {
  const now = head.status ?? firstStatus(type)?.id;
  const right = statusRight(head, me);
  return type.statuses.flatMap((status): readonly StatusChoice[] => {
    if (status.id === now) return [{ status, isNow: true, as: undefined, missing: [] }];
    if (!mayGo(type, { from: now, to: status.id }, me.role)) return [];
    const missing = type.fields.filter(
      (field) => field.archived !== true && field.requiredBy?.includes(status.id) === true && !isFilled(field),
    );
    return [{ status, isNow: false, as: right, missing }];
  });
}

/** Whether the head's shown value of a field holds anything. */
export function isFilledInHead(head: DeviceHead, field: TicketField): boolean {
  const value = head.fields[`f.${field.id}`]?.value;
  if (typeof value === "string") return value.trim() !== "";
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}
