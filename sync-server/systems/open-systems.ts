import * as v from "valibot";
import { type Random, randomDigits } from "../../shared/kernel/ids.ts";
import {
  FILE_SOURCES,
  type LookAnswer,
  type RunInfo,
  SECRET_SETTINGS,
  type SourceBody,
  type SourceInfo,
  type SourcePatch,
} from "../../shared/protocol/systems.ts";
import type { Log } from "../platform/log.ts";
import { pause } from "../reactions/pause.ts";
import type { Blobs } from "../stores/blobs.ts";
import type { StoreDatabase } from "../stores/store.ts";
import { writeCsv } from "./read-csv.ts";
import { openRunBook } from "./run-book.ts";
import { type RunParts, readAny } from "./run-source.ts";
import {
  presentRun,
  presentSource,
  type RunFault,
  type SourceDoc,
  secretDoc,
  sourceDoc,
  sourceIdOf,
} from "./source-docs.ts";
import { SourceError } from "./source-error.ts";
import { keepBytes, readBytes, typeOf } from "./source-files.ts";
import { withPatch } from "./source-patch.ts";
import { NotNowError } from "./write-records.ts";

/** Other systems that the desk reads: set up by admins, read on demand or by the clock (S45, U18). */
export type Systems = {
  readonly list: () => Promise<readonly SourceInfo[]>;
  readonly make: (body: SourceBody) => Promise<SourceInfo>;
  readonly change: (id: string, patch: SourcePatch) => Promise<SourceInfo | undefined>;
  readonly remove: (id: string) => Promise<boolean>;
  /** Keeps the file that the source reads from now on. */
  readonly bring: (
    id: string,
    file: { readonly name: string; readonly bytes: Uint8Array },
  ) => Promise<SourceInfo | undefined>;
  readonly look: (id: string) => Promise<LookAnswer | undefined>;
  /** Begins a run, or tells the one that is under way. */
  readonly run: (id: string, dry: boolean) => Promise<RunInfo | undefined>;
  readonly runs: (id: string) => Promise<readonly RunInfo[]>;
  readonly stop: (run: string) => Promise<RunInfo | undefined>;
  readonly refused: (run: string) => Promise<string | undefined>;
  /** Resolves when no run is under way. */
  readonly idle: () => Promise<void>;
  /** Runs under way are broken off; the next start goes on with them. */
  readonly close: () => Promise<void>;
};

type Parts = Omit<RunParts, "keepFile" | "readFile" | "pause"> & {
  /** `desk-server`. */
  readonly database: StoreDatabase;
  readonly files: Blobs;
  readonly random: Random;
  readonly log: Log;
};

const HOUR_MS = 3_600_000;
/** How often schedules are looked at. */
const TICK_MS = 30_000;
const SHOWN_ROWS = 20;
const SHOWN_RUNS = 30;

