import * as v from "valibot";
import { count, shortText, threadId } from "../kernel/schema.ts";
import { itemBase } from "./base.ts";

/** A rule moves an unowned thread to a team; `v` as the head stood. */
export const routeItem = v.strictObject({
  ...itemBase,
  kind: v.literal("route"),
  v: count,
  team: threadId,
  rule: v.exactOptional(shortText),
});
