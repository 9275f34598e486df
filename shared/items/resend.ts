import * as v from "valibot";
import { itemId, text } from "../kernel/schema.ts";
import { files, itemBase, seen } from "./base.ts";

/** Ends a held reply: it is sent, as it was or with another text (CL21). */
export const resendItem = v.strictObject({
  ...itemBase,
  kind: v.literal("resend"),
  of: itemId,
  seen,
  text: v.exactOptional(text),
  files: v.exactOptional(files),
});
