import * as v from "valibot";
import { ms } from "../kernel/schema.ts";
import { itemBase } from "./base.ts";

/** By when somebody must have answered, and by when it must be done; `null` takes a time away. The last admitted wins. */
export const dueItem = v.strictObject({
  ...itemBase,
  kind: v.literal("due"),
  respond: v.exactOptional(v.nullable(ms)),
  resolve: v.exactOptional(v.nullable(ms)),
});
