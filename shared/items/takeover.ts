import * as v from "valibot";
import { authorId } from "../kernel/schema.ts";
import { base, itemBase } from "./base.ts";

/** Take it from an owner who is away, or by role (CL7); `from` is the owner that was shown. */
export const takeoverItem = v.strictObject({
  ...itemBase,
  kind: v.literal("takeover"),
  base,
  from: v.exactOptional(authorId),
});
