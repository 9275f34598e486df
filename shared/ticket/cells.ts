import * as v from "valibot";
import type { FileRef } from "../items/base.ts";
import { file } from "../items/base.ts";
import { canonicalJson } from "../kernel/canonical.ts";
import { ms, sha } from "../kernel/schema.ts";
import type { MapRoot } from "./genesis.ts";
import type { CellScalar } from "./ops.ts";

/**
 * A ticket's cells: every value beside the three texts is one scalar under one flat key of a map that the genesis made. So
 * nobody ever makes an object, and two people's first rows of a list cannot hide one another.
 *
 *   fields  <id>                                    a custom field
 *   rows    <list>/<row>/text | done | live         a checklist's row
 *   parts   <id>/name | count | live
 *   time    <id>/minutes | what | live
 *   files   <place>/<sha>                           a file, as canonical JSON; `null` when it was taken away
 *   visit   field|desk/startedAt | finishedAt | signature
 *
 * `live` is 0 for what was removed and grows by one with each edit, so that of an edit and a removal at the same time the
 * edit is seen.
 */
export type Cell =
  | { readonly root: "fields"; readonly id: string }
  | { readonly root: "rows"; readonly list: string; readonly id: string; readonly part: "text" | "done" | "live" }
  | { readonly root: "parts"; readonly id: string; readonly part: "name" | "count" | "live" }
  | { readonly root: "time"; readonly id: string; readonly part: "minutes" | "what" | "live" }
  | { readonly root: "files"; readonly place: string; readonly sha: string }
  | { readonly root: "visit"; readonly side: VisitSideName; readonly part: "startedAt" | "finishedAt" | "signature" };

/** Whose word it is: the technician's on the spot, or somebody's at a desk. */
export type VisitSideName = "field" | "desk";
/** A signature: who signed, and the picture's content. */
export type Signature = { readonly name: string; readonly file: string };

/** Lengths in UTF-16 units. */
export const CELL_LIMITS = { field: 4_000, row: 500, name: 300, json: 1_000, signer: 200, count: 1_000_000 } as const;

/** A place or a list: `photos`, `manuals`, `checklist`, or a custom field's id. */
export const isPlaceId = (text: string): boolean => /^[a-z][a-z0-9-]{0,39}$/.test(text);
/** A row, a part, a span of time: made by a device, or named by the ticket's type. */
export const isEntryId = (text: string): boolean => /^[a-z0-9][a-z0-9-]{0,39}$/.test(text);

const signatureSchema = v.strictObject({
  name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(CELL_LIMITS.signer)),
  file: sha,
});

/** Which cell a key names; nothing when no ticket has such a cell. */
export function parseCell(root: MapRoot, key: string): Cell | undefined {
  const [a = "", b = "", c = "", ...more] = key.split("/");
  if (more.length > 0) return undefined;
  switch (root) {
    case "fields":
      return key === a && isPlaceId(a) ? { root, id: a } : undefined;
    case "rows": {
      const part = oneOf(c, ["text", "done", "live"]);
      return part !== undefined && isPlaceId(a) && isEntryId(b) ? { root, list: a, id: b, part } : undefined;
    }
    case "parts": {
      const part = oneOf(b, ["name", "count", "live"]);
      return part !== undefined && c === "" && isEntryId(a) ? { root, id: a, part } : undefined;
    }
    case "time": {
      const part = oneOf(b, ["minutes", "what", "live"]);
      return part !== undefined && c === "" && isEntryId(a) ? { root, id: a, part } : undefined;
    }
    case "files":
      return c === "" && isPlaceId(a) && v.is(sha, b) ? { root, place: a, sha: b } : undefined;
    case "visit": {
      const side = oneOf(a, ["field", "desk"]);
      const part = oneOf(b, ["startedAt", "finishedAt", "signature"]);
      return side !== undefined && part !== undefined && c === "" ? { root, side, part } : undefined;
    }
  }
}

function oneOf<Word extends string>(text: string, words: readonly Word[]): Word | undefined {
  return words.find((word) => word === text);
}

/** The key of a cell in its root. */
export function keyOfCell(cell: Cell): string {
  switch (cell.root) {
    case "fields":
      return cell.id;
    case "rows":
      return `${cell.list}/${cell.id}/${cell.part}`;
    case "parts":
    case "time":
      return `${cell.id}/${cell.part}`;
    case "files":
      return `${cell.place}/${cell.sha}`;
    case "visit":
      return `${cell.side}/${cell.part}`;
  }
}

/** Whether a value may stand in a cell: `null` clears a field, a file, and what a side said of its visit. */
export function fitsCell(cell: Cell, value: CellScalar): boolean {
  switch (cell.root) {
    case "fields":
      return typeof value === "string" ? value.length <= CELL_LIMITS.field : isFiniteOrNot(value);
    case "rows":
      if (cell.part === "done") return typeof value === "boolean";
      return cell.part === "text" ? isText(value, CELL_LIMITS.row) : isCount(value);
    case "parts":
      if (cell.part === "count") return isAmount(value);
      return cell.part === "name" ? isText(value, CELL_LIMITS.name) : isCount(value);
    case "time":
      if (cell.part === "minutes") return isAmount(value);
      return cell.part === "what" ? isText(value, CELL_LIMITS.name) : isCount(value);
    case "files":
      return value === null || (typeof value === "string" && parseFile(value)?.sha === cell.sha);
    case "visit":
      if (value === null) return true;
      if (cell.part !== "signature") return v.is(ms, value);
      return typeof value === "string" && parseSignature(value) !== undefined;
  }
}

const isText = (value: CellScalar, limit: number): boolean => typeof value === "string" && value.length <= limit;
const isCount = (value: CellScalar): boolean => typeof value === "number" && Number.isInteger(value) && value >= 0;
const isAmount = (value: CellScalar): boolean => typeof value === "number" && value >= 0 && value <= CELL_LIMITS.count; // NaN is neither
const isFiniteOrNot = (value: CellScalar): boolean => typeof value !== "number" || Number.isFinite(value);

/** A file as its cell holds it. */
export const fileText = (ref: FileRef): string => canonicalJson(ref);
export const signatureText = (signature: Signature): string => canonicalJson(signature);

/** Reads a file's cell; nothing when it is no file. */
export function parseFile(text: string): FileRef | undefined {
  return parseJson(text, file);
}

/** Reads a signature's cell; one without a name is none. */
export function parseSignature(text: string): Signature | undefined {
  return parseJson(text, signatureSchema);
}

function parseJson<Value>(text: string, schema: v.GenericSchema<unknown, Value>): Value | undefined {
  if (text.length > CELL_LIMITS.json) return undefined;
  try {
    const read = v.safeParse(schema, JSON.parse(text));
    return read.success ? read.output : undefined;
  } catch {
    // Not JSON: no such value.
    return undefined;
  }
}
