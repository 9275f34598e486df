import * as v from "valibot";
import { LIMITS } from "../kernel/schema.ts";
import { files, itemBase } from "./base.ts";

/** One Automerge change of a ticket's content: an uncompressed change chunk as base64url (shared/ticket/SPEC.md). */
export const changeItem = v.strictObject({
  ...itemBase,
  kind: v.literal("change"),
  data: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]+$/), v.maxLength(Math.ceil((LIMITS.changeBytes * 4) / 3))),
  /** Files that the change puts into the ticket: the change waits for none, but each must be had and may be fetched by it. */
  files: v.exactOptional(files),
});
