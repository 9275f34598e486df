import type { Attachment, Email } from "postal-mime";
import type { DeliveryCode } from "../../../shared/channels/delivery-codes.ts";
import { cleanWord, headerOf } from "./headers.ts";
import { dialogOfMessageId, readMessageIds } from "./message-ids.ts";

/** What a server says of a mail that it could not bring: of which (without brackets), and why. */
export type Bounce = { readonly of: string; readonly code: DeliveryCode; readonly detail: string };
export type BounceReading =
  | { readonly t: "bounce"; readonly bounce: Bounce }
  /** A report that nothing follows from: it is late but still on its way, or it arrived. */
  | { readonly t: "nothing" }
  /** A report of a mail that is not ours. */
  | { readonly t: "foreign" };

/** How servers say why, the clearest first: with an enhanced status, qmail's, with a status alone. */
const REASONS = [
  /\b[45]\d\d[ -]\d\.\d{1,3}\.\d{1,3}[^\n]*/,
  /^[^\n]{0,200}#[45]\.\d{1,3}\.\d{1,3}[^\n]*/m,
  /\b5\d\d\b[^\n]*/,
];

/** Reads a report of delivery (RFC 3464), or the older letters of Exim, qmail and others; nothing when it is none. */
export function readBounce(mail: Email): BounceReading | undefined {
  const status = mail.attachments.find(({ mimeType }) => mimeType === "message/delivery-status");
  const failed = headerOf(mail, "x-failed-recipients");
  if (status === undefined && failed === undefined && !isFromDaemon(mail)) return undefined;
  const of = originalId(mail);
  if (status === undefined) {
    if (of === undefined) return failed === undefined ? undefined : { t: "foreign" };
    const detail = REASONS.map((reason) => reason.exec(mail.text ?? "")?.[0]).find((one) => one !== undefined) ?? "";
    return {
      t: "bounce",
      bounce: {
        of,
        code: codeOf(/\d\.\d{1,3}\.\d{1,3}/.exec(detail)?.[0] ?? ""),
        detail: cleanWord(detail || (failed ?? "")),
      },
    };
  }
  const fields = withDiagnostic(fieldsOf(textOf(status)), mail.text ?? "");
  if (fields.action !== "failed") return { t: "nothing" };
  if (of === undefined) return { t: "foreign" };
  const detail = cleanWord(
    [fields.recipient, fields.diagnostic || fields.status].filter((word) => word !== "").join(": "),
  );
  return { t: "bounce", bounce: { of, code: codeOf(fields.status || fields.diagnostic), detail } };
}

const RETURNED = /undeliver|not delivered|returned|returning|fail|bounce|не\s?доставлен|возвращ/i;

/** A letter of a server that gives a mail back; a person may write as postmaster, too. */
const isFromDaemon = (mail: Email): boolean =>
  /^(?:mailer-daemon|postmaster)@/i.test(mail.from?.address ?? "") && RETURNED.test(mail.subject ?? "");

const textOf = ({ content }: Attachment): string =>
  typeof content === "string" ? content : new TextDecoder().decode(content);

/** The Message-ID of the mail that came back, when it is of a desk's form. */
function originalId(mail: Email): string | undefined {
  const parts = mail.attachments.filter(
    ({ mimeType }) => mimeType === "message/rfc822" || mimeType.startsWith("text/rfc822"),
  );
  const texts = [...parts.map((part) => textOf(part).slice(0, 64_000)), mail.text ?? ""];
  const ids = texts.flatMap((text) => {
    const header = /^message-id:\s*(<[^>]*>)/im.exec(text)?.[1];
    return header === undefined ? readMessageIds(/<otklik\.[^<>\s]+>/.exec(text)?.[0]) : readMessageIds(header);
  });
  const isReport = mail.attachments.some(({ mimeType }) => mimeType === "message/delivery-status");
  const names = isReport ? ["in-reply-to", "references"] : [];
  const referred = names.flatMap((name) => readMessageIds(headerOf(mail, name)));
  return [...ids, ...referred].find((id) => dialogOfMessageId(id) !== undefined);
}

type StatusFields = { action: string; status: string; diagnostic: string; recipient: string };

/** Of the first recipient that failed, else of the first one. */
function fieldsOf(text: string): StatusFields {
  const unfolded = text.replaceAll(/\r?\n[ \t]+/g, " ");
  const blocks = unfolded.split(/\r?\n\s*\r?\n/).map((block): StatusFields => {
    const field = (name: string): string => new RegExp(`^${name}\\s*:\\s*(.*)$`, "im").exec(block)?.[1]?.trim() ?? "";
    const bare = (value: string): string => value.replace(/^[a-z0-9-]+\s*;\s*/i, "");
    return {
      action: field("action").toLowerCase(),
      status: field("status"),
      diagnostic: bare(field("diagnostic-code")),
      recipient: bare(field("final-recipient")) || bare(field("original-recipient")),
    };
  });
  const named = blocks.filter(({ action }) => action !== "");
  return (
    named.find(({ action }) => action === "failed") ??
    named[0] ?? { action: "", status: "", diagnostic: "", recipient: "" }
  );
}

/** OpenSMTPD reports 5.0.0 and nothing more; what the other server said stands in the letter, behind the recipient. */
function withDiagnostic(fields: StatusFields, letter: string): StatusFields {
  if (fields.diagnostic !== "" || fields.recipient === "") return fields;
  const line = letter.split("\n").find((one) => one.trim().startsWith(`${fields.recipient}:`));
  const diagnostic =
    line
      ?.trim()
      .slice(fields.recipient.length + 1)
      .trim() ?? "";
  const status = /\b5\.\d{1,3}\.\d{1,3}\b/.exec(diagnostic)?.[0] ?? fields.status;
  return { ...fields, diagnostic, status };
}

/** Of an enhanced status (RFC 3463). */
function codeOf(status: string): DeliveryCode {
  if (/\b5\.1\.\d/.test(status)) return "no-user";
  if (/\b5\.(?:3\.4|2\.3)\b/.test(status)) return "too-large";
  if (/\b5\.7\.\d/.test(status)) return "rejected";
  return "bounced";
}
