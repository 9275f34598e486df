import * as v from "valibot";
import { threadId } from "../kernel/schema.ts";
import { itemBase } from "./base.ts";

/** This person is not the same as another (any more): undoes every merge between the two, and keeps the desk from joining them by itself. */
export const unmergeItem = v.strictObject({
  ...itemBase,
  kind: v.literal("unmerge"),
  with: threadId,
});
