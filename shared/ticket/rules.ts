import type { Cell } from "./cells.ts";
import type { CellScalar } from "./ops.ts";

/**
 * What becomes of cells that were written without one knowing of the other (U15); SPEC.md says it in words. (Texts have no
 * cells: the characters of both stay.)
 *
 *   union         everything that anybody added is there; a file goes when nobody is left who wants it
 *   any-yes       a tick by one is a tick
 *   edit-first    of an edit and a removal the edit is seen
 *   both          both values stay, the last is shown, until somebody chooses
 *   field-first   as `both` on one side; between the sides the word of the field counts
 */
export type MergeRule = "union" | "any-yes" | "edit-first" | "both" | "field-first";

/** The rule of a cell. */
export function ruleOf(cell: Cell): MergeRule {
  switch (cell.root) {
    case "fields":
      return "both";
    case "rows":
      return cell.part === "done" ? "any-yes" : cell.part === "live" ? "edit-first" : "both";
    case "parts":
    case "time":
      return cell.part === "live" ? "edit-first" : "both";
    case "files":
      return "union";
    case "visit":
      return "field-first";
  }
}

/** Whether a conflict of this rule asks somebody to choose. */
export const keepsBoth = (rule: MergeRule): boolean => rule === "both" || rule === "field-first";

/**
 * What a cell shows of the values that stand in it, in Automerge's order: the last, but a tick is a tick, a file that one
 * still wants is there, and an edit is seen before a removal (`live`: `true` or `false`). Nothing where none stands.
 */
export function shownOf(cell: Cell, values: readonly CellScalar[]): CellScalar | undefined {
  if (values.length === 0) return undefined;
  switch (ruleOf(cell)) {
    case "any-yes":
      return values.includes(true);
    case "edit-first":
      return values.some((value) => value !== 0);
    case "union":
      return values.findLast((value) => value !== null) ?? null;
    default:
      return values.at(-1);
  }
}
