import * as decoding from "lib0/decoding";
import * as v from "valibot";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { AuthorId } from "../../shared/kernel/ids.ts";
import { type GonePeople, PRESENCE_LIMITS } from "../../shared/protocol/board.ts";
import { CLOSE } from "../../shared/protocol/version.ts";
import { type AwarenessEntry, awarenessFrame, type Frame } from "./frame.ts";
import type { Link } from "./link.ts";

/**
 * Who is on a board and what he says of himself (CL25): known keys only, at most 512 bytes, twice a second, spoken for
 * the signed-in person only. What comes too often is not lost but told later, the newest only. Everybody hears of all
 * changes of a twentieth of a second in one frame.
 */
export type PresenceRoom = {
  /** The body of an awareness message of y-protocols. Closes the link when it breaks the rules. */
  readonly receive: (link: Link, body: Uint8Array) => void;
  readonly leave: (link: Link) => void;
  /** Everybody's state; nothing when there is nobody. */
  readonly everybody: () => Frame | undefined;
  readonly close: () => void;
};

/** How long changes are collected before they are told. */
const WINDOW_MS = 50;
/** Messages a second after which a client is not merely fast but broken. */
const FLOOD = 40;
const MOST_MESSAGE_BYTES = 32_768;
const MOST_GONE = 200;

/** A client's state as others get it. */
type Spoken = Readonly<Record<string, unknown>> & { readonly author: AuthorId };
type Said = { readonly clock: number; readonly state: Spoken | null };

type Speaker = {
  client?: number;
  spokeAt: Ms;
  waiting?: Said;
  timer?: NodeJS.Timeout;
  windowAt: Ms;
  inWindow: number;
};

type Parts = {
  /** Client id of the server's own state, in which people who have gone are remembered. */
  readonly serverClient: number;
  /** Remembers people who have gone, where that is wanted. */
  readonly gone?: Map<AuthorId, { readonly heardAt: Ms; readonly unsent: number }>;
  /** Reads what may be said here, and leaves out the rest. */
  readonly schema: v.GenericSchema<unknown, Readonly<Record<string, unknown>>>;
  readonly perSecond: number;
  readonly clock: () => Ms;
  readonly tell: (frame: Frame) => void;
};

