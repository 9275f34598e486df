import type { Attribution } from "./attribution.ts";
import type { Cell } from "./cells.ts";
import { parseFile, parseSignature } from "./cells.ts";
import type { TicketContent } from "./content.ts";
import type { FieldEdit } from "./edits.ts";
import type { CellScalar } from "./ops.ts";

/** One of the values that somebody is to choose from, with all who wrote it, the last of them last. */
export type Choice = {
  readonly value: CellScalar;
  /** By change; `by` is absent when its item is not at hand. */
  readonly written: readonly { readonly change: string; readonly by?: Attribution }[];
};
/** A card that shows what several wrote into one cell without one knowing of the other. */
export type ConflictCard = {
  readonly cell: Cell;
  /** At least two; the last one is shown until somebody chooses. */
  readonly choices: readonly Choice[];
};

/** What waits for somebody's choice, with who wrote each value and when. */
export function conflictsOf(
  content: TicketContent,
  attributions: ReadonlyMap<string, Attribution> = new Map(),
): readonly ConflictCard[] {
  return content.conflicts.map(({ cell, values }) => {
    const choices = new Map<CellScalar, Choice["written"]>();
    for (const { value, change } of values) {
      const by = attributions.get(change);
      const earlier = choices.get(value) ?? [];
      choices.delete(value); // the last written comes last
      choices.set(value, [...earlier, by === undefined ? { change } : { change, by }]);
    }
    return { cell, choices: [...choices].map(([value, written]) => ({ value, written })) };
  });
}

/**
 * The edit that puts a value into a cell: a choice on a conflict card, an undo, an earlier value from the history. Nothing
 * when the value is none for that cell.
 */
export function editOfCell(cell: Cell, value: CellScalar): FieldEdit | undefined {
  switch (cell.root) {
    case "fields":
      return { f: "set", field: cell.id, value };
    case "rows": {
      const row = { f: "row", list: cell.list, row: cell.id } as const;
      if (cell.part === "text") return typeof value === "string" ? { ...row, text: value } : undefined;
      if (cell.part === "done") return { ...row, done: value === true };
      return { ...row, removed: value === 0 };
    }
    case "parts": {
      const part = { f: "part", id: cell.id } as const;
      if (cell.part === "name") return typeof value === "string" ? { ...part, name: value } : undefined;
      if (cell.part === "count") return typeof value === "number" ? { ...part, count: value } : undefined;
      return { ...part, removed: value === 0 };
    }
    case "time": {
      const spent = { f: "time", id: cell.id } as const;
      if (cell.part === "what") return typeof value === "string" ? { ...spent, what: value } : undefined;
      if (cell.part === "minutes") return typeof value === "number" ? { ...spent, minutes: value } : undefined;
      return { ...spent, removed: value === 0 };
    }
    case "files": {
      const file = typeof value === "string" ? parseFile(value) : null;
      return file === undefined ? undefined : { f: "file", place: cell.place, sha: cell.sha, file };
    }
    case "visit": {
      const visit = { f: "visit", side: cell.side } as const;
      if (cell.part !== "signature") {
        return value === null || typeof value === "number" ? { ...visit, [cell.part]: value } : undefined;
      }
      const signature = typeof value === "string" ? parseSignature(value) : null;
      return signature === undefined ? undefined : { ...visit, signature };
    }
  }
}
