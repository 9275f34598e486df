import * as v from "valibot";
import { authorId } from "../kernel/schema.ts";
import { itemBase } from "./base.ts";

/** Adds or removes a watcher, who then sees the thread. */
export const watchItem = v.strictObject({
  ...itemBase,
  kind: v.literal("watch"),
  add: v.exactOptional(v.array(authorId)),
  remove: v.exactOptional(v.array(authorId)),
});
