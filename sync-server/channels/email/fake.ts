import { Buffer } from "node:buffer";
import PostalMime from "postal-mime";
import { derivedDigits } from "../../../shared/kernel/ids.ts";
import type { ChannelFake, FakeFault, FakeSent } from "../fake.ts";
import { type FakeImap, openFakeImap } from "./fake-imap.ts";
import { openFakeSmtp } from "./fake-smtp.ts";

/** A mail service on loopback: a mailbox `desk@desk.example` by IMAP, and a server by SMTP that takes what the desk sends. */
export type FakeMail = ChannelFake & {
  readonly imap: FakeImap;
  /** Mails of ours as they stood on the wire, in order. */
  readonly sources: () => readonly string[];
};

const ACCOUNT = { user: "desk@desk.example", password: "mail-password", token: "access-token" };

export async function openFakeMail(from = 0): Promise<FakeMail> {
  const imap = await openFakeImap({ ...ACCOUNT, validity: from + 7 });
  const sent: FakeSent[] = [];
  const sources: string[] = [];
  const faults: { fault: FakeFault; left: number }[] = [];
  let counted = from;

  /** The armed fault, when it is one of these; it is used up by that. */
  const met = (...kinds: readonly FakeFault[]): FakeFault | undefined => {
    const [next] = faults;
    if (next === undefined || !kinds.includes(next.fault)) return undefined;
    next.left -= 1;
    if (next.left <= 0) faults.shift();
    return next.fault;
  };

  const smtp = await openFakeSmtp(
    {
      signIn({ user, secret }) {
        const isGood = user === ACCOUNT.user && (secret === ACCOUNT.password || secret === ACCOUNT.token);
        return met("auth") === undefined && isGood ? undefined : "535 5.7.8 wrong name or password";
      },
      from: () => (met("down") === undefined ? undefined : "cut"),
      to(address) {
        if (met("rate") !== undefined) return "451 4.7.1 slow down, try again in 1 seconds";
        if (met("blocked") !== undefined) return "550 5.7.1 you are blocked by this user";
        return address.startsWith("nobody") ? "550 5.1.1 no such user here" : undefined;
      },
      async mail(source, [to = ""]) {
        sources.push(source.toString());
        sent.push(await readSent(source, to));
        return met("lost-answer") === undefined ? undefined : "cut";
      },
    },
    30 * 1024 * 1024,
  );

  /** Whoever is named by the address that an answer went to stays who he was. */
  const addressOf = (user: string): string => (user.includes("@") ? user : `${user.toLowerCase()}@users.example`);

  return {
    imap,
    sources: () => sources,
    settings: {
      address: ACCOUNT.user,
      fromName: "Example Support",
      password: ACCOUNT.password,
      imapHost: "127.0.0.1",
      imapPort: imap.port,
      imapTls: "none",
      smtpHost: "127.0.0.1",
      smtpPort: smtp.port,
      smtpTls: "none",
      pollSeconds: 2,
    },
    async userWrites({ user, text, files = [], replyTo }) {
      counted += 1;
      const external = `${derivedDigits(`${user}:${counted}:${text}`, 20)}@users.example`;
      imap.deliver(mailOf({ from: addressOf(user), name: user.split("@")[0] ?? user, external, text, files, replyTo }));
      return { external };
    },
    async repeatAll() {
      imap.rebuild();
    },
    async sendBroken() {
      counted += 1;
      imap.deliver(
        `Subject: =?broken?\nX-Count: ${counted}\nContent-Type: multipart/mixed; boundary=\n\n\u0000\u0001 nobody wrote this`,
      );
    },
    sent: () => sent,
    fault(fault, count) {
      faults.push({ fault, left: count });
    },
    isAcknowledged: (external) =>
      imap.folder("INBOX").some((mail) => mail.flags.has("\\Seen") && mail.source.includes(`<${external}>`)),
    async close() {
      await imap.close();
      await smtp.close();
    },
  };
}

async function readSent(source: Uint8Array, to: string): Promise<FakeSent> {
  const mail = await PostalMime.parse(source);
  const bare = (id: string | undefined): string => (id ?? "").replaceAll(/[<>]/g, "");
  return {
    to,
    external: bare(mail.messageId),
    text: (mail.text ?? "").trimEnd(),
    files: mail.attachments.map(({ filename, mimeType, content }) => ({
      name: filename ?? "",
      type: mimeType,
      bytes: typeof content === "string" ? Buffer.from(content) : new Uint8Array(content),
    })),
    buttons: [],
    ...(mail.inReplyTo === undefined ? {} : { replyTo: bare(mail.inReplyTo) }),
  };
}

type Written = {
  readonly from: string;
  readonly name: string;
  readonly external: string;
  readonly text: string;
  readonly files: readonly { readonly name: string; readonly type: string; readonly bytes: Uint8Array }[];
  readonly replyTo: string | undefined;
};

/** A mail as a common program writes it. */
function mailOf({ from, name, external, text, files, replyTo }: Written): string {
  const word = (utf8: string): string => `=?utf-8?B?${Buffer.from(utf8).toString("base64")}?=`;
  const packed = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64").replaceAll(/.{76}/g, "$&\r\n");
  const plain = [
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: base64",
    "",
    packed(Buffer.from(text)),
  ];
  const head = [
    `From: ${word(name)} <${from}>`,
    `To: <${ACCOUNT.user}>`,
    `Subject: ${word(text.slice(0, 40))}`,
    `Date: ${new Date().toUTCString()}`,
    `Message-ID: <${external}>`,
    // What the mailbox's own server found out of the sender; of use where the channel's settings name that server.
    "Authentication-Results: mx.desk.example; dmarc=pass header.from=users.example",
    ...(replyTo === undefined ? [] : [`In-Reply-To: <${replyTo}>`, `References: <${replyTo}>`]),
    "MIME-Version: 1.0",
  ];
  if (files.length === 0) return [...head, ...plain].join("\r\n");
  const boundary = `b${external.slice(0, 20)}`;
  const parts = files.map((file) => [
    `--${boundary}`,
    `Content-Type: ${file.type}; name="${word(file.name)}"`,
    `Content-Disposition: attachment; filename="${word(file.name)}"`,
    "Content-Transfer-Encoding: base64",
    "",
    packed(file.bytes),
  ]);
  return [
    ...head,
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    "",
    `--${boundary}`,
    ...plain,
    ...parts.flat(),
    `--${boundary}--`,
    "",
  ].join("\r\n");
}
