import type { FieldSet } from "../items/base.ts";
import type { Json } from "../kernel/canonical.ts";
import type { Row, TicketContent } from "./content.ts";
import { rowsOf } from "./content.ts";
import { COMMON_CHECKLIST, COMMON_PLACES } from "./edits.ts";
import type { TicketField, TicketType } from "./type.ts";

/** How much of a text lists show, in UTF-16 units. */
const SHOWN_LENGTH = 200;
/** Custom fields that fit one item's field set beside the four others. */
const MOST_FIELDS = 56;

/**
 * The rows of a checklist of a ticket's type: those that the type names come first, touched or not, in its order; then what
 * people added. `name` has the type's words. A row that the type has put away is there where it was ticked or written in.
 */
export function checklistOf(
  content: TicketContent,
  field: Pick<TicketField, "id" | "rows">,
): readonly (Row & { readonly name?: { readonly ru: string; readonly en: string } })[] {
  const written = new Map(rowsOf(content, field.id).map((row) => [row.id, row]));
  const named = (field.rows ?? []).flatMap(({ id, name, archived }) => {
    const row = written.get(id) ?? { id, text: "", done: false };
    written.delete(id);
    return archived === true && !row.done && row.text === "" ? [] : [{ ...row, name }];
  });
  return [...named, ...written.values()];
}

/**
 * What lists, filters and the arbiter need of a ticket's content without Automerge (S50):
 *
 *   title        at most 200 characters
 *   f.<id>       a custom field's value; of a checklist "3/5", of files their number
 *   checks       "3/5" over all checklists
 *   conflicts    how many cells wait for somebody's choice
 *   finishedAt   when the visit ended
 *
 * What is empty is `null`. `type` gives the rows that its checklists have before anybody touches them.
 */
export function projectionOf(content: TicketContent, type?: Pick<TicketType, "fields">): FieldSet {
  const shown = new Map<string, Json>();
  for (const [id, { value }] of Object.entries(content.fields)) {
    shown.set(id, typeof value === "string" ? cut(value) || null : value);
  }
  const lists = listsOf(content, type);
  for (const [id, rows] of lists) if (id !== COMMON_CHECKLIST) shown.set(id, score(rows));
  for (const [place, files] of Object.entries(content.files)) {
    if (!COMMON_PLACES.some((common) => common === place)) shown.set(place, files.length);
  }
  const fields = [...shown].slice(0, MOST_FIELDS).map(([id, value]) => [`f.${id}`, value] as const);
  return {
    title: cut(content.title) || null,
    ...Object.fromEntries(fields),
    checks: score([...lists.values()].flat()),
    conflicts: content.conflicts.length,
    finishedAt: content.visit.finishedAt ?? null,
  };
}

/** What differs, as a stamp carries it: what is there no more is `null`. */
export function changedProjection(before: FieldSet, after: FieldSet): FieldSet {
  const changed: Record<string, Json> = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const value = after[name] ?? null;
    if (value !== (before[name] ?? null)) changed[name] = value;
  }
  return changed;
}

function listsOf(content: TicketContent, type: Pick<TicketType, "fields"> | undefined): Map<string, readonly Row[]> {
  const lists = new Map(Object.entries(content.lists));
  for (const field of type?.fields ?? []) {
    if (field.kind === "checklist") lists.set(field.id, checklistOf(content, field));
  }
  return lists;
}

function score(rows: readonly Row[]): string | null {
  return rows.length === 0 ? null : `${rows.filter((row) => row.done).length}/${rows.length}`;
}

/** Not in the middle of a character. */
function cut(text: string): string {
  if (text.length <= SHOWN_LENGTH) return text;
  const isSplit = (text.charCodeAt(SHOWN_LENGTH - 1) & 0xfc00) === 0xd800;
  return text.slice(0, isSplit ? SHOWN_LENGTH - 1 : SHOWN_LENGTH);
}
