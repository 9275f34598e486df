import * as v from "valibot";
import { shortText, threadId } from "../kernel/schema.ts";
import { itemBase } from "./base.ts";

/** This person is the same as another (S3, U14): said in the person that stays in front. Neither loses anything. */
export const mergeItem = v.strictObject({
  ...itemBase,
  kind: v.literal("merge"),
  with: threadId,
  /** Why, as a code: `by-hand`, `verified-email` ... */
  reason: v.exactOptional(shortText),
});
