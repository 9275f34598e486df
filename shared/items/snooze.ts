import * as v from "valibot";
import { ms } from "../kernel/schema.ts";
import { base, itemBase, seen } from "./base.ts";

/** Asleep until `until` (ms by the server's clock) or the user's next message. */
export const snoozeItem = v.strictObject({
  ...itemBase,
  kind: v.literal("snooze"),
  base,
  seen,
  until: ms,
});
