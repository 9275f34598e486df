import webPush from "web-push";
import type { PushMessage } from "../../shared/protocol/push.ts";
import type { Post, PostAnswer } from "../platform/signed-post.ts";
import type { SubscriptionDoc } from "./push-docs.ts";

/** The desk's VAPID keys and who answers for it (RFC 8292: a mailto or an https address). */
export type PushKeys = { readonly publicKey: string; readonly privateKey: string; readonly subject: string };

/** `gone`: the browser has ended it. `later`: it may be tried again. */
export type PushOutcome = "sent" | "gone" | "later" | "refused";

/** A call is of use for so long; after that the list of dialogs tells. Seconds. */
const TTL = 4 * 3_600;
const TIMEOUT_MS = 15_000;

type Parts = {
  readonly keys: PushKeys;
  readonly post: (post: Post) => Promise<PostAnswer>;
  /** Push services on this machine, for tests. */
  readonly privateNetwork: boolean;
};

/** Encrypts for one browser (RFC 8291, aes128gcm) and hands it to its push service, once. */
export async function sendPush(parts: Parts, to: SubscriptionDoc, message: PushMessage): Promise<PushOutcome> {
  let details: ReturnType<typeof webPush.generateRequestDetails>;
  try {
    details = webPush.generateRequestDetails({ endpoint: to.endpoint, keys: to.keys }, JSON.stringify(message), {
      vapidDetails: parts.keys,
      TTL,
      urgency: "high",
      // A later call of the same thread stands for one that has not been fetched.
      topic: message.tag.replaceAll(/[^A-Za-z0-9_-]/g, "").slice(-32),
    });
  } catch {
    return "gone"; // keys that are no point of the curve: it never was a subscription
  }
  const headers = Object.fromEntries(Object.entries(details.headers).map(([name, value]) => [name, String(value)]));
  const answer = await parts.post({
    url: to.endpoint,
    body: details.body ?? Buffer.alloc(0),
    headers,
    privateNetwork: parts.privateNetwork,
    timeoutMs: TIMEOUT_MS,
  });
  if (answer.t === "not-sent") return answer.why === "private" ? "gone" : "later";
  if (answer.t === "no-answer") return "refused"; // it may have come: a call is not worth a second one
  if (answer.status === 404 || answer.status === 410) return "gone";
  if (answer.status >= 200 && answer.status < 300) return "sent";
  return answer.status === 429 || answer.status >= 500 ? "later" : "refused";
}
