import * as v from "valibot";
import { type FileRef, file } from "./base.ts";
import type { Item } from "./registry.ts";

/** Every file that an item names, also in the fields of an article. */
export function filesOf(item: Item): readonly FileRef[] {
  const own = "files" in item && item.files !== undefined ? item.files : [];
  const set = "set" in item && item.set !== undefined ? item.set["files"] : undefined;
  if (set === undefined) return own;
  const read = v.safeParse(v.array(file), set);
  return read.success ? [...own, ...read.output] : own;
}
