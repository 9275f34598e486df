import * as v from "valibot";
import { itemId } from "../kernel/schema.ts";
import { itemBase } from "./base.ts";

/** An agent decides of what failed or is unknown: the channel is to try it again, or it is left as it is. */
export const redeliverItem = v.strictObject({
  ...itemBase,
  kind: v.literal("redeliver"),
  of: itemId,
  act: v.picklist(["again", "leave"]),
});
