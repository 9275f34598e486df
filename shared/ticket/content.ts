import type { FileRef } from "../items/base.ts";
import type { Ms } from "../kernel/clock.ts";
import type { Cell, Signature, VisitSideName } from "./cells.ts";
import { keyOfCell, parseCell, parseFile, parseSignature } from "./cells.ts";
import type { MapRoot, TextRoot } from "./genesis.ts";
import { MAP_ROOTS } from "./genesis.ts";
import type { CellScalar } from "./ops.ts";
import { keepsBoth, ruleOf, shownOf } from "./rules.ts";

/** A value with the change that wrote it, by its hash. */
export type WrittenValue = { readonly value: CellScalar; readonly change: string };
/** A field as it is shown; with `conflict` when several were written without one knowing of the other: `value` is the last of them. */
export type ContentValue = { readonly value: CellScalar; readonly conflict?: readonly WrittenValue[] };

/** A row of a checklist; `text` is empty for a row that the ticket's type names. */
export type Row = { readonly id: string; readonly text: string; readonly done: boolean };
/** A part that was used. */
export type Part = { readonly id: string; readonly name: string; readonly count: number };
/** Time that was spent. */
export type TimeSpent = { readonly id: string; readonly minutes: number; readonly what: string };
/** What one side says of a visit. */
export type VisitSide = { readonly startedAt?: Ms; readonly finishedAt?: Ms; readonly signature?: Signature };
/** A visit: what counts (the field's word before the desk's), and what each side said. */
export type Visit = VisitSide & { readonly field: VisitSide; readonly desk: VisitSide };

/** Values of one cell that are waiting for somebody to choose. */
export type Conflict = {
  readonly cell: Cell;
  /** At least two, the last is shown until somebody chooses. */
  readonly values: readonly WrittenValue[];
};

/** A ticket's content as plain values: the same for everybody who has the same changes. */
export type TicketContent = {
  readonly title: string;
  readonly description: string;
  readonly diagnosis: string;
  /** Custom fields by id; one that was never set is absent, one that was cleared is `null`. */
  readonly fields: Readonly<Record<string, ContentValue>>;
  /** Checklists by id, rows in the order of their ids. */
  readonly lists: Readonly<Record<string, readonly Row[]>>;
  readonly parts: readonly Part[];
  readonly time: readonly TimeSpent[];
  /** Files by place, in the order in which they came. */
  readonly files: Readonly<Record<string, readonly FileRef[]>>;
  readonly visit: Visit;
  readonly conflicts: readonly Conflict[];
};

/** Content of a ticket that nobody has written in. */
export const EMPTY_CONTENT: TicketContent = {
  title: "",
  description: "",
  diagnosis: "",
  fields: {},
  lists: {},
  parts: [],
  time: [],
  files: {},
  visit: { field: {}, desk: {} },
  conflicts: [],
};

/** A value that stands in a cell, and the counter of the operation that wrote it. */
export type StandingValue = WrittenValue & { readonly counter: number };
/** Where content is read from: texts and cells, a cell with all its standing values, the one shown last. */
export type ContentSource = {
  readonly text: (root: TextRoot) => string;
  /** Length of a text in UTF-16 units, cheaper than the text. */
  readonly length: (root: TextRoot) => number;
  readonly keys: (root: MapRoot) => readonly string[];
  readonly values: (root: MapRoot, key: string) => readonly StandingValue[];
};

type Standing = readonly StandingValue[];
type Entry = { readonly id: string; readonly cells: Map<string, { readonly shown: CellScalar }> };

/** Reads content by the rules of SPEC.md. Keys that no version of ours writes are passed over. */
export function readContent(source: Omit<ContentSource, "length">): TicketContent {
  const conflicts: Conflict[] = [];
  const fields: [string, ContentValue][] = [];
  const files: { readonly place: string; readonly counter: number; readonly ref: FileRef }[] = [];
  const rows = new Map<string, Map<string, Entry>>();
  const parts = new Map<string, Entry>();
  const time = new Map<string, Entry>();
  const visit = new Map<string, CellScalar>();

  for (const root of MAP_ROOTS) {
    for (const key of source.keys(root)) {
      const cell = parseCell(root, key);
      const standing = cell === undefined ? [] : source.values(root, key);
      const last = standing.at(-1);
      if (cell === undefined || last === undefined) continue;
      const value = shownOf(cell, standing.map(valueOf)) ?? null;
      if (keepsBoth(ruleOf(cell)) && differ(standing)) conflicts.push({ cell, values: standing.map(written) });
      switch (cell.root) {
        case "fields":
          fields.push([cell.id, fieldValue(standing, value)]);
          break;
        case "rows":
          entryOf(mapOf(rows, cell.list), cell.id).cells.set(cell.part, { shown: value });
          break;
        case "parts":
          entryOf(parts, cell.id).cells.set(cell.part, { shown: value });
          break;
        case "time":
          entryOf(time, cell.id).cells.set(cell.part, { shown: value });
          break;
        case "files": {
          const ref = typeof value === "string" ? parseFile(value) : undefined;
          if (ref !== undefined) files.push({ place: cell.place, counter: last.counter, ref });
          break;
        }
        case "visit":
          visit.set(keyOfCell(cell), value);
          break;
      }
    }
  }

  return {
    title: source.text("title"),
    description: source.text("description"),
    diagnosis: source.text("diagnosis"),
    fields: Object.fromEntries(fields.sort(([a], [b]) => compareText(a, b))),
    lists: Object.fromEntries(
      [...rows]
        .map(([list, entries]) => [list, alive(entries).map(readRow)] as const)
        .sort(([a], [b]) => compareText(a, b)),
    ),
    parts: alive(parts).map((part) => ({ id: part.id, name: textOf(part, "name"), count: amountOf(part, "count", 1) })),
    time: alive(time).map((spent) => ({
      id: spent.id,
      minutes: amountOf(spent, "minutes", 0),
      what: textOf(spent, "what"),
    })),
    files: groupFiles(files),
    visit: readVisit(visit),
    conflicts: conflicts.filter(({ cell }) => isSeen(cell, { rows, parts, time })).sort(compareConflicts),
  };
}

