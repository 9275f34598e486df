import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { Api, GrammyError, HttpError } from "grammy";
import type { Ms } from "../../../shared/kernel/clock.ts";
import { ChannelError, type SendOutcome } from "../port.ts";

/** Longest wait for the answer to one call: an upload of 50 MB over a slow line. Asking for updates waits on its own. */
const CALL_SECONDS = 120;

/** Telegram's calls. The token is in the address: grammY keeps it out of errors, and nothing here logs an address. */
export function openTelegramApi(token: string, apiRoot: string): Api {
  // A connection a call: one that was kept and closed by the other side meanwhile would fail as "perhaps sent".
  const agent = apiRoot.startsWith("https:") ? new HttpsAgent({ keepAlive: false }) : new HttpAgent();
  return new Api(token, { apiRoot, timeoutSeconds: CALL_SECONDS, baseFetchConfig: { agent } });
}

/** What an error of a sending call means. Nothing here is tried again by itself. */
export function outcomeOf(error: unknown, scope: "chat" | "channel"): SendOutcome {
  if (error instanceof GrammyError) return refusal(error, scope);
  const detail = codeIn(error);
  return neverLeft(error)
    ? { t: "later", scope: "channel", ...(detail === undefined ? {} : { detail }) }
    : { t: "unknown", detail: detail ?? "no answer" };
}

function refusal(error: GrammyError, scope: "chat" | "channel"): SendOutcome {
  const { error_code: code, description: detail } = error;
  const says = (pattern: RegExp): boolean => pattern.test(detail);
  if (code === 429) return { t: "later", afterMs: retryAfter(error) ?? 1000, scope, detail };
  if (code === 401 || (code === 404 && says(/^Not Found$/))) return { t: "failed", code: "auth", detail };
  if (code === 403) {
    return { t: "failed", code: says(/deactivated|can't initiate/) ? "no-user" : "blocked", detail };
  }
  if (code === 413 || says(/too (?:big|large|long)/i)) return { t: "failed", code: "too-large", detail };
  if (says(/chat not found|user not found|PEER_ID_INVALID/i)) return { t: "failed", code: "no-user", detail };
  if (says(/PHOTO_|IMAGE_PROCESS_FAILED|wrong file|file type/i)) return { t: "failed", code: "file-kind", detail };
  // It broke on their side: whether before or after the message was made, they do not say.
  if (code >= 500) return { t: "unknown", detail };
  return { t: "failed", code: "rejected", detail };
}

/** Why updates, files or settings could not be had: for the admin, and for the wait before the next try. */
export function channelErrorOf(error: unknown): ChannelError {
  if (error instanceof ChannelError) return error;
  if (error instanceof GrammyError) {
    const { error_code: code, description } = error;
    if (code === 401 || code === 404) return new ChannelError("auth", description);
    if (code === 409) return new ChannelError("conflict", description);
    if (code === 429) return new ChannelError("rate", description, retryAfter(error));
    if (/file is too big/i.test(description)) return new ChannelError("too-large", description);
    return new ChannelError(code >= 500 ? "unreachable" : "rejected", description);
  }
  return new ChannelError("unreachable", codeIn(error) ?? "no answer");
}

const retryAfter = (error: GrammyError): Ms | undefined => {
  const seconds = error.parameters.retry_after;
  return seconds === undefined ? undefined : seconds * 1000;
};

/** Whether the connection was never made, so that nothing of ours can have arrived. */
function neverLeft(error: unknown): boolean {
  const inner: unknown = error instanceof HttpError ? error.error : error;
  const code = codeIn(inner);
  if (code === undefined) return false;
  if (["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"].includes(code)) return true;
  return code.startsWith("CERT_") || code.startsWith("ERR_TLS_") || code === "DEPTH_ZERO_SELF_SIGNED_CERT";
}

function codeIn(error: unknown): string | undefined {
  const inner: unknown = error instanceof HttpError ? error.error : error;
  if (!(inner instanceof Error)) return undefined;
  const code: unknown = Reflect.get(inner, "code");
  return typeof code === "string" ? code : inner.name;
}

/** grammY's types know the signal of another package; at work it is the same. */
export const asSignal = (signal: AbortSignal): Parameters<Api["getMe"]>[0] => signal as Parameters<Api["getMe"]>[0];
