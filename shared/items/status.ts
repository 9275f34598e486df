import * as v from "valibot";
import { shortText } from "../kernel/schema.ts";
import { base, itemBase } from "./base.ts";

/** A ticket's workflow status. */
export const statusItem = v.strictObject({
  ...itemBase,
  kind: v.literal("status"),
  base,
  status: shortText,
});
