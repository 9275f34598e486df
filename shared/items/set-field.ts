import * as v from "valibot";
import { fieldSet, itemBase } from "./base.ts";

/** Sets named fields; last admitted wins a field. `null` clears it. */
export const setFieldItem = v.strictObject({
  ...itemBase,
  kind: v.literal("set-field"),
  set: fieldSet,
});
