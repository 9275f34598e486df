import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import { deviceOf, parseDocId, SYSTEM, SYSTEM_DEVICE } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import type { Arbiter } from "../arbiter/port.ts";
import type { Log } from "../platform/log.ts";
import { type ChangeRow, feedStart, type StoreDatabase, type StoreSeq } from "../stores/store.ts";
import { type Effect, makeSystemItem, type Reaction, type Surroundings } from "./reaction.ts";

/** The desk itself. */
export const SYSTEM_ACTOR: Actor = { kind: "system", id: SYSTEM };

/**
 * Follows the feed of `desk` from a durable checkpoint and runs every reaction on every admitted item. The checkpoint moves
 * after the effects are answered: a crash repeats the last ones, whose ids follow from their cause, so that nothing is
 * lost and nothing is done twice.
 */
export type ReactionRunner = {
  /** Stops after the batch under way. */
  readonly close: () => Promise<void>;
};

type Parts = {
  readonly database: StoreDatabase;
  /** Where the checkpoint is kept: `desk-server`. */
  readonly serverDatabase: StoreDatabase;
  readonly arbiter: Pick<Arbiter, "submit" | "head">;
  readonly field: Surroundings["field"];
  readonly clock: () => Ms;
  readonly log: Log;
  readonly reactions: readonly Reaction[];
};

const CHECKPOINT = "reactions";
/** How often the checkpoint is written while there is work; what lies between is repeated after a crash. */
const SAVE_MS = 1_000;
const TRIES = 5;
const AGAIN_MS = 500;

/** Lets a desk that was filled at once begin with what happens from now on; does nothing where reactions ran before. */
export async function skipPastReactions(database: StoreDatabase, serverDatabase: StoreDatabase): Promise<void> {
  if ((await serverDatabase.get(CHECKPOINT)) !== undefined) return;
  const { seq } = await database.info();
  await serverDatabase.put({ _id: CHECKPOINT, since: seq }); // a conflict means that they run already
}

export function runReactions(parts: Parts): ReactionRunner {
  const { database, serverDatabase, arbiter, clock, log } = parts;
  const stop = new AbortController();
  let rev: string | undefined;
  let since: StoreSeq = feedStart;
  let savedAt = 0;
  let isUnsaved = false;

  async function load(): Promise<void> {
    const doc = await serverDatabase.get(CHECKPOINT);
    rev = doc?._rev;
    const kept = doc?.["since"];
    if (typeof kept === "string") since = kept as StoreSeq; // written below, from this very feed
  }

  async function save(): Promise<void> {
    const row = await serverDatabase.put({ _id: CHECKPOINT, ...(rev === undefined ? {} : { _rev: rev }), since });
    savedAt = clock();
    isUnsaved = !row.ok;
    if (row.ok) rev = row.rev;
    else if (row.error === "conflict") rev = (await serverDatabase.get(CHECKPOINT))?._rev;
  }

  /** Writes the effects of one reaction in order; "again" when the head had moved on. */
  async function perform(effects: readonly Effect[]): Promise<"done" | "again"> {
    let outcome: "done" | "again" = "done";
    for (const effect of effects) {
      for (let attempt = 1; ; attempt += 1) {
        const [answer] = await arbiter.submit([{ item: makeSystemItem(effect), actor: SYSTEM_ACTOR }]);
        if (answer?.answer === "retry") {
          if (stop.signal.aborted) throw new StoppedError();
          await pause(answer.afterMs ?? AGAIN_MS, stop.signal);
          continue;
        }
        if (answer === undefined || answer.answer === "refused") {
          log.warn({ cause: effect.kind, code: answer?.code, attempt }, "an effect of a reaction was refused");
        } else if (answer.item.stamp.reason === "version") outcome = "again";
        break;
      }
    }
    return outcome;
  }

  async function react(item: StampedItem): Promise<void> {
    for (const reaction of parts.reactions) {
      for (let attempt = 1; attempt <= TRIES; attempt += 1) {
        const head = await arbiter.head(item.thread);
        if (head === undefined) return;
        const effects = reaction.decide({ item, head }, { field: parts.field, now: clock() });
        if (effects.length === 0 || (await perform(effects)) === "done" || !reaction.again) break;
      }
    }
  }

  async function take(rows: readonly ChangeRow[]): Promise<void> {
    // Heads and what the desk wrote itself are most of the feed: they are not even read.
    const wanted = rows.filter((row) => !row.deleted && isOthersItem(row.id)).map((row) => row.id);
    const docs = wanted.length === 0 ? [] : await database.getMany(wanted);
    const items = new Map(docs.flatMap((doc) => (doc === undefined ? [] : [[doc._id, doc] as const])));
    for (const row of rows) {
      const item = items.get(row.id) as unknown as StampedItem | undefined; // only the arbiter writes items
      if (item?.stamp !== undefined) {
        await react(item).catch((error: unknown) => {
          if (error instanceof StoppedError || isStoreFault(error)) throw error;
          // One item that a reaction cannot bear must not stop the desk: it is set aside, and the rest flows.
          log.error({ err: error, item: item._id }, "a reaction failed");
        });
      }
      since = row.seq;
      isUnsaved = true;
      if (clock() - savedAt >= SAVE_MS) await save();
    }
  }

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        await load();
        await database.follow({ since, includeDocs: false, signal: stop.signal }, take);
      } catch (error) {
        if (stop.signal.aborted) break;
        log.warn({ err: error }, "the feed of reactions broke off; it goes on from its checkpoint");
        await pause(AGAIN_MS, stop.signal);
      }
    }
    if (isUnsaved) await save().catch(() => undefined); // the next start repeats a little
  }
  const saver = setInterval(() => {
    if (isUnsaved && clock() - savedAt >= SAVE_MS) save().catch(() => undefined);
  }, SAVE_MS);
  const running = run();

  return {
    close: async () => {
      stop.abort();
      clearInterval(saver);
      await running;
    },
  };
}

class StoppedError extends Error {}

const isStoreFault = (error: unknown): boolean => error instanceof Error && error.name === "StoreError";

/** An item that somebody else than the desk wrote: a reaction to a reaction would not end. */
function isOthersItem(id: string): boolean {
  const item = parseDocId(id)?.item;
  return item !== undefined && deviceOf(item) !== SYSTEM_DEVICE;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
