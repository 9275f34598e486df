import * as v from "valibot";
import { shortText } from "../kernel/schema.ts";
import { base, itemBase, seen } from "./base.ts";

/** The owner ends the dialog (CL8). */
export const closeItem = v.strictObject({
  ...itemBase,
  kind: v.literal("close"),
  base,
  seen,
  reason: v.exactOptional(shortText),
});
