import * as v from "valibot";
import { itemId, shortText, text, threadId } from "../kernel/schema.ts";
import { base, fieldSet, files, itemBase, seen } from "./base.ts";

/** An agent's answer to the user (CL21, CL22). `via` names the ticket by whose owner it is fenced (CL28); `under` is then that ticket's. */
export const replyItem = v.strictObject({
  ...itemBase,
  kind: v.literal("reply"),
  text,
  files: v.exactOptional(files),
  buttons: v.exactOptional(v.pipe(v.array(shortText), v.maxLength(10))),
  /** The user's message that it answers, where a channel can show that. */
  replyTo: v.exactOptional(itemId),
  /** What only its channel knows: a template to be filled, a mail's subject and copies (shared/channels says which names). */
  extra: v.exactOptional(fieldSet),
  under: base,
  seen,
  via: v.exactOptional(threadId),
});
