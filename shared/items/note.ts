import * as v from "valibot";
import { authorId, text } from "../kernel/schema.ts";
import { files, itemBase } from "./base.ts";

/** An internal remark; the user never sees it. */
export const noteItem = v.strictObject({
  ...itemBase,
  kind: v.literal("note"),
  text,
  files: v.exactOptional(files),
  mentions: v.exactOptional(v.pipe(v.array(authorId), v.maxLength(50))),
});
