import type { Address, Email, Mailbox as ParsedMailbox } from "postal-mime";
import type { AutomaticKind, Mailbox } from "../../../shared/channels/email-extra.ts";
import type { Ms } from "../../../shared/kernel/clock.ts";

/** The first header of a name (in lower case), unfolded; nothing when there is none. */
export const headerOf = (mail: Email, name: string): string | undefined =>
  mail.headers.find(({ key }) => key === name)?.value;

const ADDRESS = /^[^\s@<>,;]{1,64}@[^\s@<>,;]{1,255}$/;

/** Addresses in lower case, groups taken apart; what is no address is left out. */
export function mailboxesOf(addresses: readonly Address[] | undefined): readonly Mailbox[] {
  const flat = (addresses ?? []).flatMap((one): readonly ParsedMailbox[] => (one.group ? one.group : [one]));
  return flat.flatMap(({ address, name }) => {
    const mail = address.trim().toLowerCase();
    if (!ADDRESS.test(mail)) return [];
    const shown = cleanWord(name);
    return [{ mail, ...(shown === "" || shown.toLowerCase() === mail ? {} : { name: shown }) }];
  });
}

/** A header's words as they can be shown: no control characters, one line, at most 300. */
export const cleanWord = (word: string): string =>
  word
    .replaceAll(/[\p{Cc}\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu, " ")
    .replaceAll(/\s+/g, " ")
    .trim()
    .slice(0, 300);

const NO_REPLY = /^(?:no-?reply|do-?not-?reply|noreply[.+-]\S*|mailer-daemon|postmaster|bounces?(?:[+-]\S*)?)@/;
const AUTO_SUBJECT =
  /^(?:auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office|автоответ|автоматический ответ|вне офиса|отсутствие на рабочем месте)(?!\p{L})/iu;

/** Whether a program wrote it, and what kind of one (RFC 3834, RFC 2919, and what common servers do). */
export function automaticKindOf(mail: Email, from: string): AutomaticKind | undefined {
  const value = (name: string): string => headerOf(mail, name)?.trim().toLowerCase() ?? "";
  const has = (name: string): boolean => headerOf(mail, name) !== undefined;
  const submitted = value("auto-submitted").split(/[;\s]/)[0] ?? "";
  const precedence = value("precedence");
  if (has("list-id") || has("list-post") || precedence === "list") return "list";
  if ((submitted !== "" && submitted !== "no") || precedence === "auto_reply") return "auto-reply";
  if (["x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from"].some(has)) return "auto-reply";
  if (AUTO_SUBJECT.test(mail.subject ?? "")) return "auto-reply";
  if (precedence === "bulk" || precedence === "junk" || has("list-unsubscribe") || has("feedback-id")) return "bulk";
  if (/\b(?:all|oof|autoreply)\b/.test(value("x-auto-response-suppress"))) return "bulk";
  if (value("return-path") === "<>" || NO_REPLY.test(from)) return "no-reply";
  return undefined;
}

/**
 * Whether the trusted server found that the address in From is its sender's (RFC 8601): DMARC passed, or DKIM of the very
 * domain. Only the topmost of its headers counts: servers write theirs above what came.
 */
export function isVerifiedSender(mail: Email, from: string, authServer: string | undefined): boolean {
  if (authServer === undefined) return false;
  const results = mail.headers
    .filter(({ key }) => key === "authentication-results")
    .map(({ value }) => value.replaceAll(/\([^()]*\)/g, " "))
    .find((value) => /^\s*([^\s;]+)/.exec(value)?.[1]?.toLowerCase() === authServer);
  if (results === undefined) return false;
  const domain = from.slice(from.lastIndexOf("@") + 1);
  for (const result of results.split(";").slice(1)) {
    const property = (name: string): string =>
      new RegExp(`\\b${name}\\s*=\\s*"?([^\\s";]+)`, "i").exec(result)?.[1]?.toLowerCase() ?? "";
    if (property("dmarc") === "pass" && (property("header\\.from") || domain) === domain) return true;
    const signer = property("header\\.d") || property("header\\.i").replace(/^.*@/, "");
    if (property("dkim") === "pass" && signer !== "" && (signer === domain || domain.endsWith(`.${signer}`)))
      return true;
  }
  return false;
}

const DAY = 24 * 60 * 60 * 1000;
/** Clocks that lost their power begin in 1970, 1980 or 2000; nobody's mail of before is answered by a desk. */
const FIRST_SANE = Date.UTC(2005, 0, 1);

/** When it was written: the Date header where it can be believed, else when it came. `kept`: the header that was not believed. */
export function writtenAt(mail: Email, cameAt: Ms): { readonly at: Ms; readonly kept?: string } {
  const header = headerOf(mail, "date");
  if (header === undefined) return { at: cameAt };
  const at = Date.parse(mail.date ?? "");
  if (Number.isNaN(at) || at < FIRST_SANE || at > cameAt + DAY) return { at: cameAt, kept: cleanWord(header) };
  return { at };
}
