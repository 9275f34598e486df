import * as v from "valibot";
import { itemBase } from "./base.ts";

/** Take the thread (CL6). */
export const claimItem = v.strictObject({
  ...itemBase,
  kind: v.literal("claim"),
});
