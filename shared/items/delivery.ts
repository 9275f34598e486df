import * as v from "valibot";
import { itemId, shortText } from "../kernel/schema.ts";
import { itemBase } from "./base.ts";

/**
 * What became of something that was to leave by a channel, where it did not simply leave: the desk says so. `failed`: it
 * will not leave by itself; `unknown`: the channel did not answer, it may have left; `sent`: it left after all.
 */
export const deliveryItem = v.strictObject({
  ...itemBase,
  kind: v.literal("delivery"),
  /** A reply, a resend or a notice of this dialog. */
  of: itemId,
  outcome: v.picklist(["failed", "unknown", "sent"]),
  /** Why, as a code that the reader's words explain (shared/channels/delivery-codes.ts). */
  code: v.exactOptional(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{1,40}$/))),
  /** What the channel said. */
  detail: v.exactOptional(shortText),
});
