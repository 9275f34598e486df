import * as v from "valibot";
import { authorId } from "../kernel/schema.ts";
import { base, itemBase } from "./base.ts";

/** The owner gives it to another. */
export const handoverItem = v.strictObject({
  ...itemBase,
  kind: v.literal("handover"),
  base,
  to: authorId,
});
