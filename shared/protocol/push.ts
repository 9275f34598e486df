import * as v from "valibot";

/**
 * Web Push (RFC 8030, 8291, 8292): agents are called where they have no page open, users are told of answers.
 *
 * GET    /api/push                              -> { key }    the desk's VAPID public key, base64url
 * POST   /api/push/agent    subscriptionBody    -> 204        signed in; ends with the session
 * POST   /api/push/user     subscriptionBody    -> 204        Authorization: Bearer <the chat's secret>
 * DELETE /api/push          { endpoint }        -> 204        whoever knows an endpoint is its browser
 */
const base64url = (bytes: number) =>
  v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]+$/), v.maxLength(Math.ceil((bytes * 4) / 3) + 2));

export const subscriptionBody = v.strictObject({
  endpoint: v.pipe(v.string(), v.maxLength(2_000), v.regex(/^https?:\/\//)),
  keys: v.strictObject({ p256dh: base64url(65), auth: base64url(16) }),
  locale: v.picklist(["ru", "en"]),
  /** Of a user: the link's token whose page it is, so that a click opens it. */
  link: v.exactOptional(v.pipe(v.string(), v.maxLength(128))),
});
export type SubscriptionBody = v.InferOutput<typeof subscriptionBody>;
export const endpointBody = v.strictObject({ endpoint: v.pipe(v.string(), v.maxLength(2_000)) });
export type PushKeyAnswer = { readonly key: string };

/** What a worker is told; at most about 3 kB. Words are the subscriber's language's already. */
export const pushMessage = v.object({
  v: v.literal(1),
  title: v.string(),
  body: v.string(),
  /** Notices of one thread stand for each other. */
  tag: v.string(),
  /** Where a click leads: a path of this desk. */
  path: v.pipe(v.string(), v.regex(/^\/(?!\/)/)),
});
export type PushMessage = v.InferOutput<typeof pushMessage>;
