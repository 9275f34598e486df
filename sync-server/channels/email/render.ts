import { email } from "../../../shared/channels/email.ts";
import { plainSubject, readReplyMail, subjectToken } from "../../../shared/channels/email-extra.ts";
import type { Json } from "../../../shared/kernel/canonical.ts";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import type { OutFile, Outgoing } from "../port.ts";
import type { MailSettings } from "./settings.ts";

/** One mail that is to leave, as its headers will say it; `send` adds the Message-ID and the sender's mark. */
export type MailPart = {
  readonly kind: "mail";
  readonly thread: ThreadId;
  readonly fromName: string;
  readonly to: { readonly mail: string; readonly name?: string };
  readonly cc: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly inReplyTo?: string;
  /** Oldest first, as the header has them. */
  readonly references: readonly string[];
  readonly automatic: boolean;
  readonly locale: "ru" | "en";
  readonly files: readonly OutFile[];
};

/** Names of earlier mails in one header: what a mail has of them is enough to find the rest. */
const REFERENCES = 20;

/** Reads the address that `parse` made; nothing when it names nobody. */
export function readMailAddress(
  address: Json,
):
  | { readonly mail: string; readonly name?: string; readonly others: readonly string[]; readonly subject?: string }
  | undefined {
  if (typeof address === "string") return isAddress(address) ? { mail: address, others: [] } : undefined;
  if (address === null || typeof address !== "object" || Array.isArray(address)) return undefined;
  const fields = address as { readonly [name: string]: Json }; // an object that is no array
  const { mail, name, others, subject } = fields;
  if (typeof mail !== "string" || !isAddress(mail)) return undefined;
  return {
    mail,
    ...(typeof name === "string" && name !== "" ? { name } : {}),
    others: Array.isArray(others)
      ? others.filter((one): one is string => typeof one === "string" && isAddress(one))
      : [],
    ...(typeof subject === "string" ? { subject } : {}),
  };
}

const isAddress = (text: string): boolean => /^[^\s@<>,;"]{1,64}@[^\s@<>,;"]{1,255}$/.test(text);

/**
 * The mails of one answer: as many as its files need, each under the limit of what mailboxes take. Only the first one has the
 * text. Equal inputs make equal mails.
 */
export function renderMail(outgoing: Outgoing, address: Json, settings: MailSettings): readonly MailPart[] {
  const to = readMailAddress(address);
  if (to === undefined) return [];
  const asked = readReplyMail(outgoing.extra);
  const own = (asked.subject ?? "").replaceAll(/\s+/g, " ").trim();
  const plain = plainSubject(outgoing.subject ?? to.subject ?? "");
  const about =
    own !== "" ? own : plain === "" ? noSubject(outgoing.locale) : isAnswer(outgoing) ? `Re: ${plain}` : plain;
  const token = subjectToken(outgoing.thread);
  const subject = about.includes(token) ? about : `${about} ${token}`;
  const copies = [...(asked.replyAll === true ? to.others : []), ...(asked.cc ?? []).filter(isAddress)];
  const cc = [...new Set(copies.map((one) => one.toLowerCase()))].filter(
    (one) => one !== to.mail && one !== settings.address,
  );
  const inReplyTo = outgoing.replyTo ?? outgoing.refs[0];
  const older = outgoing.refs.filter((ref) => ref !== inReplyTo).slice(0, REFERENCES - 1);
  const references = [...older].reverse();
  const common = {
    kind: "mail",
    thread: outgoing.thread,
    fromName: senderName(outgoing.by, settings),
    to: { mail: to.mail, ...(to.name === undefined ? {} : { name: to.name }) },
    cc,
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    references: inReplyTo === undefined ? references : [...references, inReplyTo],
    automatic: outgoing.automatic,
    locale: outgoing.locale,
  } as const;
  const groups = groupFiles(outgoing.files);
  return groups.map((files, i) => {
    const text = i === 0 ? withChoices(outgoing) : filesAgain(outgoing.locale);
    const signed = settings.signature === "" ? text : `${text}\n\n-- \n${settings.signature}`;
    const part = groups.length > 1 ? ` (${i + 1}/${groups.length})` : "";
    return { ...common, subject: `${subject}${part}`, text: signed, html: htmlOf(text, settings.signature), files };
  });
}

const isAnswer = (outgoing: Outgoing): boolean => outgoing.refs.length > 0 || outgoing.replyTo !== undefined;
const noSubject = (locale: "ru" | "en"): string => (locale === "ru" ? "Ваше обращение" : "Your request");
const filesAgain = (locale: "ru" | "en"): string =>
  locale === "ru" ? "Файлы к предыдущему письму" : "Files of the mail before";

/** "Anna · Example Support", or one of both, as the mailbox was set up. */
function senderName(by: string | undefined, { fromName, fromForm }: MailSettings): string {
  if (by === undefined || fromForm === "desk") return fromName;
  if (fromForm === "agent" || fromName === "") return by;
  return `${by} · ${fromName}`;
}

/** Files in as few mails as they fit in, in their order; one mail at least. */
function groupFiles(files: readonly OutFile[]): readonly (readonly OutFile[])[] {
  const groups: OutFile[][] = [[]];
  let size = 0;
  for (const file of files) {
    const last = groups.at(-1);
    if (last === undefined || (last.length > 0 && size + file.size > email.fileBytesOut)) {
      groups.push([file]);
      size = file.size;
    } else {
      last.push(file);
      size += file.size;
    }
  }
  return groups;
}

/** Choices that the core left to us: numbered lines, and addresses as they are. */
function withChoices({ text, choices }: Outgoing): string {
  if (choices.length === 0) return text;
  const lines = choices.map(({ label, value }, i) => `${i + 1}. ${label}${isLink(value) ? `: ${value}` : ""}`);
  return `${text}\n\n${lines.join("\n")}`;
}

const isLink = (value: string): boolean => /^https?:\/\/\S+$/.test(value);

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => ESCAPES[sign] ?? sign);

/** The text with its addresses to follow, and nothing else: no pictures, no styles that a reader needs. */
function htmlOf(text: string, signature: string): string {
  const body = paragraphs(text);
  const foot = signature === "" ? "" : `<p style="color:#666">-- <br>${linked(signature)}</p>`;
  return `<!doctype html><html><body style="font-family:sans-serif;font-size:14px;line-height:1.5">${body}${foot}</body></html>`;
}

const paragraphs = (text: string): string =>
  text
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${linked(paragraph)}</p>`)
    .join("");

function linked(text: string): string {
  const pieces = text.split(/(https?:\/\/[^\s<>"]*[^\s<>"'.,;:!?)\]])/);
  const shown = pieces.map((piece, i) =>
    i % 2 === 1 ? `<a href="${escaped(piece)}">${escaped(piece)}</a>` : escaped(piece),
  );
  return shown.join("").replaceAll("\n", "<br>");
}
