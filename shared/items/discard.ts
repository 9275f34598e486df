import * as v from "valibot";
import { itemId } from "../kernel/schema.ts";
import { itemBase } from "./base.ts";

/** Ends a held reply: it is dropped. */
export const discardItem = v.strictObject({
  ...itemBase,
  kind: v.literal("discard"),
  of: itemId,
});
