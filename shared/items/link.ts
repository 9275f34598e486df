import * as v from "valibot";
import { threadId } from "../kernel/schema.ts";
import { itemBase } from "./base.ts";

/** Joins this thread to another. */
export const linkItem = v.strictObject({
  ...itemBase,
  kind: v.literal("link"),
  to: threadId,
  relation: v.picklist(["ticket", "dialog", "asset", "person", "related", "next"]),
});
