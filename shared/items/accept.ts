import * as v from "valibot";
import { itemId, text, threadId } from "../kernel/schema.ts";
import { itemBase } from "./base.ts";

/**
 * The user's answer to "done, please check" (S22): the notice `of` about the ticket `via`. `reopen`: it is not done, with
 * what is wrong in `text`. Absent: he accepts.
 */
export const acceptItem = v.strictObject({
  ...itemBase,
  kind: v.literal("accept"),
  of: v.exactOptional(itemId),
  via: v.exactOptional(threadId),
  answer: v.exactOptional(v.picklist(["accept", "reopen"])),
  text: v.exactOptional(text),
});
