import * as v from "valibot";
import { authorId, threadId } from "../kernel/schema.ts";
import { itemBase } from "./base.ts";

/** Adds or removes watchers, who then see the thread: people, and whole teams (line 2 on a linked dialog, S17). */
export const watchItem = v.strictObject({
  ...itemBase,
  kind: v.literal("watch"),
  add: v.exactOptional(v.array(authorId)),
  remove: v.exactOptional(v.array(authorId)),
  addTeams: v.exactOptional(v.pipe(v.array(threadId), v.maxLength(20))),
  removeTeams: v.exactOptional(v.pipe(v.array(threadId), v.maxLength(20))),
});
