import { unreachable } from "../../shared/kernel/assert.ts";
import type { Cell } from "../../shared/ticket/cells.ts";
import type { Row, TicketContent, VisitSide } from "../../shared/ticket/content.ts";
import type { FieldEdit } from "../../shared/ticket/edits.ts";

/**
 * Content with edits made in it, by the plain reading of each: what a person sees while his typing is not a change yet. The
 * worker's answer takes its place a moment later; only it knows the rules of merging.
 */
export const withEdits = (content: TicketContent, edits: readonly FieldEdit[]): TicketContent =>
  edits.reduce(withEdit, content);

function withEdit(content: TicketContent, edit: FieldEdit): TicketContent {
  switch (edit.f) {
    case "text": {
      const text = content[edit.field];
      const at = Math.min(edit.at, text.length);
      return { ...content, [edit.field]: text.slice(0, at) + edit.insert + text.slice(at + edit.remove) };
    }
    case "set":
      return {
        ...content,
        fields: { ...content.fields, [edit.field]: { value: edit.value } },
        conflicts: content.conflicts.filter(({ cell }) => !isField(cell, edit.field)),
      };
    case "row": {
      const { list, row: id, text, done, removed } = edit;
      const rows = changed<Row>(content.lists[list] ?? [], id, {
        fresh: { id, text: "", done: false },
        set: { ...(text === undefined ? {} : { text }), ...(done === undefined ? {} : { done }) },
        removed: removed === true,
      });
      return { ...content, lists: { ...content.lists, [list]: rows } };
    }
    case "part": {
      const { f: _f, id, removed, ...set } = edit;
      const how = { fresh: { id, name: "", count: 1 }, set, removed: removed === true };
      return { ...content, parts: changed(content.parts, id, how) };
    }
    case "time": {
      const { f: _f, id, removed, ...set } = edit;
      const how = { fresh: { id, minutes: 0, what: "" }, set, removed: removed === true };
      return { ...content, time: changed(content.time, id, how) };
    }
    case "file": {
      const others = (content.files[edit.place] ?? []).filter(({ sha }) => sha !== edit.sha);
      const files = edit.file === null ? others : [...others, edit.file];
      return { ...content, files: { ...content.files, [edit.place]: files } };
    }
    case "visit":
      return { ...content, visit: withVisit(content.visit, edit) };
    default:
      return unreachable(edit);
  }
}

type Entry = { readonly id: string };
type How<Kind extends Entry> = { readonly fresh: Kind; readonly set: Partial<Kind>; readonly removed: boolean };

/** Entries in the order of their ids, with one changed, begun or removed. */
function changed<Kind extends Entry>(entries: readonly Kind[], id: string, how: How<Kind>): readonly Kind[] {
  const known = entries.find((entry) => entry.id === id);
  const others = entries.filter((entry) => entry.id !== id);
  if (how.removed) return others;
  const entry: Kind = { ...(known ?? how.fresh), ...how.set };
  return [...others, entry].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function withVisit(
  visit: TicketContent["visit"],
  { side, f: _f, ...said }: Extract<FieldEdit, { readonly f: "visit" }>,
): TicketContent["visit"] {
  const parts = Object.entries({ ...visit[side], ...said }).filter(([, value]) => value !== null);
  const own: VisitSide = Object.fromEntries(parts);
  const sides = { field: visit.field, desk: visit.desk, [side]: own };
  return { ...sides.desk, ...sides.field, ...sides };
}

const isField = (cell: Cell, id: string): boolean => cell.root === "fields" && cell.id === id;
