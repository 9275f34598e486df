import { AuthenticationFailure, ImapFlow } from "imapflow";
import { ChannelError } from "../port.ts";
import type { MailSettings } from "./settings.ts";

/** The largest mail that is read; of larger ones the headers are kept. */
export const MAIL_BYTES = 40 * 1024 * 1024;

/** Signs in and opens the folder; rejects with a ChannelError. */
export async function testMailbox(settings: MailSettings, signal: AbortSignal): Promise<void> {
  const client = await openImap(settings, signal);
  try {
    await selectFolder(client, settings);
  } finally {
    client.close();
  }
}

/** Signs in; rejects with a ChannelError. Its opener closes it. */
export async function openImap({ imap, oauthToken }: MailSettings, signal: AbortSignal): Promise<ImapFlow> {
  if (imap.host === "") throw new ChannelError("config", "no IMAP server is named");
  const client = new ImapFlow({
    host: imap.host,
    port: imap.port,
    secure: imap.encryption === "tls",
    ...(imap.encryption === "tls" ? {} : { doSTARTTLS: imap.encryption === "starttls" }),
    auth:
      oauthToken === undefined
        ? { user: imap.user, pass: imap.password }
        : { user: imap.user, accessToken: oauthToken },
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: 20_000,
    greetingTimeout: 16_000,
    maxLiteralSize: MAIL_BYTES + 1024 * 1024,
    clientInfo: { name: "Otklik" },
  });
  // Every call of ours rejects as well; without a listener it would end the process.
  client.on("error", () => undefined);
  const stop = (): void => client.close();
  signal.addEventListener("abort", stop, { once: true });
  try {
    signal.throwIfAborted();
    await client.connect();
    return client;
  } catch (error) {
    client.close();
    throw faultOf(error, client);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Opens the folder that mail is taken from, and makes the one that it is moved to. */
export async function selectFolder(client: ImapFlow, { folder, moveTo }: MailSettings): Promise<void> {
  try {
    if (moveTo !== undefined) await client.mailboxCreate(moveTo).catch(() => undefined); // it is there, or moving will tell
    await client.mailboxOpen(folder);
  } catch (error) {
    if (error instanceof Error && Reflect.get(error, "mailboxMissing") === true) {
      throw new ChannelError("config", `there is no folder ${folder}`);
    }
    throw faultOf(error, client);
  }
}

/** The UIDVALIDITY of the open folder. */
export const validityOf = ({ mailbox }: ImapFlow): string => (mailbox === false ? "" : String(mailbox.uidValidity));

/** What an admin is told, and how long to wait where the server says it. */
export function faultOf(error: unknown, client: ImapFlow): unknown {
  if (error instanceof ChannelError || !(error instanceof Error)) return error;
  const code: unknown = Reflect.get(error, "code");
  if (error instanceof AuthenticationFailure || Reflect.get(error, "authenticationFailed") === true) {
    return new ChannelError("auth", answerOf(error));
  }
  const reset: unknown = Reflect.get(error, "throttleReset");
  if (code === "ETHROTTLE")
    return new ChannelError("rate", answerOf(error), typeof reset === "number" ? reset : 60_000);
  if (Reflect.get(error, "responseStatus") === "NO") return new ChannelError("forbidden", answerOf(error));
  // Of the sink, or of a mistake of ours: as it is.
  if (client.usable && code === undefined) return error;
  return new ChannelError("unreachable", answerOf(error));
}

const answerOf = (error: Error): string => {
  const text: unknown = Reflect.get(error, "responseText");
  return (typeof text === "string" && text !== "" ? text : error.message).slice(0, 300);
};
