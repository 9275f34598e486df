import * as v from "valibot";
import { count, shortText } from "../kernel/schema.ts";
import { itemBase } from "./base.ts";

/** A rule closes a thread; `v` as the head stood. */
export const autoCloseItem = v.strictObject({
  ...itemBase,
  kind: v.literal("auto-close"),
  v: count,
  rule: v.exactOptional(shortText),
});
