import type { FetchMessageObject, ImapFlow } from "imapflow";
import type { Json } from "../../../shared/kernel/canonical.ts";
import type { Ms } from "../../../shared/kernel/clock.ts";
import { ChannelError, type InboundEvent, type InboundSink, type SetAside } from "../port.ts";
import { faultOf, MAIL_BYTES, openImap, selectFolder, validityOf } from "./imap-client.ts";
import { fieldsOf, rawOf } from "./parse.ts";
import type { MailSettings } from "./settings.ts";

/** What stands in a mail's flags once it is durable here; a server that takes no such word has the mark of reading only. */
export const TAKEN = "$OtklikTaken";

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
  const validity = validityOf(client);
  const kept = readPlace(await sink.place());
  const isKnown = kept?.validity === validity;
  const since =
    kept?.cameAt === undefined ? reading.clock() - reading.settings.firstDays * DAY : kept.cameAt - LOOK_BACK;
  const query = isKnown ? { uid: `${kept.uid + 1}:*` } : { since: new Date(since - DAY) }; // SINCE knows days of the server only
  const found = await client.search(query, { uid: true });
  const uids = (Array.isArray(found) ? found : []).filter((uid) => !isKnown || uid > kept.uid).sort((a, b) => a - b);
  let place: Place = isKnown ? kept : { validity, uid: 0, cameAt: since };
  for (let at = 0; at < uids.length && !signal.aborted; ) {
    const wanted = { uids: uids.slice(at, at + BATCH.mails), notBefore: isKnown ? 0 : since };
    const batch = await readBatch(client, reading, wanted);
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
  const { validity, uid, cameAt } = fieldsOf(place ?? null);
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

/** Which mails; those that came before `notBefore` are left alone. */
type Wanted = { readonly uids: readonly number[]; readonly notBefore: Ms };

async function readBatch(client: ImapFlow, reading: MailboxReading, { uids, notBefore }: Wanted): Promise<Batch> {
  const events: (InboundEvent | SetAside)[] = [];
  const there: number[] = [];
  let bytes = 0;
  let read = 0;
  let cameAt = 0;
  for (const uid of uids) {
    if (read > 0 && bytes > BATCH.bytes) break;
    read += 1;
    const mail = await readMail(client, reading, { uid, notBefore });
    if (mail === undefined) continue;
    there.push(uid);
    events.push(...mail.events.map((event) => withPlace(event, { uid, validity: validityOf(client) })));
    bytes += mail.bytes;
    cameAt = Math.max(cameAt, mail.cameAt);
  }
  return { events, uids: there, read, cameAt };
}

/** What is set aside says where it stands, so that it can be fetched once more. */
function withPlace(
  event: InboundEvent | SetAside,
  place: { readonly uid: number; readonly validity: string },
): InboundEvent | SetAside {
  if (event.t !== "aside") return event;
  return { ...event, raw: { ...fieldsOf(event.raw), ...place } };
}

/** Reads one mail once more that stands where it stood; nothing when it does not. */
export async function readMailAgain(
  reading: MailboxReading,
  raw: Json,
  signal: AbortSignal,
): Promise<readonly (InboundEvent | SetAside)[]> {
  const { uid, validity } = fieldsOf(raw);
  if (typeof uid !== "number" || typeof validity !== "string") return [];
  const client = await openImap(reading.settings, signal);
  try {
    await selectFolder(client, reading.settings);
    if (validityOf(client) !== validity) return [];
    return (await readMail(client, reading, { uid, notBefore: 0 }))?.events ?? [];
  } finally {
    client.close();
  }
}

type ReadMail = { readonly events: readonly (InboundEvent | SetAside)[]; readonly bytes: number; readonly cameAt: Ms };

/** One mail; nothing when it is too old or was taken away meanwhile. One that the server cannot give is set aside, unless the line is cut. */
async function readMail(
  client: ImapFlow,
  reading: MailboxReading,
  { uid, notBefore }: { readonly uid: number; readonly notBefore: Ms },
): Promise<ReadMail | undefined> {
  const one = String(uid);
  let known: FetchMessageObject | false | undefined;
  try {
    known = await client.fetchOne(one, { uid: true, size: true, internalDate: true }, { uid: true });
    if (!known) return undefined;
    const cameAt = timeOf(known.internalDate) ?? reading.clock();
    if (cameAt < notBefore) return undefined;
    if ((known.size ?? 0) > MAIL_BYTES) {
      const head = await client.fetchOne(one, { uid: true, headers: true }, { uid: true });
      const headers = head ? (head.headers ?? new Uint8Array()) : new Uint8Array();
      const aside: SetAside = {
        t: "aside",
        reason: "too-large",
        detail: `${known.size} bytes`,
        raw: rawOf(headers, cameAt),
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
    return { events: [{ t: "aside", reason: "unreadable", detail, raw: {} }], bytes: 0, cameAt };
  }
}

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
