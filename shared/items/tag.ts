import * as v from "valibot";
import { itemBase, tags } from "./base.ts";

/** Tags added and removed. */
export const tagItem = v.strictObject({
  ...itemBase,
  kind: v.literal("tag"),
  add: v.exactOptional(tags),
  remove: v.exactOptional(tags),
});
