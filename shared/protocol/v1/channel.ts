import * as v from "valibot";
import { time } from "./parts.ts";

/**
 * The generic channel: any system brings its users' words and takes the answers (S37).
 *
 *   in    POST <hook>/messages | edits | erasures | presses | receipts | typing     token or signature of the channel
 *   out   POST <the channel's address>                                              signed, `X-Otklik-Delivery` is the message
 */
const id = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(200),
  v.description("Yours; the same one again changes nothing"),
);
const ofMessage = v.pipe(v.string(), v.minLength(1), v.maxLength(200));

export const channelUser = v.strictObject({
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(200), v.description("For ever the same for this user")),
  name: v.exactOptional(v.pipe(v.string(), v.maxLength(200))),
  email: v.exactOptional(v.pipe(v.string(), v.maxLength(254))),
  phone: v.exactOptional(v.pipe(v.string(), v.maxLength(40))),
  locale: v.exactOptional(v.picklist(["ru", "en"])),
  signature: v.exactOptional(
    v.pipe(
      v.string(),
      v.regex(/^[0-9a-f]{64}$/),
      v.description(
        'Says that e-mail and phone are his for sure: the hex HMAC-SHA256, under the channel\'s secret, of id + "\\n" + email + "\\n" + phone',
      ),
    ),
  ),
});
const file = v.strictObject({
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(255)),
  type: v.pipe(v.string(), v.maxLength(127)),
  url: v.exactOptional(v.pipe(v.string(), v.maxLength(2_000), v.regex(/^https?:\/\/[^\s]+$/))),
  base64: v.exactOptional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]*={0,2}$/))),
});
const at = v.exactOptional(time);

/** What the other system posts, by the last part of the address. */
export const CHANNEL_CALLS = {
  messages: v.strictObject({
    id,
    user: channelUser,
    text: v.pipe(v.string(), v.maxLength(20_000)),
    files: v.exactOptional(v.pipe(v.array(file), v.maxLength(20))),
    replyTo: v.exactOptional(ofMessage),
    at,
  }),
  edits: v.strictObject({
    id,
    user: channelUser,
    of: ofMessage,
    text: v.pipe(v.string(), v.minLength(1), v.maxLength(20_000)),
    at,
  }),
  erasures: v.strictObject({ id, user: channelUser, of: ofMessage, at }),
  presses: v.strictObject({
    id,
    user: channelUser,
    value: v.pipe(v.string(), v.minLength(1), v.maxLength(300)),
    label: v.exactOptional(v.pipe(v.string(), v.maxLength(300))),
    at,
  }),
  receipts: v.strictObject({
    of: ofMessage,
    state: v.picklist(["delivered", "read"]),
    upTo: v.exactOptional(v.boolean()),
    at,
  }),
  typing: v.strictObject({ user: v.pipe(v.string(), v.minLength(1), v.maxLength(200)), on: v.boolean() }),
} as const;
export type ChannelCall = keyof typeof CHANNEL_CALLS;

/** The answer to each: it is durable. */
export const channelTaken = v.strictObject({ ok: v.literal(true) });

/** What leaves for the other system. It answers 2xx, with `id` if it has a name of its own for the message. */
export const CHANNEL_OUT = {
  message: v.strictObject({
    type: v.literal("message"),
    id: v.pipe(v.string(), v.description("The same however often it is tried: take it once")),
    user: v.string(),
    text: v.string(),
    files: v.array(v.strictObject({ name: v.string(), type: v.string(), size: v.number(), base64: v.string() })),
    buttons: v.array(v.strictObject({ label: v.string(), value: v.string() })),
    replyTo: v.nullable(v.string()),
    by: v.nullable(v.string()),
    automatic: v.boolean(),
  }),
  typing: v.strictObject({ type: v.literal("typing"), user: v.string(), on: v.boolean() }),
  ping: v.strictObject({ type: v.literal("ping") }),
} as const;
export type ChannelMessageOut = v.InferOutput<(typeof CHANNEL_OUT)["message"]>;

/** How the other system says that it will never take a message: 422 with this. */
export const channelRefusal = v.object({
  code: v.exactOptional(v.string()),
  detail: v.exactOptional(v.string()),
});
