import * as v from "valibot";
import { type Random, randomDigits } from "../../shared/kernel/ids.ts";
import type { Log } from "../platform/log.ts";
import type { StoreDatabase } from "../stores/store.ts";
import { type Progress, type RunParts, runSource } from "./run-source.ts";
import { NO_COUNTS, type RunDoc, runDoc, type SourceDoc, sourceIdOf } from "./source-docs.ts";
import { SourceError } from "./source-error.ts";
import { NotNowError } from "./write-records.ts";

/** Runs of sources: one at a time of each, kept while they go on, so that a crash is gone on from. */
export type RunBook = {
  /** Newest first, as they stand now. */
  readonly of: (source: string, limit: number) => Promise<readonly RunDoc[]>;
  readonly get: (run: string) => Promise<RunDoc | undefined>;
  /** Begins one, or tells the one that is under way. */
  readonly start: (doc: SourceDoc, dry: boolean) => Promise<RunDoc>;
  /** Goes on with the newest one, where the last program was broken off in it. */
  readonly resume: (doc: SourceDoc) => Promise<void>;
  readonly isRunning: (source: string) => boolean;
  /** Ends what is under way of a source, after the record under way. */
  readonly stop: (source: string) => Promise<void>;
  readonly idle: () => Promise<void>;
};

type Parts = {
  /** `desk-server`. */
  readonly database: StoreDatabase;
  readonly run: RunParts;
  readonly secretsOf: (source: string) => Promise<Readonly<Record<string, string | number | boolean>>>;
  readonly random: Random;
  readonly log: Log;
  /** The program ends: runs under way stay "running". */
  readonly closing: AbortSignal;
};

type Running = {
  readonly doc: RunDoc;
  readonly progress: Progress;
  readonly abort: AbortController;
  isStopped: boolean;
  ended: Promise<void>;
};

const KEEP_MS = 1_000;
const END_TRIES = 60;

export function openRunBook(parts: Parts): RunBook {
  const { database, random, log, closing } = parts;
  const running = new Map<string, Running>();
  /** Sources whose next run is being kept: who asks meanwhile is told of that one. */
  const starting = new Map<string, Promise<RunDoc>>();
  let keeping: Promise<void> = Promise.resolve();

  /** A run under way as it stands in memory. */
  function live(doc: RunDoc): RunDoc {
    const now = running.get(doc._id);
    return now === undefined ? doc : { ...doc, counts: { ...now.progress.counts }, faults: now.progress.faults };
  }

  async function of(source: string, limit: number): Promise<readonly RunDoc[]> {
    const place = { start: `system-run:${source}:`, end: `system-run:${source}:~` };
    const docs = await database.range({ ...place, descending: true, limit });
    return docs.flatMap((doc) => {
      const parsed = v.safeParse(runDoc, doc);
      return parsed.success ? [live(parsed.output)] : [];
    });
  }

  const underWay = (source: string): Running | undefined =>
    [...running.values()].find(({ doc }) => sourceIdOf(doc) === source);

  function keep(now: Running, end: Partial<RunDoc>): Promise<void> {
    keeping = keeping
      .catch(() => undefined) // the one before told whoever waited for it
      .then(async () => {
        const stored = await database.get(now.doc._id);
        const { counts, faults } = now.progress;
        const { _rev: _old, ...doc } = now.doc;
        const rev = stored === undefined ? {} : { _rev: stored._rev };
        // Refused rows are many: until the end they are told from memory, and a run that is gone on with finds them again.
        const told = end.state === undefined ? [] : [...faults];
        const row = await database.put({ ...doc, ...rev, ...end, counts: { ...counts }, faults: told });
        if (!row.ok) throw new NotNowError(row.error);
      });
    return keeping;
  }

  /** A run whose end is not kept would be shown as running for ever. */
  async function keepEnd(now: Running, end: Partial<RunDoc>): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await keep(now, end);
      } catch (error) {
        if (tries === END_TRIES || closing.aborted) throw error;
        await parts.run.pause(KEEP_MS);
      }
    }
  }

  function begin(doc: SourceDoc, run: RunDoc): void {
    const progress: Progress = { counts: { ...NO_COUNTS }, faults: [] };
    const abort = new AbortController();
    const now: Running = { doc: run, progress, abort, isStopped: false, ended: Promise.resolve() };
    running.set(run._id, now);
    now.ended = work(doc, now).catch((error: unknown) => {
      running.delete(run._id);
      log.error({ err: error, run: run._id }, "a run could not be kept");
    });
  }

  async function work(doc: SourceDoc, now: Running): Promise<void> {
    const { progress } = now;
    const signal = AbortSignal.any([closing, now.abort.signal]);
    const keeper = setInterval(() => void keep(now, {}).catch(() => undefined), KEEP_MS); // the end is kept in any case
    let end: Partial<RunDoc>;
    try {
      const secrets = await parts.secretsOf(sourceIdOf(doc));
      await runSource(parts.run, { doc, secrets, signal, dry: now.doc.dry }, progress);
      end = { state: now.isStopped ? "stopped" : "done" };
    } catch (error) {
      const code = error instanceof SourceError ? error.code : "store";
      if (code === "store") log.warn({ err: error, run: now.doc._id }, "a run of another system's records failed");
      // A call that was broken off because somebody stopped it is no fault.
      end = now.isStopped
        ? { state: "stopped" }
        : { state: "failed", code, detail: error instanceof Error ? error.message.slice(0, 300) : "" };
    }
    clearInterval(keeper);
    // Broken off by the program's end: it stays "running", and the next start goes on with it.
    if (!closing.aborted || now.isStopped) await keepEnd(now, { ...end, endedAt: parts.run.clock() });
    await keeping.catch(() => undefined);
    running.delete(now.doc._id);
  }

  async function startNew(doc: SourceDoc, dry: boolean): Promise<RunDoc> {
    const startedAt = parts.run.clock();
    const _id = `system-run:${sourceIdOf(doc)}:${String(startedAt).padStart(15, "0")}${randomDigits(random, 4)}`;
    const run: RunDoc = { _id, dry, state: "running", startedAt, counts: NO_COUNTS, faults: [] };
    const row = await database.put({ ...run });
    if (!row.ok) throw new NotNowError(row.error);
    begin(doc, run);
    return run;
  }

  return {
    of,
    get: async (run) => {
      const doc = await database.get(`system-run:${run}`);
      const parsed = doc === undefined ? undefined : v.safeParse(runDoc, doc);
      return parsed?.success === true ? live(parsed.output) : undefined;
    },
    start: (doc, dry) => {
      const source = sourceIdOf(doc);
      const now = underWay(source);
      if (now !== undefined) return Promise.resolve(live(now.doc));
      const known = starting.get(source);
      if (known !== undefined) return known;
      const made = startNew(doc, dry).finally(() => starting.delete(source));
      starting.set(source, made);
      return made;
    },
    resume: async (doc) => {
      const [last] = await of(sourceIdOf(doc), 1);
      if (last?.state === "running" && !running.has(last._id)) begin(doc, last);
    },
    isRunning: (source) => underWay(source) !== undefined,
    stop: async (source) => {
      const now = underWay(source);
      if (now === undefined) return;
      now.isStopped = true;
      now.abort.abort();
      await now.ended;
    },
    idle: async () => {
      await Promise.all([...running.values()].map(({ ended }) => ended));
    },
  };
}
