import { convert } from "html-to-text";
import PostalMime, { type Email } from "postal-mime";
import { dialogsInSubject, type Mailbox, plainSubject } from "../../../shared/channels/email-extra.ts";
import type { FieldSet } from "../../../shared/items/base.ts";
import type { Json } from "../../../shared/kernel/canonical.ts";
import type { Ms } from "../../../shared/kernel/clock.ts";
import { sha256HexOfBytes } from "../../../shared/kernel/hash.ts";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { LIMITS } from "../../../shared/kernel/schema.ts";
import type { InboundEvent, SetAside } from "../port.ts";
import { readBounce } from "./bounce.ts";
import { automaticKindOf, cleanWord, headerOf, isVerifiedSender, mailboxesOf, writtenAt } from "./headers.ts";
import { filesOfMail } from "./mail-files.ts";
import { deskMark, dialogOfMessageId, readMessageIds } from "./message-ids.ts";
import { findFolds } from "./quotes.ts";

/** What reading a mail needs beside the mail. */
export type MailReader = {
  readonly channel: ThreadId;
  /** Of the mailbox, in lower case. */
  readonly address: string;
  readonly authServer?: string;
};

/** Where an answer to a mail goes: `connector.send` gets it back. */
export type MailAddress = {
  readonly mail: string;
  readonly name?: string;
  /** Everybody else who got the mail, for an answer to all. */
  readonly others: readonly string[];
  readonly subject?: string;
};

/** Enough to see what was wrong with a mail; shorter ones can be read again from it. */
const RAW_BYTES = 60_000;
const OTHERS = 50;

/** As an admin sees it: text where it is text, else a byte a character. */
export function rawOf(source: Uint8Array, cameAt: Ms): { readonly [name: string]: Json } {
  const start = source.subarray(0, RAW_BYTES);
  const isCut = source.length > RAW_BYTES;
  const text = new TextDecoder().decode(start);
  const isText = !text.includes("\ufffd") && !text.startsWith("\ufeff");
  return {
    mail: isText ? text : Buffer.from(start).toString("latin1"),
    cameAt,
    ...(isText ? {} : { bytes: "latin1" }),
    ...(isCut ? { cut: true } : {}),
  };
}

/** The fields of an object; none of anything else. */
export const fieldsOf = (value: Json): { readonly [name: string]: Json } =>
  value === null || typeof value !== "object" || Array.isArray(value)
    ? {}
    : (value as { readonly [name: string]: Json }); // an object that is no array

/** The mail that `rawOf` made this of; nothing where that is not all of it. */
export function mailOfRaw(raw: Json): { readonly source: Uint8Array; readonly cameAt: Ms } | undefined {
  const { mail, cameAt, bytes, cut } = fieldsOf(raw);
  if (typeof mail !== "string" || typeof cameAt !== "number" || cut === true) return undefined;
  return { source: Buffer.from(mail, bytes === "latin1" ? "latin1" : "utf8"), cameAt };
}

/**
 * Reads one mail as it stands on the server. `cameAt`: when the server got it. Never rejects: what cannot be read is set
 * aside. Nothing comes of a report that a mail is late, or that it arrived.
 */
export async function parseMail(
  source: Uint8Array,
  cameAt: Ms,
  reader: MailReader,
): Promise<readonly (InboundEvent | SetAside)[]> {
  const aside = (reason: string, detail: string): readonly SetAside[] => [
    { t: "aside", reason, detail, raw: rawOf(source, cameAt) },
  ];
  try {
    const mail = await PostalMime.parse(source, { forceRfc822Attachments: true, maxNestingDepth: 60 });
    if (headerOf(mail, "x-otklik-desk") === deskMark(reader.channel)) return aside("loop", "own-mail");
    const bounce = readBounce(mail);
    if (bounce?.t === "nothing") return [];
    if (bounce?.t === "foreign") return aside("foreign-bounce", cleanWord(mail.subject ?? ""));
    if (bounce?.t === "bounce") return [{ t: "bounce", ...bounce.bounce, at: writtenAt(mail, cameAt).at }];
    const sender = senderOf(mail, reader.address);
    if (sender === "own") return aside("loop", "own-address");
    if (sender === undefined) return aside("broken", "no-sender");
    return [messageOf(mail, { source, cameAt, sender, reader })];
  } catch (error) {
    return aside("broken", error instanceof Error ? cleanWord(error.message) : "unreadable");
  }
}

type Sender = { readonly user: Mailbox; readonly isFrom: boolean };

/** Who wrote. A form on a site writes from the mailbox itself and names the user in Reply-To. */
function senderOf(mail: Email, own: string): Sender | "own" | undefined {
  const [from] = mailboxesOf(mail.from ? [mail.from] : mail.sender ? [mail.sender] : []);
  if (from !== undefined && from.mail !== own) return { user: from, isFrom: true };
  const [asked] = mailboxesOf(mail.replyTo).filter((one) => one.mail !== own);
  if (from !== undefined) return asked === undefined ? "own" : { user: asked, isFrom: false };
  return undefined;
}

type Reading = {
  readonly source: Uint8Array;
  readonly cameAt: Ms;
  readonly sender: Sender;
  readonly reader: MailReader;
};

