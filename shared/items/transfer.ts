import * as v from "valibot";
import { threadId } from "../kernel/schema.ts";
import { base, itemBase } from "./base.ts";

/** To another team; owner becomes nobody. */
export const transferItem = v.strictObject({
  ...itemBase,
  kind: v.literal("transfer"),
  base,
  team: threadId,
});
