import * as v from "valibot";
import { itemId } from "../kernel/schema.ts";
import { itemBase } from "./base.ts";

/** The user confirms that it is done. */
export const acceptItem = v.strictObject({
  ...itemBase,
  kind: v.literal("accept"),
  of: v.exactOptional(itemId),
});
