import * as v from "valibot";
import { count } from "../kernel/schema.ts";
import { itemBase } from "./base.ts";

/** The desk wakes a snoozed thread; `v` as the head stood. */
export const wakeItem = v.strictObject({
  ...itemBase,
  kind: v.literal("wake"),
  v: count,
});
