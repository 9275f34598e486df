import * as v from "valibot";
import { ms, threadId } from "../../shared/kernel/schema.ts";
import { WEBHOOK_EVENTS } from "../../shared/protocol/v1/webhooks.ts";

/**
 * Documents of `desk-server`:
 *
 *   webhook:<id>               a subscription, its secret with it
 *   hook-out:<id>:<delivery>   one event on its way to it, and what became of it
 *   webhook-place              the feed's place up to which events were made
 */
const document = { _id: v.string(), _rev: v.exactOptional(v.string()) };

export const webhookDoc = v.object({
  ...document,
  id: v.string(),
  name: v.string(),
  url: v.string(),
  events: v.array(v.picklist(WEBHOOK_EVENTS)),
  teams: v.array(threadId),
  privateNetwork: v.boolean(),
  secret: v.string(),
  createdAt: ms,
  paused: v.exactOptional(v.picklist(["admin", "failures"])),
  pausedAt: v.exactOptional(ms),
  lastSuccessAt: v.exactOptional(ms),
  /** Since when nothing got through; absent while all is well. */
  failingSince: v.exactOptional(ms),
});
export type WebhookDoc = v.InferOutput<typeof webhookDoc>;

const tryDoc = v.object({
  at: ms,
  ms: v.number(),
  status: v.exactOptional(v.number()),
  problem: v.exactOptional(v.picklist(["private", "timeout", "unreachable", "status", "paused"])),
  answer: v.exactOptional(v.string()),
});
export const deliveryDoc = v.object({
  ...document,
  hook: v.string(),
  id: v.string(),
  /** Its place among the deliveries of its hook. */
  order: v.number(),
  event: v.picklist([...WEBHOOK_EVENTS, "ping"]),
  body: v.string(),
  at: ms,
  /** When its day of tries began: at first, or when somebody asked for it again. */
  since: ms,
  state: v.picklist(["waiting", "delivered", "failed"]),
  tries: v.number(),
  /** The latest ones. */
  log: v.array(tryDoc),
  nextTryAt: v.exactOptional(ms),
});
export type DeliveryDoc = v.InferOutput<typeof deliveryDoc>;
/** What is kept of it in memory. */
export type DeliveryRow = Omit<DeliveryDoc, "body" | "log"> & { readonly last?: DeliveryDoc["log"][number] };
