import type { Ms } from "../../shared/kernel/clock.ts";
import { type Random, randomDigits, SYSTEM, timeDigits } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import { type ContentValue, fieldOf, filesOf, rowsOf, type TicketContent } from "../../shared/ticket/content.ts";
import { projectionOf } from "../../shared/ticket/projection.ts";
import type { TicketField, TicketType } from "../../shared/ticket/type.ts";

/** Whether a custom field holds anything: a value, a row that was ticked or written, a file. */
export function holds(field: TicketField, content: TicketContent): boolean {
  if (field.kind === "file") return filesOf(content, field.id).length > 0;
  if (field.kind === "checklist") return rowsOf(content, field.id).some((row) => row.done || row.text !== "");
  const value = fieldOf(content, field.id)?.value;
  return typeof value === "string" ? value.trim() !== "" : value !== undefined && value !== null;
}

/** The head as it will be when the content that is shown has been admitted: what asks for filled fields reads it so. */
export const withContent = (head: DeviceHead, type: TicketType, content: TicketContent): DeviceHead => {
  const shown = Object.entries(projectionOf(content, type)).map(
    ([name, value]) => [name, { value, by: SYSTEM, n: 0, at: 0 }] as const,
  );
  return { ...head, fields: { ...head.fields, ...Object.fromEntries(shown) } };
};

/**
 * Custom fields as the card shows them, a row of one or two: as the type lays them out, then those that stand nowhere. What was
 * put away is shown where it still holds something.
 */
export function cardRows(type: TicketType, content: TicketContent): readonly (readonly TicketField[])[] {
  const isShown = (field: TicketField): boolean => field.archived !== true || holds(field, content);
  const shown = new Map(type.fields.filter(isShown).map((field) => [field.id, field]));
  const laid = type.layout.map((row) => row.flatMap((id) => shown.get(id) ?? [])).filter((row) => row.length > 0);
  const placed = new Set(type.layout.flat());
  return [...laid, ...[...shown.values()].filter(({ id }) => !placed.has(id)).map((field) => [field])];
}

/** What the content holds under names that its type does not know (any more). */
export function forgottenFields(
  type: TicketType,
  content: TicketContent,
): readonly { readonly id: string; readonly value: ContentValue }[] {
  const known = new Set(type.fields.map(({ id }) => id));
  return Object.entries(content.fields)
    .filter(([id, { value }]) => !known.has(id) && value !== null && value !== "")
    .map(([id, value]) => ({ id, value }));
}

/** An id for a new row: rows stand in the order of their ids, so it begins with the time. */
export const newEntryId = (at: Ms, random: Random): string => `${timeDigits(at)}${randomDigits(random, 6)}`;

/** A number as people type it: with a comma or a point; nothing where it is none. */
export function parseNumber(text: string): number | undefined {
  const plain = text.trim().replace(/\s/g, "").replace(",", ".");
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}
