import * as v from "valibot";
import { itemId, text } from "../kernel/schema.ts";
import { fieldSet, files, itemBase } from "./base.ts";

/** What a user wrote; always admitted (CL23). */
export const messageItem = v.strictObject({
  ...itemBase,
  kind: v.literal("message"),
  text,
  files: v.exactOptional(files),
  replyTo: v.exactOptional(itemId),
  /** What only its channel knows (shared/channels says which names); written by the channel, never by a page. */
  extra: v.exactOptional(fieldSet),
});
