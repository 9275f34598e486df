import * as v from "valibot";
import { itemId, shortText } from "../kernel/schema.ts";
import { base, itemBase } from "./base.ts";

/** A ticket's workflow status, one of its type's. `of`: accepts the held result of a visit with the same status (CL24). */
export const statusItem = v.strictObject({
  ...itemBase,
  kind: v.literal("status"),
  base,
  status: shortText,
  of: v.exactOptional(itemId),
});
