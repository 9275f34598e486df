import { filesOf } from "../../../shared/items/files-of.ts";
import type { Item } from "../../../shared/items/registry.ts";
import type { ItemAnswer, RefusalCode } from "../../../shared/items/stamp.ts";
import { itemDocId } from "../../../shared/kernel/ids.ts";

/** The answer to each item that names a file which the server will not have; `refusals`: its code, by the file's hash. */
export function refusedByFiles(
  items: readonly Item[],
  refusals: ReadonlyMap<string, string>,
): readonly Extract<ItemAnswer, { answer: "refused" }>[] {
  if (refusals.size === 0) return [];
  return items.flatMap((item) => {
    const file = filesOf(item).find(({ sha }) => refusals.has(sha));
    if (file === undefined) return [];
    const code = refusalOfFile(refusals.get(file.sha));
    return [{ id: itemDocId(item.thread, item.id), answer: "refused", code, detail: file.name } as const];
  });
}

/** An item's refusal by that of its file: what the upload says is of another list of codes. */
export const refusalOfFile = (code: string | undefined): RefusalCode =>
  code === "file-kind" || code === "too-large" || code === "forbidden" ? code : "malformed";