export function makePresenceRoom(parts: Parts): PresenceRoom {
  const { serverClient, gone, schema, clock, tell } = parts;
  const spacingMs = 1000 / parts.perSecond;
  const states = new Map<number, Said & { readonly link: Link }>();
  const speakers = new Map<Link, Speaker>();
  const changed = new Set<number>();
  let serverClock = 1;
  let cached: Frame | undefined;
  let timer: NodeJS.Timeout | undefined;

  const serverEntry = (): AwarenessEntry => {
    const state: GonePeople = { gone: Object.fromEntries(gone ?? []) };
    return { client: serverClient, clock: serverClock, state };
  };

  function tellChanges(): void {
    timer = undefined;
    const entries: AwarenessEntry[] = [];
    for (const client of changed) {
      const entry = states.get(client);
      if (entry !== undefined) entries.push({ client, clock: entry.clock, state: entry.state });
      if (entry?.state === null) states.delete(client);
    }
    if (changed.has(serverClient)) entries.push(serverEntry());
    changed.clear();
    if (entries.length > 0) tell(awarenessFrame(entries));
  }

  function noteChange(client: number): void {
    changed.add(client);
    cached = undefined;
    timer ??= setTimeout(tellChanges, WINDOW_MS);
  }

  function setGone(author: AuthorId, facts: { heardAt: Ms; unsent: number } | undefined): void {
    if (gone === undefined || (facts === undefined && !gone.delete(author))) return;
    if (facts !== undefined) {
      gone.delete(author);
      gone.set(author, facts);
      const oldest = gone.keys().next();
      if (gone.size > MOST_GONE && !oldest.done) gone.delete(oldest.value);
    }
    serverClock += 1;
    noteChange(serverClient);
  }

  function speak(link: Link, speaker: Speaker, said: Said): void {
    if (speaker.client === undefined) return;
    speaker.spokeAt = clock();
    states.set(speaker.client, { ...said, link });
    noteChange(speaker.client);
    if (said.state !== null) setGone(said.state.author, undefined);
  }

  function hear(link: Link, speaker: Speaker, said: Said): void {
    const wait = speaker.spokeAt + spacingMs - clock();
    if (wait <= 0 && speaker.timer === undefined) return speak(link, speaker, said);
    speaker.waiting = said;
    speaker.timer ??= setTimeout(() => {
      delete speaker.timer;
      const { waiting } = speaker;
      delete speaker.waiting;
      if (waiting !== undefined) speak(link, speaker, waiting);
    }, wait);
  }

  function isFlood(speaker: Speaker): boolean {
    const now = clock();
    if (now - speaker.windowAt > 1000) {
      speaker.windowAt = now;
      speaker.inWindow = 0;
    }
    speaker.inWindow += 1;
    return speaker.inWindow > FLOOD;
  }

  /** The link's own client id: the first that it speaks for and that nobody else has. */
  function isOwn(link: Link, speaker: Speaker, client: number): boolean {
    if (speaker.client !== undefined) return speaker.client === client;
    const holder = states.get(client);
    if (client === serverClient || (holder !== undefined && holder.link.who.actor.id !== link.who.actor.id))
      return false;
    speaker.client = client;
    return true;
  }

  /** What was said, without what may not be said, under the name of who said it. */
  function spokenFor(link: Link, state: unknown): Spoken | undefined {
    const read = v.safeParse(schema, state);
    return read.success ? { ...read.output, author: link.who.actor.id, heardAt: clock() } : undefined;
  }

  return {
    receive: (link, body) => {
      const speaker = speakers.get(link) ?? { spokeAt: 0, windowAt: 0, inWindow: 0 };
      speakers.set(link, speaker);
      if (body.length > MOST_MESSAGE_BYTES || isFlood(speaker)) return link.close(CLOSE.tooMuch);
      const entries = readEntries(body);
      if (entries === undefined) return link.close(CLOSE.forbidden);
      for (const entry of entries) {
        // A stock client repeats what it heard of others: that is not its to say.
        if (entry.state === null ? speaker.client !== entry.client : !isOwn(link, speaker, entry.client)) continue;
        if (entry.clock < (states.get(entry.client)?.clock ?? 0)) continue;
        if (entry.json.length > PRESENCE_LIMITS.bytes) return link.close(CLOSE.tooMuch);
        const said = entry.state === null ? null : spokenFor(link, entry.state);
        if (said === undefined) return link.close(CLOSE.forbidden);
        hear(link, speaker, { clock: entry.clock, state: said });
      }
    },
    leave: (link) => {
      const speaker = speakers.get(link);
      speakers.delete(link);
      clearTimeout(speaker?.timer);
      if (speaker?.client === undefined) return;
      const entry = states.get(speaker.client);
      if (entry === undefined || entry.link !== link) return;
      states.set(speaker.client, { clock: entry.clock + 1, state: null, link });
      noteChange(speaker.client);
      const author = link.who.actor.id;
      const isElsewhere = [...states.values()].some((other) => other.state?.author === author);
      const last = speaker.waiting?.state ?? entry.state;
      if (!isElsewhere) setGone(author, { heardAt: clock(), unsent: unsentOf(last) });
    },
    everybody: () => {
      if (cached !== undefined) return cached;
      const entries: AwarenessEntry[] = [];
      for (const [client, { clock: at, state }] of states)
        if (state !== null) entries.push({ client, clock: at, state });
      if (gone !== undefined && gone.size > 0) entries.push(serverEntry());
      if (entries.length > 0) cached = awarenessFrame(entries);
      return cached;
    },
    close: () => {
      clearTimeout(timer);
      for (const speaker of speakers.values()) clearTimeout(speaker.timer);
      speakers.clear();
    },
  };
}

const unsentOf = (state: Spoken | null): number => (typeof state?.["unsent"] === "number" ? state["unsent"] : 0);

type Entry = { readonly client: number; readonly clock: number; readonly state: unknown; readonly json: Buffer };

function readEntries(body: Uint8Array): readonly Entry[] | undefined {
  try {
    const decoder = decoding.createDecoder(body);
    const entries: Entry[] = [];
    for (let left = decoding.readVarUint(decoder); left > 0; left -= 1) {
      const client = decoding.readVarUint(decoder);
      const clock = decoding.readVarUint(decoder);
      const json = decoding.readVarString(decoder);
      entries.push({ client, clock, state: JSON.parse(json), json: Buffer.from(json) });
    }
    return entries;
  } catch {
    return undefined; // not y-protocols: answered by closing the link
  }
}
