import { fitsCell, parseCell } from "./cells.ts";
import type { ContentSource } from "./content.ts";
import { TEXT_ROOTS } from "./genesis.ts";
import type { TicketOp } from "./ops.ts";

/** Limits of a ticket's content; texts in UTF-16 units. What was removed counts: it stands in the changes for ever. */
export const CONTENT_LIMITS = {
  text: 50_000,
  fields: 200,
  lists: 60,
  rowsPerList: 500,
  parts: 500,
  time: 500,
  files: 200,
  changes: 20_000,
} as const;

/** What one sees of a change by its operations alone: each must write into a text or a known cell a value that fits it. */
export function opsFault(ops: readonly TicketOp[]): "schema" | undefined {
  const isOdd = ops.some((op) => {
    if (op.kind !== "put" && op.kind !== "drop") return false;
    const cell = parseCell(op.root, op.key);
    return cell === undefined || (op.kind === "put" && !fitsCell(cell, op.value));
  });
  return isOdd ? "schema" : undefined;
}

/** Whether content has outgrown what a ticket may be. */
export function contentFault(source: Pick<ContentSource, "length" | "keys">): "too-large" | undefined {
  const entries = (root: "parts" | "time"): number => new Set(source.keys(root).map(entryOf)).size;
  const rows = new Map<string, Set<string>>();
  for (const key of source.keys("rows")) {
    const [list = "", row = ""] = key.split("/");
    rows.set(list, (rows.get(list) ?? new Set()).add(row));
  }
  const isTooLarge =
    TEXT_ROOTS.some((root) => source.length(root) > CONTENT_LIMITS.text) ||
    source.keys("fields").length > CONTENT_LIMITS.fields ||
    rows.size > CONTENT_LIMITS.lists ||
    [...rows.values()].some((list) => list.size > CONTENT_LIMITS.rowsPerList) ||
    entries("parts") > CONTENT_LIMITS.parts ||
    entries("time") > CONTENT_LIMITS.time ||
    source.keys("files").length > CONTENT_LIMITS.files;
  return isTooLarge ? "too-large" : undefined;
}

const entryOf = (key: string): string => key.slice(0, key.indexOf("/"));
