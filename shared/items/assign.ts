import * as v from "valibot";
import { authorId } from "../kernel/schema.ts";
import { base, itemBase } from "./base.ts";

/** A lead names the owner. */
export const assignItem = v.strictObject({
  ...itemBase,
  kind: v.literal("assign"),
  base,
  to: authorId,
});
