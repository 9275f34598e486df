import * as v from "valibot";
import { itemId } from "../kernel/schema.ts";
import { itemBase } from "./base.ts";

/** The author has seen that his command was lost or stale (CL20). */
export const ackItem = v.strictObject({
  ...itemBase,
  kind: v.literal("ack"),
  of: itemId,
});
