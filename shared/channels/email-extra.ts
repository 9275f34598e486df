import * as v from "valibot";
import type { FieldSet } from "../items/base.ts";
import { isThreadId, type ThreadId } from "../kernel/ids.ts";
import { sha } from "../kernel/schema.ts";

const place = v.pipe(v.number(), v.integer(), v.minValue(0));
const line = v.pipe(v.string(), v.maxLength(998));
const mailbox = v.strictObject({ mail: line, name: v.exactOptional(line) });
/** A person in a mail's header: address in lower case, and the name that stood beside it. */
export type Mailbox = v.InferOutput<typeof mailbox>;

/** Why a mail counts as written by a program: nothing answers it by itself. */
export const AUTOMATIC_KINDS = ["auto-reply", "list", "bulk", "no-reply"] as const;
export type AutomaticKind = (typeof AUTOMATIC_KINDS)[number];

/** What a message that came by mail carries in `extra`, a name a field; `from` is always there. */
const mailExtra = v.object({
  from: mailbox,
  subject: v.exactOptional(line),
  to: v.exactOptional(v.array(mailbox)),
  cc: v.exactOptional(v.array(mailbox)),
  /** The Date header as it stood, where it could not be believed. */
  date: v.exactOptional(line),
  /** Where in `text` the signature and the quoted mail begin; both reach to the end, the signature at most to the quote. */
  signature: v.exactOptional(place),
  quoted: v.exactOptional(place),
  /** The mail as sent: SHA-256 of the file with its HTML, packed by gzip so that nobody can open it as a page. */
  html: v.exactOptional(sha),
  /** Pictures that the HTML shows: their Content-ID, and the SHA-256 of the file. */
  cids: v.exactOptional(v.record(v.string(), sha)),
  /** The text is cut; all of it stands in a file. */
  shortened: v.exactOptional(v.literal(true)),
  /** Written by a program; `automatic`, which every channel knows, stands beside it. */
  program: v.exactOptional(v.picklist(AUTOMATIC_KINDS)),
  calendar: v.exactOptional(line),
  crypt: v.exactOptional(v.picklist(["signed", "encrypted"])),
});
export type MailExtra = v.InferOutput<typeof mailExtra>;

/** What a mail says beside its text; nothing when a message is of another channel. */
export function readMailExtra(extra: FieldSet | undefined): MailExtra | undefined {
  if (extra === undefined) return undefined;
  const mail = v.safeParse(mailExtra, extra);
  return mail.success ? mail.output : undefined;
}

const replyMail = v.object({
  /** Instead of "Re: ..." of the dialog's subject. */
  subject: v.exactOptional(v.pipe(v.string(), v.maxLength(300))),
  /** Addresses that get a copy. */
  cc: v.exactOptional(v.array(v.pipe(v.string(), v.maxLength(320)))),
  /** Everybody who got the user's last mail gets a copy. */
  replyAll: v.exactOptional(v.boolean()),
});
/** `reply.extra.mail`: what an agent may say of a mail that leaves. */
export type ReplyMail = v.InferOutput<typeof replyMail>;

/** What an agent said of a mail that leaves; nothing asked for when it cannot be read. */
export function readReplyMail(extra: FieldSet | undefined): ReplyMail {
  const mail = v.safeParse(replyMail, extra?.["mail"]);
  return mail.success ? mail.output : {};
}

/**
 * A dialog's token, for the subject: `[#01kb...]`. It is the dialog's own id, of which 40 bits are chance: nobody guesses it
 * who has not been written to.
 */
export const subjectToken = (thread: ThreadId): string => `[#${thread.slice(thread.indexOf(".") + 1)}]`;

const TOKEN = /\[#([0-9a-hjkmnp-tv-z]{18})\]/gi;

/** Dialogs whose tokens stand in a subject. */
export function dialogsInSubject(subject: string): readonly ThreadId[] {
  return [...subject.matchAll(TOKEN)].map(([, digits]) => `dialog.${digits?.toLowerCase()}`).filter(isThreadId);
}

/** A subject without tokens, and without "Re:", "Fwd:", "Ответ:" before it. */
export function plainSubject(subject: string): string {
  const bare = subject.replaceAll(TOKEN, " ").replace(/\s+/g, " ").trim();
  return bare.replace(/^(?:(?:re|fwd?|aw|wg|ответ|отв|пересл|на|ha)(?:\[\d+\])?\s*:\s*)+/i, "").trim();
}
