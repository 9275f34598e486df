import type { SendOutcome, TestAnswer } from "../port.ts";
import { VkError, VkUnreachable } from "./api.ts";

/** What an error of `messages.send` says of the message (dev.vk.com/ru/reference/errors). */
export function outcomeOfError(error: unknown): SendOutcome {
  if (error instanceof VkUnreachable) {
    return error.isSent
      ? { t: "unknown", detail: error.message }
      : { t: "later", scope: "channel", detail: error.message };
  }
  if (!(error instanceof VkError)) return { t: "unknown", detail: error instanceof Error ? error.name : "failed" };
  const { code, message } = error;
  const detail = `${code}: ${message}`.slice(0, 300);
  switch (code) {
    case 6: // too many requests per second
      return { t: "later", scope: "channel", afterMs: 1_000, detail };
    case 9: // flood control: too many alike
      return { t: "later", scope: "chat", afterMs: 60_000, detail };
    case 14: // captcha
    case 29: // the method's limit is reached
      return { t: "later", scope: "channel", afterMs: 600_000, detail };
    case 1:
    case 10: // VK broke in the middle; the same random_id makes one message of it
      return { t: "unknown", detail };
    case 5:
    case 7:
    case 15:
    case 27:
    case 28:
      return { t: "failed", code: "auth", detail };
    case 900:
    case 901:
    case 902:
      return { t: "failed", code: "blocked", detail };
    case 18:
    case 113:
    case 917:
    case 936:
      return { t: "failed", code: "no-user", detail };
    case 914:
      return { t: "failed", code: "too-large", detail };
    case 22: // an upload failed
    case 105: // a document that VK does not take
    case 129: // not a photo
      return { t: "failed", code: "file-kind", detail };
    default:
      return { t: "failed", code: "rejected", detail };
  }
}

/** Before `messages.send` was asked nothing can have left. */
export function outcomeBeforeSend(error: unknown): SendOutcome {
  const outcome = outcomeOfError(error);
  return outcome.t === "unknown" ? { ...outcome, t: "later", scope: "channel" } : outcome;
}

/** A failure in words of the settings' test. */
export function codeOfError(error: unknown): Extract<TestAnswer, { ok: false }> {
  if (error instanceof VkError) {
    const detail = `${error.code}: ${error.message}`.slice(0, 300);
    if (error.code === 5 || error.code === 27 || error.code === 28) return { ok: false, code: "auth", detail };
    return { ok: false, code: error.code === 7 || error.code === 15 ? "forbidden" : "rejected", detail };
  }
  return { ok: false, code: "unreachable", detail: error instanceof Error ? error.message : "failed" };
}
