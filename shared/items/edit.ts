import * as v from "valibot";
import { itemId, text } from "../kernel/schema.ts";
import { itemBase } from "./base.ts";

/** A user's new text for an earlier message of his. */
export const editItem = v.strictObject({
  ...itemBase,
  kind: v.literal("edit"),
  of: itemId,
  text,
});
