import * as v from "valibot";
import { itemId } from "../kernel/schema.ts";
import { itemBase } from "./base.ts";

/** A user took a message back; the text stays in the log, the screen hides it. */
export const eraseItem = v.strictObject({
  ...itemBase,
  kind: v.literal("erase"),
  of: itemId,
});