/** Opens it; runs that the last program left go on. */
export function openSystems(parts: Parts): Systems {
  const { database, files, clock, random, log } = parts;
  const closing = new AbortController();

  const runParts: RunParts = {
    ...parts,
    pause: (ms) => pause(ms, closing.signal),
    keepFile: async (name, bytes) => {
      const sha = await keepBytes(files, bytes);
      return { sha, name, type: typeOf(name), size: bytes.byteLength };
    },
    readFile: (sha) => readBytes(files, sha),
  };

  async function read<Schema extends v.GenericSchema>(
    id: string,
    schema: Schema,
  ): Promise<v.InferOutput<Schema> | undefined> {
    const doc = await database.get(id);
    const parsed = doc === undefined ? undefined : v.safeParse(schema, doc);
    return parsed?.success === true ? parsed.output : undefined;
  }
  const readSource = (id: string): Promise<SourceDoc | undefined> =>
    /^[0-9a-z]{10}$/.test(id) ? read(`system:${id}`, sourceDoc) : Promise.resolve(undefined);

  /** Reads, changes, writes; again when somebody was faster. */
  async function update(id: string, change: (doc: SourceDoc) => SourceDoc): Promise<SourceDoc | undefined> {
    for (;;) {
      const doc = await readSource(id);
      if (doc === undefined) return undefined;
      const next = change(doc);
      const row = await database.put(next);
      if (row.ok) return { ...next, _rev: row.rev };
      if (row.error !== "conflict") throw new NotNowError(row.error);
    }
  }

  async function secretsOf(id: string): Promise<Readonly<Record<string, string | number | boolean>>> {
    return (await read(`system-secret:${id}`, secretDoc))?.values ?? {};
  }

  async function keepSecrets(id: string, settings: SourcePatch["settings"]): Promise<void> {
    const named = Object.entries(settings ?? {}).filter(([name]) => SECRET_SETTINGS.includes(name));
    if (named.length === 0) return;
    const doc = await read(`system-secret:${id}`, secretDoc);
    const values = { ...doc?.values };
    for (const [name, value] of named) {
      if (value === null) delete values[name];
      else values[name] = value;
    }
    const row = await database.put({
      _id: `system-secret:${id}`,
      ...(doc?._rev === undefined ? {} : { _rev: doc._rev }),
      values,
    });
    if (!row.ok) throw new NotNowError(row.error);
  }

  const book = openRunBook({ database, run: runParts, secretsOf, random, log, closing: closing.signal });

  async function info(doc: SourceDoc): Promise<SourceInfo> {
    const id = sourceIdOf(doc);
    const [lastRun] = await book.of(id, 1);
    return presentSource(doc, { secrets: Object.keys(await secretsOf(id)), lastRun });
  }

  async function sources(): Promise<readonly SourceDoc[]> {
    const docs = await database.range({ start: "system:", end: "system:~" });
    return docs.flatMap((doc) => {
      const parsed = v.safeParse(sourceDoc, doc);
      return parsed.success ? [parsed.output] : [];
    });
  }

  /** After a start: what was running goes on; what it wrote is found written. */
  async function resume(): Promise<void> {
    for (const doc of await sources()) await book.resume(doc);
  }

  async function tick(): Promise<void> {
    for (const doc of await sources()) {
      const id = sourceIdOf(doc);
      const isDue = doc.nextRunAt !== undefined && doc.everyHours !== undefined && doc.nextRunAt <= clock();
      if (!isDue || book.isRunning(id)) continue;
      try {
        // Begun first: a run that the store did not let begin comes with the next look, not a whole period later.
        await book.start(doc, false);
        await update(id, (one) => ({ ...one, nextRunAt: clock() + (one.everyHours ?? 24) * HOUR_MS }));
      } catch (error) {
        warn(error);
      }
    }
  }
  const warn = (error: unknown): void => log.warn({ err: error }, "schedules of other systems wait for the store");
  const resuming = resume().catch(warn);
  const ticker = setInterval(() => void tick().catch(warn), TICK_MS);

  return {
    list: async () => Promise.all((await sources()).map(info)),
    make: async (body) => {
      const id = randomDigits(random, 10);
      await keepSecrets(id, body.settings);
      const doc = withPatch(
        { _id: `system:${id}`, kind: body.kind, name: body.name, settings: {}, createdAt: clock() },
        body,
        clock(),
      );
      const row = await database.put({ ...doc });
      if (!row.ok) throw new NotNowError(row.error);
      return info(doc);
    },
    change: async (id, patch) => {
      const before = await readSource(id);
      const doc = await update(id, (one) => withPatch(one, patch, clock()));
      if (doc === undefined) return undefined;
      // A password goes to no other place than the one it was given for.
      const isElsewhere = before?.settings["url"] !== undefined && before.settings["url"] !== doc.settings["url"];
      await keepSecrets(id, { ...(isElsewhere ? { password: null } : {}), ...patch.settings });
      return info(doc);
    },
    remove: async (id) => {
      const doc = await database.get(`system:${id}`);
      if (doc === undefined) return false;
      await book.stop(id);
      for (const name of [`system-secret:${id}`, `system:${id}`]) {
        const one = await database.get(name);
        if (one !== undefined) await database.remove(name, one._rev);
      }
      return true;
    },
    bring: async (id, { name, bytes }) => {
      const known = await readSource(id);
      if (known === undefined) return undefined;
      if (!FILE_SOURCES.has(known.kind)) throw new SourceError("config", "this kind reads no file");
      if (bytes.byteLength === 0) throw new SourceError("format", "the file is empty");
      const sha = await keepBytes(files, bytes);
      const doc = await update(id, (one) => ({ ...one, file: { sha, name, size: bytes.byteLength, at: clock() } }));
      return doc === undefined ? undefined : info(doc);
    },
    look: async (id) => {
      const doc = await readSource(id);
      if (doc === undefined) return undefined;
      try {
        const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(60_000)]);
        const { columns, rows } = await readAny(runParts, { doc, secrets: await secretsOf(id), signal });
        return { ok: true, columns, rows: rows.slice(0, SHOWN_ROWS).map(({ values }) => values), total: rows.length };
      } catch (error) {
        if (!(error instanceof SourceError)) throw error;
        return { ok: false, code: error.code, detail: error.message };
      }
    },
    run: async (id, dry) => {
      const doc = await readSource(id);
      if (doc === undefined) return undefined;
      await resuming;
      return presentRun(await book.start(doc, dry));
    },
    runs: async (id) => (await book.of(id, SHOWN_RUNS)).map(presentRun),
    stop: async (run) => {
      await book.stop(run.slice(0, run.indexOf(":")));
      const doc = await book.get(run);
      return doc === undefined ? undefined : presentRun(doc);
    },
    refused: async (run) => {
      const doc = await book.get(run);
      const row = ({ line, key, column = "", value = "", code }: RunFault): readonly string[] => [
        String(line),
        key,
        column,
        value,
        code,
      ];
      return doc === undefined
        ? undefined
        : writeCsv(["line", "key", "column", "value", "reason"], doc.faults.map(row));
    },
    idle: async () => {
      await resuming;
      await book.idle();
    },
    close: async () => {
      closing.abort();
      clearInterval(ticker);
      await resuming;
      await book.idle();
    },
  };
}
