import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import { deviceOf, type ItemId, parseDocId, SYSTEM_DEVICE, type ThreadId } from "../../shared/kernel/ids.ts";
import type { Arbiter } from "../arbiter/port.ts";
import type { Log } from "../platform/log.ts";
import { feedStart, type StoreDatabase, type StoreSeq } from "../stores/store.ts";
import { pause } from "./pause.ts";
import { makePerform, StoppedError } from "./perform.ts";
import type { Effect, Reaction, Surroundings } from "./reaction.ts";

/**
 * Runs every reaction on every admitted item: first on what the feed of `desk` holds behind a durable checkpoint, then on
 * commits as they are told. The checkpoint follows behind what has been answered: a crash repeats the last effects, whose
 * ids follow from their cause, so that nothing is lost and nothing is done twice.
 *
 *   checkpoint := a place of the feed, once everything that was committed before that place was taken is answered
 *
 * (The feed itself is not followed while commits are told: each of its wake-ups costs the store a read.)
 */
export type ReactionRunner = {
  /** Stops after the item under way. */
  readonly close: () => Promise<void>;
};

type Parts = {
  readonly database: StoreDatabase;
  /** Where the checkpoint is kept: `desk-server`. */
  readonly serverDatabase: StoreDatabase;
  readonly arbiter: Pick<Arbiter, "submit" | "head" | "onCommit">;
  /** What reactions may look at, as it is when they do. */
  readonly around: Omit<Surroundings, "item" | "now" | "attempt">;
  /** An item as it is committed. */
  readonly item: (thread: ThreadId, item: ItemId) => Promise<StampedItem | undefined>;
  readonly clock: () => Ms;
  readonly log: Log;
  readonly reactions: readonly Reaction[];
};

const CHECKPOINT = "reactions";
/** How often the checkpoint is written while there is work; what lies between is repeated after a crash. */
const SAVE_MS = 1_000;
const PAGE = 500;
/** Items in whose reactions work is under way. */
const MOST_AT_ONCE = 64;
const TRIES = 5;
const AGAIN_MS = 500;

/** Lets a desk that was filled at once begin with what happens from now on; does nothing where reactions ran before. */
export async function skipPastReactions(database: StoreDatabase, serverDatabase: StoreDatabase): Promise<void> {
  if ((await serverDatabase.get(CHECKPOINT)) !== undefined) return;
  const { seq } = await database.info();
  await serverDatabase.put({ _id: CHECKPOINT, since: seq }); // a conflict means that they run already
}

/** The place up to which everything is answered; a place of this very feed. */
export async function answeredUpTo(serverDatabase: StoreDatabase): Promise<StoreSeq> {
  const since = (await serverDatabase.get(CHECKPOINT))?.["since"];
  return typeof since === "string" ? (since as StoreSeq) : feedStart; // written here, from this very feed
}

/** Ids of the items behind a place of the feed, up to now: those that are not surely answered. */
export async function itemsBehind(database: StoreDatabase, since: StoreSeq): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let place = since; ; ) {
    const page = await database.changes({ since: place, limit: PAGE, includeDocs: false });
    for (const { id, deleted } of page.rows) if (!deleted && isOthersItem(id)) ids.push(id);
    if (page.rows.length < PAGE) return ids;
    place = page.last;
  }
}

/** For a store that was filled from a copy, whose places of the feed mean nothing in it: what is before this one is answered. */
export async function answerFrom(serverDatabase: StoreDatabase, since: StoreSeq): Promise<void> {
  const doc = await serverDatabase.get(CHECKPOINT);
  const row = await serverDatabase.put({ _id: CHECKPOINT, ...(doc === undefined ? {} : { _rev: doc._rev }), since });
  if (!row.ok) throw new Error(`the reactions' checkpoint could not be written: ${row.error}`);
}

