import * as v from "valibot";
import { authorId, ms } from "../../shared/kernel/schema.ts";

/**
 * Documents of `desk-server`:
 *
 *   push-keys               the desk's VAPID keys, made on the first start (RFC 8292); a new pair would end every subscription
 *   push:<32 hex>           a browser's subscription, by the SHA-256 of its endpoint
 *   push-mail:<thread>      up to which `u` a user was told by mail; written before it is sent
 */
export const keysDoc = v.object({ _id: v.string(), publicKey: v.string(), privateKey: v.string() });

export const subscriptionDoc = v.object({
  _id: v.string(),
  _rev: v.exactOptional(v.string()),
  author: authorId,
  /** Of an agent: with it the subscription ends. */
  session: v.exactOptional(v.string()),
  /** Of a user. */
  link: v.exactOptional(v.string()),
  endpoint: v.string(),
  keys: v.object({ p256dh: v.string(), auth: v.string() }),
  locale: v.picklist(["ru", "en"]),
  createdAt: ms,
});
export type SubscriptionDoc = v.InferOutput<typeof subscriptionDoc>;

export const mailedDoc = v.object({ _id: v.string(), _rev: v.exactOptional(v.string()), u: v.number(), at: ms });
