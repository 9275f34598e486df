import * as v from "valibot";
import { itemId, threadId } from "../kernel/schema.ts";
import { fieldSet, itemBase } from "./base.ts";

/** The desk tells the user something: a code and its parameters, words are the reader's locale's. */
export const noticeItem = v.strictObject({
  ...itemBase,
  kind: v.literal("notice"),
  code: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{1,40}$/)),
  params: v.exactOptional(fieldSet),
  via: v.exactOptional(threadId),
  /** The ticket's items that it tells of (S20). */
  of: v.exactOptional(v.pipe(v.array(itemId), v.maxLength(64))),
});
