import type { Json } from "../kernel/canonical.ts";
import { applyItem } from "../thread/fold.ts";
import type { Head } from "../thread/head.ts";
import type { AnyItem, Attribution } from "./attribution.ts";
import { attributionOf, changeBytes } from "./attribution.ts";
import type { Cell } from "./cells.ts";
import { parseCell } from "./cells.ts";
import { openChunk } from "./chunk.ts";
import { ChunkError } from "./chunk-bytes.ts";
import type { TextRoot } from "./genesis.ts";
import type { CellScalar, TicketOp } from "./ops.ts";
import { readOps } from "./ops.ts";
import { shownOf } from "./rules.ts";

/** Facts of a head whose changes are told. */
const HEAD_FACTS = ["status", "owner", "team", "priority", "state", "respond", "resolve", "tags"] as const;
export type HeadFact = (typeof HEAD_FACTS)[number];

/** What was changed: a text or a cell of a ticket's content, a fact of the thread, or a named field of it. */
export type ChangedField =
  | { readonly kind: "text"; readonly root: TextRoot }
  | { readonly kind: "cell"; readonly cell: Cell }
  | { readonly kind: "fact"; readonly name: HeadFact }
  | { readonly kind: "field"; readonly name: string };

/**
 * Who changed what, when by both clocks, on which device, from what to what. Of a text `from` is what was taken out and
 * `to` what was put in; of an entry's `live` cell `true` is there and `false` removed; what was not there is `null`.
 */
export type FieldChange = Attribution & {
  readonly field: ChangedField;
  readonly from: Json;
  readonly to: Json;
  /** What is shown afterwards is something else: written without knowing of another's, which came out on top. */
  readonly isHidden?: true;
};

type Standing = { readonly id: string; readonly value: CellScalar };
/** Content as operations left it: characters by their names, and the values of each cell. */
type Replay = { readonly signs: Map<string, string>; readonly cells: Map<string, Standing[]> };

/**
 * Every field's changes in the order of `n`, then of the own device's unsent ones. Needs no Automerge: operations name what
 * they replace. `items` from the thread's first on; what stands behind a gap tells of content only.
 */
export function fieldHistory(items: readonly AnyItem[]): readonly FieldChange[] {
  const replay: Replay = { signs: new Map(), cells: new Map() };
  const rows: FieldChange[] = [];
  let head: Head | undefined;
  for (const item of items) {
    const by = attributionOf(item);
    if (item.kind === "change") rows.push(...contentChanges(replay, item).map((change) => ({ ...by, ...change })));
    if (item.stamp === undefined || item.stamp.n !== (head?.n ?? 0) + 1) continue;
    const after = applyItem(head, { ...item, stamp: item.stamp });
    rows.push(...factChanges(head, after, item).map((change) => ({ ...by, ...change })));
    head = after;
  }
  return rows;
}

type Change = Omit<FieldChange, keyof Attribution>;

function contentChanges(replay: Replay, item: AnyItem): Change[] {
  const ops = opsOf(item);
  const texts = new Map<TextRoot, { from: string; to: string }>();
  const cells = new Map<string, { readonly cell: Cell; readonly from: CellScalar; written: CellScalar }>();
  for (const op of ops) {
    if (op.kind === "insert" || op.kind === "remove") {
      const text = texts.get(op.root) ?? { from: "", to: "" };
      texts.set(op.root, text);
      if (op.kind === "insert") {
        replay.signs.set(op.id, op.text);
        text.to += op.text;
      } else {
        text.from += op.removes.map((id) => replay.signs.get(id) ?? "").join("");
      }
      continue;
    }
    const cell = parseCell(op.root, op.key);
    if (cell === undefined) continue;
    const key = `${op.root}/${op.key}`;
    const before = replay.cells.get(key) ?? [];
    const from = cells.get(key)?.from ?? shown(cell, before);
    const after = before.filter(({ id }) => !op.replaces.includes(id));
    if (op.kind === "put") after.push({ id: op.id, value: op.value });
    replay.cells.set(key, after.sort(compareIds));
    const written = op.kind === "put" ? (shownOf(cell, [op.value]) ?? null) : shown(cell, after);
    cells.set(key, { cell, from, written });
  }
  const ofTexts = [...texts].map(([root, { from, to }]): Change => ({ field: { kind: "text", root }, from, to }));
  const ofCells = [...cells].map(([key, { cell, from, written }]): Change => {
    const isHidden = shown(cell, replay.cells.get(key) ?? []) !== written;
    return { field: { kind: "cell", cell }, from, to: written, ...(isHidden ? { isHidden } : {}) };
  });
  return [...ofTexts.filter(({ from, to }) => from !== "" || to !== ""), ...ofCells.filter(isTold)];
}

/** Each edit of an entry touches its `live` cell; only coming and going are told. */
const isTold = ({ field, from, to }: Change): boolean =>
  field.kind !== "cell" || !("part" in field.cell) || field.cell.part !== "live" || from !== to;

function shown(cell: Cell, standing: readonly Standing[]): CellScalar {
  const value = shownOf(
    cell,
    standing.map((one) => one.value),
  );
  return value ?? null;
}

function opsOf(item: AnyItem): readonly TicketOp[] {
  const bytes = changeBytes(item);
  if (bytes === undefined) return [];
  try {
    return readOps(openChunk(bytes));
  } catch (error) {
    if (error instanceof ChunkError) return []; // was never admitted in this form
    throw error;
  }
}

/** Automerge's order of values in a cell: by counter, then by actor. */
function compareIds(a: Standing, b: Standing): number {
  const [counterA = "", actorA = ""] = a.id.split("@");
  const [counterB = "", actorB = ""] = b.id.split("@");
  return Number(counterA) - Number(counterB) || (actorA < actorB ? -1 : actorA > actorB ? 1 : 0);
}

function factChanges(before: Head | undefined, after: Head, item: AnyItem): Change[] {
  const rows: Change[] = [];
  for (const name of HEAD_FACTS) {
    const from = before === undefined ? null : factOf(before, name);
    const to = factOf(after, name);
    if (before === undefined ? to !== null && to !== "" : from !== to)
      rows.push({ field: { kind: "fact", name }, from, to });
  }
  if (item.kind !== "change" && before?.fields !== after.fields) {
    for (const [name, field] of Object.entries(after.fields)) {
      const from = before !== undefined && Object.hasOwn(before.fields, name) ? before.fields[name]?.value : undefined;
      if (field.n !== after.n || JSON.stringify(from) === JSON.stringify(field.value)) continue;
      rows.push({ field: { kind: "field", name }, from: from ?? null, to: field.value });
    }
  }
  return rows;
}

function factOf(head: Head, name: HeadFact): string | number | null {
  switch (name) {
    case "respond":
    case "resolve":
      return head.due?.[name] ?? null;
    case "tags":
      return head.tags.join(", ");
    default:
      return head[name] ?? null;
  }
}
