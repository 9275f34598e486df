import { unreachable } from "../../shared/kernel/assert.ts";
import type { ItemId } from "../../shared/kernel/ids.ts";
import type { TicketContent } from "../../shared/ticket/content.ts";
import type { FieldEdit } from "../../shared/ticket/edits.ts";
import type { Unsent } from "../replica/port.ts";
import { type Companion, readCompanion } from "./companion.ts";
import { withEdits } from "./echo.ts";
import type { TicketEdit, TicketFault } from "./port.ts";
import { mergeTexts } from "./text-merge.ts";

/** Refusals of what one change is or brings; what stood on it is not touched by them. */
const isOfItself = (code: string): boolean =>
  code.startsWith("change-") || ["file-kind", "too-large", "too-deep", "malformed"].includes(code);
/** Refusals of a change's bytes; the same edits made anew may pass. */
const OF_BYTES: ReadonlySet<string> = new Set(["change-broken", "change-actor"]);
/** So often edits are written anew by themselves because of their bytes. */
const MOST_AGAIN = 2;

export type RefusedChange = { readonly id: ItemId; readonly companion: Companion };

/**
 * What becomes of the refused changes of one ticket, given all own unsent items of it in the order of writing. `again`: they
 * stood on a change that was refused for what it was, or their bytes were; their edits are written anew on what was admitted.
 * `shown`: everything else, what is `stuck`, such as work on a ticket that is not this person's any more.
 */
export function sortRefused(
  unsent: readonly Unsent[],
  stuck: ReadonlySet<ItemId> = new Set(),
): {
  readonly again: readonly RefusedChange[];
  readonly shown: readonly Unsent[];
} {
  const refused = new Map(unsent.filter(({ state }) => state === "refused").map((row) => [row.item.id, row]));
  const again: RefusedChange[] = [];
  const shown: Unsent[] = [];
  for (const row of refused.values()) {
    if (row.item.kind !== "change") continue;
    const companion = readCompanion(row.companion);
    if (companion !== undefined && !stuck.has(row.item.id) && isWorthIt(row, companion, refused))
      again.push({ id: row.item.id, companion });
    else shown.push(row);
  }
  return { again, shown };
}

function isWorthIt(row: Unsent, companion: Companion, refused: ReadonlyMap<ItemId, Unsent>): boolean {
  if (row.code !== "depends-on-refused") return OF_BYTES.has(row.code ?? "") && (companion.again ?? 0) < MOST_AGAIN;
  const root = rootOf(row, refused);
  return root?.item.kind === "change" && root.code !== undefined && isOfItself(root.code);
}

/** The refusal from which this one follows; nothing when it has left the journal. */
function rootOf(row: Unsent, refused: ReadonlyMap<ItemId, Unsent>): Unsent | undefined {
  const passed = new Set<ItemId>();
  let here: Unsent | undefined = row;
  while (here?.code === "depends-on-refused" && !passed.has(here.item.id)) {
    passed.add(here.item.id);
    here = (here.item.after ?? []).flatMap((id) => refused.get(id) ?? [])[0];
  }
  return here;
}

/** The edits of a change as they fit content as it is now; its splices become whole texts, merged with what stands there. */
export function editsNow(content: TicketContent, { edits, from }: Companion): readonly TicketEdit[] {
  const fields = [...new Set(edits.flatMap((edit) => (edit.f === "text" ? [edit.field] : [])))];
  const texts = fields.map((field): TicketEdit => {
    const base = from[field] ?? "";
    const splices = edits.filter((edit) => edit.f === "text" && edit.field === field);
    const mine = withEdits({ ...content, [field]: base }, splices)[field];
    return { f: "whole", field, text: mergeTexts({ base, mine, theirs: content[field] }) };
  });
  return [...texts, ...edits.filter((edit) => edit.f !== "text")];
}

/** A refused change as screens show it. */
export function faultOf({ item, code, companion }: Unsent): TicketFault {
  const edits = readCompanion(companion)?.edits ?? [];
  return { id: item.id, code: code ?? "malformed", edits, texts: textsOf(edits) };
}

/** What edits wrote, to be read and copied. */
export const textsOf = (edits: readonly FieldEdit[]): TicketFault["texts"] =>
  edits.flatMap((edit) => {
    const text = textOf(edit);
    return text === undefined || text === "" ? [] : [{ field: fieldOf(edit), text }];
  });

function fieldOf(edit: FieldEdit): string {
  switch (edit.f) {
    case "text":
    case "set":
      return edit.field;
    case "row":
      return edit.list;
    case "part":
      return "parts";
    case "time":
      return "time";
    case "file":
      return edit.place;
    case "visit":
      return "visit";
    default:
      return unreachable(edit);
  }
}

function textOf(edit: FieldEdit): string | undefined {
  switch (edit.f) {
    case "text":
      return edit.insert;
    case "set":
      return edit.value === null ? undefined : String(edit.value);
    case "row":
      return edit.text;
    case "part":
      return together(edit.name, edit.count);
    case "time":
      return together(edit.what, edit.minutes);
    case "file":
      return edit.file?.name;
    case "visit":
      return edit.signature?.name;
    default:
      return unreachable(edit);
  }
}

const together = (name: string | undefined, amount: number | undefined): string =>
  [name ?? "", amount ?? ""].filter((part) => part !== "").join(" · ");
