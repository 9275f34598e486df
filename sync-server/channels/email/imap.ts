import { AuthenticationFailure, type FetchMessageObject, ImapFlow } from "imapflow";
import type { Json } from "../../../shared/kernel/canonical.ts";
import type { Ms } from "../../../shared/kernel/clock.ts";
import { ChannelError, type InboundEvent, type InboundSink, type SetAside } from "../port.ts";
import { rawOf } from "./parse.ts";
import type { MailSettings } from "./settings.ts";

/** What stands in a mail's flags once it is durable here; a server that takes no such word has the mark of reading only. */
export const TAKEN = "$OtklikTaken";

/** The largest mail that is read; of larger ones the headers are kept. */
export const MAIL_BYTES = 40 * 1024 * 1024;

const DAY = 24 * 60 * 60 * 1000;
/** After a mailbox was built anew its mail of so long before the last one is looked through once more. */
const LOOK_BACK = 2 * DAY;
/** What is told of as one: few enough to be durable soon. */
const BATCH = { mails: 10, bytes: 8 * 1024 * 1024 };

/** Where we are in a mailbox: the highest UID taken, under which UIDVALIDITY, and when that mail came. */
type Place = { readonly validity: string; readonly uid: number; readonly cameAt: Ms };

/** What the reader of mailboxes is given. */
export type MailboxReading = {
  readonly settings: MailSettings;
  readonly clock: () => Ms;
  readonly parse: (source: Uint8Array, cameAt: Ms) => Promise<readonly (InboundEvent | SetAside)[]>;
};

/**
 * Listens to one mailbox until `signal` aborts: takes what is there in the order in which it came, tells it, marks it, then waits
 * for more, told by the server (IDLE) or looking by itself. Rejects with a ChannelError when the server fails, or as the sink does.
 */
export async function readMailbox(reading: MailboxReading, sink: InboundSink, signal: AbortSignal): Promise<void> {
  const client = await openImap(reading.settings, signal);
  const close = (): void => client.close();
  signal.addEventListener("abort", close, { once: true });
  try {
    await selectFolder(client, reading.settings);
    while (!signal.aborted) {
      const waiting = watch(client, reading.settings.pollMs, signal);
      try {
        await takeNew({ client, reading, sink, signal });
        if (signal.aborted) return;
        // It answers when another command breaks it, or the connection does.
        if (reading.settings.idle && client.capabilities.has("IDLE")) void client.idle().catch(() => undefined);
        await waiting.done;
        if (!signal.aborted && client.usable) await client.noop();
      } finally {
        waiting.stop();
      }
      if (!client.usable && !signal.aborted)
        throw new ChannelError("unreachable", "the connection to the mailbox ended");
    }
  } catch (error) {
    if (signal.aborted) return;
    throw faultOf(error, client);
  } finally {
    signal.removeEventListener("abort", close);
    client.close();
  }
}

/** Signs in and opens the folder; rejects with a ChannelError. */
export async function testMailbox(settings: MailSettings, signal: AbortSignal): Promise<void> {
  const client = await openImap(settings, signal);
  try {
    await selectFolder(client, settings);
  } finally {
    client.close();
  }
}

