import * as v from "valibot";
import { shortText, text, threadId } from "../kernel/schema.ts";
import { base, files, itemBase, seen } from "./base.ts";

/** An agent's answer to the user (CL21, CL22). `via` names the ticket by whose owner it is fenced (CL28); `under` is then that ticket's. */
export const replyItem = v.strictObject({
  ...itemBase,
  kind: v.literal("reply"),
  text,
  files: v.exactOptional(files),
  buttons: v.exactOptional(v.pipe(v.array(shortText), v.maxLength(10))),
  under: base,
  seen,
  via: v.exactOptional(threadId),
});
