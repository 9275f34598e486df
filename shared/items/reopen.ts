import * as v from "valibot";
import { itemBase } from "./base.ts";

/** Back into work, by anyone who may. */
export const reopenItem = v.strictObject({
  ...itemBase,
  kind: v.literal("reopen"),
});