async function openImap({ imap, oauthToken }: MailSettings, signal: AbortSignal): Promise<ImapFlow> {
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

async function selectFolder(client: ImapFlow, { folder, moveTo }: MailSettings): Promise<void> {
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

/** Resolves when there may be new mail: the server says so, the time is over, the line is cut, or we are to stop. */
function watch(
  client: ImapFlow,
  pollMs: Ms,
  signal: AbortSignal,
): { readonly done: Promise<void>; readonly stop: () => void } {
  let wake = (): void => undefined;
  const done = new Promise<void>((resolve) => (wake = resolve));
  const timer = setTimeout(wake, pollMs);
  client.on("exists", wake);
  client.on("close", wake);
  signal.addEventListener("abort", wake, { once: true });
  const stop = (): void => {
    clearTimeout(timer);
    client.off("exists", wake);
    client.off("close", wake);
    signal.removeEventListener("abort", wake);
  };
  return { done, stop };
}

type Taking = {
  readonly client: ImapFlow;
  readonly reading: MailboxReading;
  readonly sink: InboundSink;
  readonly signal: AbortSignal;
};

async function takeNew({ client, reading, sink, signal }: Taking): Promise<void> {
  const mailbox = client.mailbox;
  if (mailbox === false) throw new ChannelError("unreachable", "the folder was closed");
  const validity = String(mailbox.uidValidity);
  const kept = readPlace(await sink.place());
  const isKnown = kept?.validity === validity;
  const since =
    kept?.cameAt === undefined ? reading.clock() - reading.settings.firstDays * DAY : kept.cameAt - LOOK_BACK;
  const query = isKnown ? { uid: `${kept.uid + 1}:*` } : { since: new Date(since - DAY) }; // SINCE knows days of the server only
  const found = await client.search(query, { uid: true });
  const uids = (Array.isArray(found) ? found : []).filter((uid) => !isKnown || uid > kept.uid).sort((a, b) => a - b);
  let place: Place = isKnown ? kept : { validity, uid: 0, cameAt: since };
  for (let at = 0; at < uids.length && !signal.aborted; ) {
    const batch = await readBatch(client, reading, uids.slice(at, at + BATCH.mails));
    at += batch.read;
    const last = uids[at - 1];
    if (last === undefined) return;
    await sink.take(batch.events);
    await mark(client, reading.settings, batch.uids);
    place = { validity, uid: last, cameAt: Math.max(place.cameAt, batch.cameAt) };
    await sink.keepPlace(place);
  }
  if (!isKnown && uids.length === 0) {
    // What is there already was left alone: only what comes from now on is ours.
    await sink.keepPlace({ validity, uid: Math.max(0, mailbox.uidNext - 1), cameAt: since });
  }
}

function readPlace(place: Json | undefined): Place | undefined {
  if (place === undefined || place === null || typeof place !== "object" || Array.isArray(place)) return undefined;
  const { validity, uid, cameAt } = place as { readonly [name: string]: Json }; // an object that is no array
  if (typeof validity !== "string" || typeof uid !== "number" || typeof cameAt !== "number") return undefined;
  return { validity, uid, cameAt };
}

type Batch = {
  readonly events: readonly (InboundEvent | SetAside)[];
  /** Those that were still there. */
  readonly uids: readonly number[];
  /** How many of the asked ones were read, all or not. */
  readonly read: number;
  readonly cameAt: Ms;
};

async function readBatch(client: ImapFlow, reading: MailboxReading, uids: readonly number[]): Promise<Batch> {
  const events: (InboundEvent | SetAside)[] = [];
  const there: number[] = [];
  let bytes = 0;
  let read = 0;
  let cameAt = 0;
  for (const uid of uids) {
    if (read > 0 && bytes > BATCH.bytes) break;
    read += 1;
    const mail = await readMail(client, reading, uid);
    if (mail === undefined) continue;
    there.push(uid);
    events.push(...mail.events);
    bytes += mail.bytes;
    cameAt = Math.max(cameAt, mail.cameAt);
  }
  return { events, uids: there, read, cameAt };
}

type ReadMail = { readonly events: readonly (InboundEvent | SetAside)[]; readonly bytes: number; readonly cameAt: Ms };

/** One mail; nothing when it was taken away meanwhile. One that the server cannot give is set aside, unless the line is cut. */
async function readMail(client: ImapFlow, reading: MailboxReading, uid: number): Promise<ReadMail | undefined> {
  const one = String(uid);
  let known: FetchMessageObject | false | undefined;
  try {
    known = await client.fetchOne(one, { uid: true, size: true, internalDate: true }, { uid: true });
    if (!known) return undefined;
    const cameAt = timeOf(known.internalDate) ?? reading.clock();
    if ((known.size ?? 0) > MAIL_BYTES) {
      const head = await client.fetchOne(one, { uid: true, headers: true }, { uid: true });
      const headers = head ? (head.headers ?? new Uint8Array()) : new Uint8Array();
      const aside: SetAside = {
        t: "aside",
        reason: "too-large",
        detail: `${known.size} bytes`,
        raw: { uid, ...rawFields(headers) },
      };
      return { events: [aside], bytes: headers.length, cameAt };
    }
    const whole = await client.fetchOne(one, { uid: true, source: true }, { uid: true });
    if (!whole) return undefined;
    const source = whole.source;
    if (source === undefined) throw new Error("the server gave no body");
    return { events: await reading.parse(source, cameAt), bytes: source.length, cameAt };
  } catch (error) {
    if (!client.usable) throw error;
    const cameAt = (known ? timeOf(known.internalDate) : undefined) ?? 0;
    const detail = error instanceof Error ? error.message.slice(0, 300) : "unreadable";
    return { events: [{ t: "aside", reason: "unreadable", detail, raw: { uid } }], bytes: 0, cameAt };
  }
}

const rawFields = (headers: Uint8Array): { readonly [name: string]: Json } =>
  rawOf(headers) as { readonly [name: string]: Json }; // an object, as it is made there

function timeOf(date: Date | string | undefined): Ms | undefined {
  const at = date === undefined ? Number.NaN : new Date(date).getTime();
  return Number.isNaN(at) ? undefined : at;
}

/** Says on the server that they are here: marked, or moved away. What it refuses to mark is taken all the same. */
async function mark(client: ImapFlow, { moveTo }: MailSettings, uids: readonly number[]): Promise<void> {
  if (uids.length === 0) return;
  const range = uids.join(",");
  try {
    await client.messageFlagsAdd(range, ["\\Seen", TAKEN], { uid: true });
    if (moveTo !== undefined) await client.messageMove(range, moveTo, { uid: true });
  } catch (error) {
    if (!client.usable) throw error;
  }
}

/** What an admin is told, and how long to wait where the server says it. */
function faultOf(error: unknown, client: ImapFlow): unknown {
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