const differ = (standing: Standing): boolean => standing.some(({ value }) => value !== standing[0]?.value);
const valueOf = ({ value }: StandingValue): CellScalar => value;
const written = ({ value, change }: StandingValue): WrittenValue => ({ value, change });

function fieldValue(standing: Standing, value: CellScalar): ContentValue {
  return differ(standing) ? { value, conflict: standing.map(written) } : { value };
}

/** An entry of which nobody has said that it is gone is there. */
const isLive = ({ cells }: Entry): boolean => cells.get("live")?.shown !== false;

const alive = (entries: Map<string, Entry>): Entry[] =>
  [...entries.values()].filter(isLive).sort((a, b) => compareText(a.id, b.id));

function readRow({ id, cells }: Entry): Row {
  return { id, text: textOf({ id, cells }, "text"), done: cells.get("done")?.shown === true };
}

function textOf({ cells }: Entry, part: string): string {
  const value = cells.get(part)?.shown;
  return typeof value === "string" ? value : "";
}

function amountOf({ cells }: Entry, part: string, absent: number): number {
  const value = cells.get(part)?.shown;
  return typeof value === "number" ? value : absent;
}

function mapOf<Value>(maps: Map<string, Map<string, Value>>, key: string): Map<string, Value> {
  const known = maps.get(key);
  if (known !== undefined) return known;
  const made = new Map<string, Value>();
  maps.set(key, made);
  return made;
}

function entryOf(entries: Map<string, Entry>, id: string): Entry {
  const known = entries.get(id);
  if (known !== undefined) return known;
  const made: Entry = { id, cells: new Map() };
  entries.set(id, made);
  return made;
}

function groupFiles(
  files: { readonly place: string; readonly counter: number; readonly ref: FileRef }[],
): Record<string, readonly FileRef[]> {
  const places = new Map<string, FileRef[]>();
  files.sort((a, b) => compareText(a.place, b.place) || a.counter - b.counter || compareText(a.ref.sha, b.ref.sha));
  for (const { place, ref } of files) places.set(place, [...(places.get(place) ?? []), ref]);
  return Object.fromEntries(places);
}

/** What the field says of the end of a visit counts before what the desk says, whichever came last. */
function readVisit(cells: ReadonlyMap<string, CellScalar>): Visit {
  const field = readSide(cells, "field");
  const desk = readSide(cells, "desk");
  return { ...desk, ...field, field, desk };
}

function readSide(cells: ReadonlyMap<string, CellScalar>, side: VisitSideName): VisitSide {
  const startedAt = cells.get(`${side}/startedAt`);
  const finishedAt = cells.get(`${side}/finishedAt`);
  const signed = cells.get(`${side}/signature`);
  const signature = typeof signed === "string" ? parseSignature(signed) : undefined;
  return {
    ...(typeof startedAt === "number" ? { startedAt } : {}),
    ...(typeof finishedAt === "number" ? { finishedAt } : {}),
    ...(signature === undefined ? {} : { signature }),
  };
}

/** What stands in a removed row asks nobody anything. */
function isSeen(
  cell: Cell,
  entries: {
    readonly rows: ReadonlyMap<string, ReadonlyMap<string, Entry>>;
    readonly parts: ReadonlyMap<string, Entry>;
    readonly time: ReadonlyMap<string, Entry>;
  },
): boolean {
  if (cell.root === "fields" || cell.root === "visit" || cell.root === "files") return true;
  const entry = cell.root === "rows" ? entries.rows.get(cell.list)?.get(cell.id) : entries[cell.root].get(cell.id);
  return entry !== undefined && isLive(entry);
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const compareConflicts = (a: Conflict, b: Conflict): number =>
  compareText(a.cell.root, b.cell.root) || compareText(keyOfCell(a.cell), keyOfCell(b.cell));

/** What a custom field holds; nothing where it was never set. */
export const fieldOf = (content: TicketContent, id: string): ContentValue | undefined =>
  Object.hasOwn(content.fields, id) ? content.fields[id] : undefined;
/** The rows of a checklist. */
export const rowsOf = (content: TicketContent, list: string): readonly Row[] =>
  Object.hasOwn(content.lists, list) ? (content.lists[list] ?? []) : [];
/** The files of a place. */
export const filesOf = (content: TicketContent, place: string): readonly FileRef[] =>
  Object.hasOwn(content.files, place) ? (content.files[place] ?? []) : [];
