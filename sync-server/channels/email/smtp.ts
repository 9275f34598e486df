import { Readable } from "node:stream";
import MailComposer from "nodemailer/lib/mail-composer";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import XOAuth2 from "nodemailer/lib/xoauth2";
import type { Ms } from "../../../shared/kernel/clock.ts";
import type { SendOutcome } from "../port.ts";
import type { MailPart } from "./render.ts";
import type { MailSettings } from "./settings.ts";
import { outcomeOfSmtp, type SmtpFault } from "./smtp-outcome.ts";

/** What a mail needs beside what it says. */
export type MailEnvelope = {
  readonly messageId: string;
  readonly mark: string;
  /** When it is written, for its Date. */
  readonly at: Ms;
  readonly signal: AbortSignal;
};

const CONNECT_MS = 20_000;
const SOCKET_MS = 120_000;

/** Hands one mail to the server; says what became of it, and never tries twice. */
export async function sendMail(part: MailPart, settings: MailSettings, envelope: MailEnvelope): Promise<SendOutcome> {
  const { signal } = envelope;
  if (signal.aborted) return { t: "later", scope: "channel", detail: "aborted" };
  const connection = openSmtp(settings);
  const wire = { handedOver: false };
  const stop = (): void => connection.close();
  signal.addEventListener("abort", stop, { once: true });
  try {
    await signIn(connection, settings);
    const recipients = [part.to.mail, ...part.cc];
    const source = composed(part, settings, envelope);
    // From the last byte on the server may have taken it, whatever becomes of its answer.
    source.once("end", () => (wire.handedOver = true));
    const sent = await new Promise<{ readonly rejected: readonly string[]; readonly faults: readonly SmtpFault[] }>(
      (resolve, reject) => {
        connection.once("error", reject);
        connection.send({ from: settings.address, to: recipients }, source, (error, told) => {
          if (error) reject(error);
          else resolve({ rejected: told?.rejected ?? [], faults: told?.rejectedErrors ?? [] });
        });
      },
    );
    const isRefused = sent.rejected.some((one) => one.toLowerCase() === part.to.mail);
    const [why] = sent.faults;
    if (isRefused) {
      // Copies went out: to try again would bring them twice.
      const outcome = outcomeOfSmtp(why ?? {}, { handedOver: false });
      return outcome.t === "failed" ? outcome : { t: "failed", code: "rejected", ...detailOf(outcome) };
    }
    return { t: "sent", external: envelope.messageId };
  } catch (error) {
    return outcomeOfSmtp(error instanceof Error ? error : {}, wire);
  } finally {
    signal.removeEventListener("abort", stop);
    connection.removeAllListeners("error");
    connection.on("error", () => undefined); // it is being closed: nothing of it matters any more
    connection.close();
  }
}

const detailOf = (outcome: SendOutcome): { readonly detail?: string } =>
  "detail" in outcome && outcome.detail !== undefined ? { detail: outcome.detail } : {};

/** Signs in and goes; rejects with what the server said. */
export async function testSmtp(settings: MailSettings, signal: AbortSignal): Promise<void> {
  const connection = openSmtp(settings);
  const stop = (): void => connection.close();
  signal.addEventListener("abort", stop, { once: true });
  try {
    signal.throwIfAborted();
    await signIn(connection, settings);
  } finally {
    signal.removeEventListener("abort", stop);
    connection.removeAllListeners("error");
    connection.on("error", () => undefined); // it is being closed: nothing of it matters any more
    connection.close();
  }
}

function openSmtp({ smtp, domain }: MailSettings): SMTPConnection {
  return new SMTPConnection({
    host: smtp.host,
    port: smtp.port,
    secure: smtp.encryption === "tls",
    requireTLS: smtp.encryption === "starttls",
    ignoreTLS: smtp.encryption === "none",
    name: domain,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SOCKET_MS,
    allowInternalNetworkInterfaces: true,
    logger: false,
  });
}

async function signIn(connection: SMTPConnection, { smtp, oauthToken }: MailSettings): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    connection.once("error", reject);
    connection.once("end", () => reject(Object.assign(new Error("connection closed"), { code: "ECONNECTION" })));
    connection.connect((failure) => (failure ? reject(failure) : resolve()));
  });
  // Without a password, or where nobody signs in, the server is one that knows us by our network.
  if ((smtp.password === "" && oauthToken === undefined) || !connection.allowsAuth) return;
  await new Promise<void>((resolve, reject) => {
    connection.once("error", reject);
    const auth =
      oauthToken === undefined
        ? { credentials: { user: smtp.user, pass: smtp.password } }
        : xoauth2(smtp.user, oauthToken);
    connection.login(auth, (failure) => (failure ? reject(failure) : resolve()));
  });
}

/** A token is handed over as it is; a new one comes by the settings. */
const xoauth2 = (user: string, accessToken: string) => ({
  type: "OAUTH2",
  user,
  method: "XOAUTH2",
  oauth2: new XOAuth2({ user, accessToken }),
});

function composed(part: MailPart, settings: MailSettings, { messageId, mark, at }: MailEnvelope): Readable {
  const composer = new MailComposer({
    from: { name: part.fromName, address: settings.address },
    to: [{ name: part.to.name ?? "", address: part.to.mail }],
    cc: [...part.cc],
    subject: part.subject,
    text: part.text,
    html: part.html,
    messageId: `<${messageId}>`,
    date: new Date(at),
    ...(part.inReplyTo === undefined ? {} : { inReplyTo: `<${part.inReplyTo}>` }),
    references: part.references.map((one) => `<${one}>`),
    headers: {
      "X-Otklik-Desk": mark,
      "Content-Language": part.locale,
      // RFC 3834: nobody's auto-reply answers it.
      ...(part.automatic ? { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" } : {}),
    },
    attachments: part.files.map((file) => ({
      filename: file.name,
      contentType: file.type,
      content: Readable.from(streamed(file.open)),
    })),
    disableUrlAccess: true,
    disableFileAccess: true,
  });
  return composer.compile().createReadStream();
}

async function* streamed(open: () => Promise<AsyncIterable<Uint8Array>>): AsyncGenerator<Uint8Array> {
  yield* await open();
}