function messageOf(mail: Email, { source, cameAt, sender, reader }: Reading): InboundEvent {
  const { user } = sender;
  const [ownId] = readMessageIds(headerOf(mail, "message-id"));
  const id = ownId ?? `${sha256HexOfBytes(source)}@no-message-id`;
  const subject = plainSubject(cleanWord(mail.subject ?? ""));
  const whole = withoutQuoteOfNumber(textOfMail(mail));
  const shown = whole === "" ? subject : whole;
  const text = shown.length > LIMITS.textLength ? `${cutText(shown, LIMITS.textLength - 1)}…` : shown;
  const files = filesOfMail(mail, source, text === shown ? undefined : shown);
  const { at, kept } = writtenAt(mail, cameAt);
  const automatic = automaticKindOf(mail, user.mail);
  const to = mailboxesOf(mail.to).slice(0, OTHERS);
  const cc = mailboxesOf(mail.cc).slice(0, OTHERS);
  const [answer = user] = mailboxesOf(mail.replyTo).filter((one) => one.mail !== reader.address);
  const others = [...new Set([...to, ...cc].map((one) => one.mail))].filter(
    (one) => one !== reader.address && one !== answer.mail,
  );
  const calendar = mail.attachments.find(({ mimeType }) => mimeType === "text/calendar");
  const crypt = cryptOf(mail);
  const extra: FieldSet = {
    from: user,
    ...(subject === "" ? {} : { subject }),
    ...(to.length > 0 ? { to: [...to] } : {}),
    ...(cc.length > 0 ? { cc: [...cc] } : {}),
    ...(kept === undefined ? {} : { date: kept }),
    ...findFolds(text),
    ...(files.html === undefined ? {} : { html: files.html }),
    ...(Object.keys(files.cids).length > 0 && JSON.stringify(files.cids).length < 16_000 ? { cids: files.cids } : {}),
    ...(text === shown ? {} : { shortened: true }),
    ...(automatic === undefined ? {} : { program: automatic }),
    ...(calendar === undefined ? {} : { calendar: calendar.method ?? "PUBLISH" }),
    ...(crypt === undefined ? {} : { crypt }),
  };
  const address: MailAddress = {
    mail: answer.mail,
    ...(answer.name === undefined ? {} : { name: answer.name }),
    others,
    ...(subject === "" ? {} : { subject }),
  };
  const refs = refsOf(mail);
  return {
    t: "message",
    id,
    external: id,
    at,
    user: {
      id: user.mail,
      ...(user.name === undefined ? {} : { name: user.name }),
      ids: [
        {
          kind: "email",
          value: user.mail,
          verified: sender.isFrom && isVerifiedSender(mail, user.mail, reader.authServer),
        },
      ],
    },
    address,
    text,
    ...(files.files.length > 0 ? { files: files.files } : {}),
    ...(refs[0] !== undefined && refs[0] === readMessageIds(headerOf(mail, "in-reply-to"))[0]
      ? { replyTo: refs[0] }
      : {}),
    ...(refs.length > 0 ? { refs } : {}),
    ...(subject === "" ? {} : { subject: subject.slice(0, LIMITS.subjectLength) }),
    extra,
    ...(automatic === undefined ? {} : { automatic: true }),
  };
}

/** Nearest first: what it answers, what came before that; then dialogs that our own Message-IDs and the subject name. */
function refsOf(mail: Email): readonly string[] {
  const answered = readMessageIds(headerOf(mail, "in-reply-to"));
  const before = [...readMessageIds(headerOf(mail, "references"))].reverse();
  const ids = [...answered, ...before].slice(0, 40);
  const dialogs = ids.map(dialogOfMessageId).filter((one) => one !== undefined);
  return [...new Set([...ids, ...dialogs, ...dialogsInSubject(mail.subject ?? "")])];
}

/** The plain part, else what the HTML says. */
function textOfMail(mail: Email): string {
  const plain = tidy(mail.text ?? "");
  if (plain !== "" || mail.html === undefined) return plain;
  const text = convert(mail.html, {
    wordwrap: false,
    limits: { maxInputLength: 4 * 1024 * 1024, maxDepth: 200 },
    selectors: [
      { selector: "a", options: { hideLinkHrefIfSameAsText: true, noAnchorUrl: true, linkBrackets: ["(", ")"] } },
      { selector: "img", format: "skip" },
      ...["h1", "h2", "h3", "h4", "h5", "h6"].map((selector) => ({ selector, options: { uppercase: false } })),
    ],
  });
  return tidy(text);
}

const tidy = (text: string): string =>
  text
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll(/(?![\n\t])[\p{Cc}\ufeff\u200b]/gu, "")
    .replaceAll(/[ \t\u00a0]+$/gm, (spaces) => (spaces === " " ? spaces : ""))
    .replaceAll(/\n{4,}/g, "\n\n\n")
    .trim();

/** An answer by number is that number: our own words, quoted below it, are no part of it. */
function withoutQuoteOfNumber(text: string): string {
  const { quoted, signature } = findFolds(text);
  const own = text.slice(0, Math.min(quoted ?? text.length, signature ?? text.length)).trim();
  return /^\d{1,2}[.)]?$/.test(own) ? own : text;
}

/** Never inside of a surrogate pair. */
function cutText(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}

/** Whether it is signed or locked (S/MIME, OpenPGP); what is locked nobody reads here, its parts stand as files. */
function cryptOf(mail: Email): "signed" | "encrypted" | undefined {
  const type = (headerOf(mail, "content-type") ?? "").toLowerCase();
  if (type.startsWith("multipart/encrypted")) return "encrypted";
  if (/^application\/(?:x-)?pkcs7-mime/.test(type)) return /signed-data/.test(type) ? "signed" : "encrypted";
  if (type.startsWith("multipart/signed")) return "signed";
  return /^-----BEGIN PGP MESSAGE-----/m.test(mail.text ?? "") ? "encrypted" : undefined;
}
