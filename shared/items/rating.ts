import * as v from "valibot";
import { text } from "../kernel/schema.ts";
import { itemBase } from "./base.ts";

/** A user's rating, 1 to 5, in the same chat. */
export const ratingItem = v.strictObject({
  ...itemBase,
  kind: v.literal("rating"),
  score: v.picklist([1, 2, 3, 4, 5]),
  comment: v.exactOptional(text),
});
