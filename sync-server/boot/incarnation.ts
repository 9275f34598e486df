import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as v from "valibot";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { StoreDatabase } from "../stores/store.ts";

/**
 * The desk's incarnation (CL27). A counter is written into the store and then into a file beside it, which is no part of a
 * backup. A store whose counter is behind the file's is an older one, put back: `inc` is raised before anybody is answered.
 *
 *   every start, and every ten seconds with commits:   store := count + 1, then file := count + 1
 *   store < file at a start                            the store was restored
 *   an orderly end                                     the same, and the store says `closed` until the next start
 */
export type Incarnation = {
  readonly inc: number;
  /** The store is an older one than the one that ran here last: restore before anything else. */
  readonly isRestored: boolean;
  /** The one who ran here last said goodbye: nothing that he wrote can still be on its way into the store. */
  readonly wasClosed: boolean;
  /** To be called when the restore is done: only then does the new `inc` stand. */
  readonly settle: () => Promise<void>;
  /** Something was committed. */
  readonly noteCommit: () => void;
  readonly close: () => Promise<void>;
};

const fileSchema = v.object({ inc: v.number(), count: v.number() });
const docSchema = v.object({ ...fileSchema.entries, closed: v.optional(v.boolean(), false) });
const DOC = "incarnation";
const BEAT_MS = 10_000;

type Parts = { readonly database: StoreDatabase; readonly folder: string; readonly clock: () => Ms };

export async function openIncarnation({ database, folder, clock }: Parts): Promise<Incarnation> {
  const path = join(folder, "incarnation.json");
  const file = await readMarker(path);
  const doc = await database.get(DOC);
  const stored = v.safeParse(docSchema, doc);
  const kept = stored.success ? stored.output : { inc: 1, count: 0, closed: false };
  const isRestored = file !== undefined && kept.count < file.count;
  const inc = isRestored ? Math.max(kept.inc, file.inc) + 1 : Math.max(kept.inc, file?.inc ?? 1);
  let count = Math.max(kept.count, file?.count ?? 0);
  let rev = doc?._rev;
  let beatAt = 0;
  let hasCommits = false;

  async function beat(closed = false): Promise<void> {
    hasCommits = false;
    beatAt = clock();
    const next = count + 1;
    const row = await database.put({ _id: DOC, ...(rev === undefined ? {} : { _rev: rev }), inc, count: next, closed });
    if (!row.ok) {
      rev = (await database.get(DOC))?._rev;
      hasCommits = true;
      return;
    }
    rev = row.rev;
    count = next;
    await writeMarker(path, { inc, count });
  }

  const timer = setInterval(() => {
    // A beat that failed is made up for by the next one.
    if (hasCommits && clock() - beatAt >= BEAT_MS) beat().catch(() => (hasCommits = true));
  }, BEAT_MS / 2);

  return {
    inc,
    isRestored,
    wasClosed: kept.closed && !isRestored,
    settle: async () => {
      await beat();
      if (hasCommits) throw new Error("the desk's incarnation could not be written");
    },
    noteCommit: () => {
      hasCommits = true;
    },
    close: async () => {
      clearInterval(timer);
      await beat(true).catch(() => undefined); // to the next start it is as if the process had been killed
    },
  };
}

/**
 * Says of a store that a backup was just put into it: its next start raises `inc`, also where the backup was the last state
 * of all, and on a machine that has no marker yet. The marker of this machine is never lowered.
 */
export async function markStoreRestored({ database, folder }: Pick<Parts, "database" | "folder">): Promise<void> {
  const path = join(folder, "incarnation.json");
  const file = await readMarker(path);
  const doc = await database.get(DOC);
  const stored = v.safeParse(fileSchema, doc);
  const inc = Math.max(stored.success ? stored.output.inc : 1, file?.inc ?? 1);
  const row = await database.put({ _id: DOC, ...(doc === undefined ? {} : { _rev: doc._rev }), inc, count: 0 });
  if (!row.ok) throw new Error(`the desk's incarnation could not be written: ${row.error}`);
  await writeMarker(path, { inc, count: Math.max(file?.count ?? 0, 1) });
}

async function readMarker(path: string): Promise<v.InferOutput<typeof fileSchema> | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const read = v.safeParse(fileSchema, JSON.parse(text));
  if (!read.success) throw new Error(`${path} is damaged: take it away only when the store was surely not restored`);
  return read.output;
}

/** Whole or not at all, and on the disk. */
async function writeMarker(path: string, marker: v.InferOutput<typeof fileSchema>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(`${path}.new`, "w");
  try {
    await file.writeFile(JSON.stringify(marker));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}