export function runReactions(parts: Parts): ReactionRunner {
  const { database, serverDatabase, arbiter, clock, log } = parts;
  const stop = new AbortController();
  const queue: StampedItem[] = [];
  /** Numbers of items under way, ascending; what stopped in the middle stays, so that no checkpoint passes it. */
  const underWay = new Set<number>();
  const threads = new Map<ThreadId, Promise<void>>();
  let received = 0;
  let begun = 0;
  let isCaughtUp = false;
  let wake: (() => void) | undefined;
  /** A place of the feed, and how many commits must be answered before it may be kept. */
  let planned: { readonly since: StoreSeq; readonly mark: number } | undefined;
  let kept = 0;
  let saving: Promise<void> = Promise.resolve();

  const stopCommits = arbiter.onCommit(({ items }) => {
    for (const item of items) {
      if (!isOthersItem(item._id)) continue;
      queue.push(item);
      received += 1;
    }
    // After the frames of this commit: what follows from an item is no part of its way to those who read it.
    if (queue.length > 0) setImmediate(() => wake?.());
  });

  /** How many of the first items are answered without a gap. */
  const answered = (): number => {
    const first = underWay.values().next();
    return first.done === true ? begun : first.value - 1;
  };

  async function save(since: StoreSeq): Promise<void> {
    const doc = await serverDatabase.get(CHECKPOINT);
    await serverDatabase.put({ _id: CHECKPOINT, ...(doc === undefined ? {} : { _rev: doc._rev }), since });
  }

  const performOne = makePerform({
    arbiter,
    item: parts.item,
    signal: stop.signal,
    pause: (ms) => pause(ms, stop.signal),
  });

  /** Writes the effects of one reaction in order; "again" when the head had moved on. */
  async function perform(effects: readonly Effect[]): Promise<"done" | "again"> {
    let outcome: "done" | "again" = "done";
    for (const effect of effects) {
      const came = await performOne(effect);
      if (came.t === "refused") {
        log.warn({ cause: effect.kind, code: came.code }, "an effect of a reaction was refused");
      } else if (came.item.stamp.reason === "version" || came.item.stamp.reason === "epoch") outcome = "again";
    }
    return outcome;
  }

  async function react(item: StampedItem): Promise<void> {
    for (const reaction of parts.reactions) {
      const read = await readFor(reaction, item);
      for (let attempt = 1; attempt <= TRIES; attempt += 1) {
        const head = await arbiter.head(item.thread);
        if (head === undefined) return;
        const surroundings = { ...parts.around, item: read, now: clock(), attempt };
        const effects = reaction.decide({ item, head }, surroundings);
        if (effects.length === 0 || (await perform(effects)) === "done" || !reaction.again) break;
      }
    }
  }

  async function readFor(reaction: Reaction, item: StampedItem): Promise<Surroundings["item"]> {
    const found = new Map<string, StampedItem>();
    for (const place of reaction.reads?.(item) ?? []) {
      const stored = await parts.item(place.thread, place.item);
      if (stored !== undefined) found.set(`${place.thread}:${place.item}`, stored);
    }
    return (thread, id) => found.get(`${thread}:${id}`);
  }

  /** An item that a reaction cannot bear must not stop the desk: it is set aside, and the rest flows. */
  async function reactSafely(item: StampedItem): Promise<void> {
    for (;;) {
      try {
        return await react(item);
      } catch (error) {
        if (error instanceof StoppedError) throw error;
        if (!isStoreFault(error)) return log.error({ err: error, item: item._id }, "a reaction failed");
        log.warn({ err: error }, "reactions wait for the store");
        await pause(AGAIN_MS, stop.signal);
        if (stop.signal.aborted) throw new StoppedError();
      }
    }
  }

  /** One after another within a thread, threads beside each other. */
  async function inThreads(items: readonly StampedItem[]): Promise<void> {
    const byThread = new Map<ThreadId, StampedItem[]>();
    for (const item of items) byThread.set(item.thread, [...(byThread.get(item.thread) ?? []), item]);
    await Promise.all(
      [...byThread.values()].map(async (own) => {
        for (const item of own) await reactSafely(item);
      }),
    );
  }

  /** What was admitted behind the checkpoint, up to now. */
  async function catchUp(): Promise<void> {
    let place = await answeredUpTo(serverDatabase);
    while (!stop.signal.aborted) {
      const page = await database.changes({ since: place, limit: PAGE, includeDocs: false });
      const wanted = page.rows.filter((row) => !row.deleted && isOthersItem(row.id)).map((row) => row.id);
      const docs = wanted.length === 0 ? [] : await database.getMany(wanted);
      const items = docs as readonly unknown[] as readonly (StampedItem | undefined)[]; // only the arbiter writes items
      // What is not stamped is not there; these are not counted, their place is kept by the page.
      await inThreads(items.flatMap((item) => (item?.stamp === undefined ? [] : [item])));
      place = page.last;
      if (page.rows.length < PAGE) break;
      await save(place);
    }
    isCaughtUp = true;
  }

  /** Begins one item: items of one thread go one after another, threads beside each other. */
  function begin(item: StampedItem): Promise<void> {
    begun += 1;
    const number = begun;
    underWay.add(number);
    const before = threads.get(item.thread) ?? Promise.resolve();
    const work = before.then(async () => {
      await reactSafely(item);
      underWay.delete(number);
    });
    const settled = work
      .catch(() => undefined) // stopped: the next start answers it
      .finally(() => {
        if (threads.get(item.thread) === settled) threads.delete(item.thread);
        if (planned !== undefined && answered() >= planned.mark) keepPlanned(planned.since);
        wake?.();
      });
    threads.set(item.thread, settled);
    return settled;
  }

  async function drain(): Promise<void> {
    while (!stop.signal.aborted) {
      const item = underWay.size < MOST_AT_ONCE ? queue.shift() : undefined;
      if (item !== undefined) void begin(item);
      else {
        await new Promise<void>((resolve) => (wake = resolve));
        wake = undefined;
      }
    }
    await Promise.all(threads.values());
  }

  function keepPlanned(since: StoreSeq): void {
    planned = undefined;
    kept = answered();
    saving = save(since).catch(() => undefined); // the next one is kept a second later
  }

  /** Takes a place of the feed; everything before it that was not answered yet is waited for. */
  async function plan(): Promise<void> {
    if (!isCaughtUp || planned !== undefined || kept === received) return;
    const { seq } = await database.info();
    planned = { since: seq, mark: received };
    if (answered() >= received) keepPlanned(seq);
  }

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        if (!isCaughtUp) await catchUp();
        await drain();
      } catch (error) {
        if (stop.signal.aborted) return;
        log.warn({ err: error }, "reactions broke off; they go on from their checkpoint");
        await pause(AGAIN_MS, stop.signal);
      }
    }
  }
  const planner = setInterval(() => {
    plan().catch(() => undefined); // the store does not answer: nothing is kept, a start repeats more
  }, SAVE_MS);
  const running = run();

  return {
    close: async () => {
      stop.abort();
      stopCommits();
      clearInterval(planner);
      wake?.();
      await running;
      await saving;
    },
  };
}

const isStoreFault = (error: unknown): boolean => error instanceof Error && error.name === "StoreError";

/** An item that somebody else than the desk wrote: a reaction to a reaction would not end. */
function isOthersItem(id: string): boolean {
  const item = parseDocId(id)?.item;
  return item !== undefined && deviceOf(item) !== SYSTEM_DEVICE;
}
