import * as v from "valibot";
import { base, itemBase } from "./base.ts";

/** Back on team. */
export const releaseItem = v.strictObject({
  ...itemBase,
  kind: v.literal("release"),
  base,
});
