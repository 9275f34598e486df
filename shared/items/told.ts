import * as v from "valibot";
import { itemId } from "../kernel/schema.ts";
import { itemBase } from "./base.ts";

/** The desk has told the user of these events of a ticket (S20): they leave the head's `untold`. */
export const toldItem = v.strictObject({
  ...itemBase,
  kind: v.literal("told"),
  of: v.pipe(v.array(itemId), v.minLength(1), v.maxLength(64)),
});
