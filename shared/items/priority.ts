import * as v from "valibot";
import { itemBase } from "./base.ts";

/** 0 low, 1 normal, 2 high, 3 urgent. */
export const priorityItem = v.strictObject({
  ...itemBase,
  kind: v.literal("priority"),
  value: v.picklist([0, 1, 2, 3]),
});
