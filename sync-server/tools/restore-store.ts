import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { markStoreRestored } from "../boot/incarnation.ts";
import { answerFrom } from "../reactions/runner.ts";
import type { DatabaseName, RevisionDoc, Store, StoreDatabase } from "../stores/store.ts";
import { databaseNames } from "../stores/store.ts";
import { copyFiles } from "./backup-files.ts";
import { dumpName, hashFile, MANIFEST, type Manifest, manifestSchema, readDump } from "./backup-format.ts";

export type RestoreParts = {
  /** The store that the backup goes into: empty. */
  readonly store: Store;
  /** The data folder: its incarnation marker stays, and is made where there is none. */
  readonly dataDir: string;
  /** The backup. */
  readonly folder: string;
};

/** Why a backup was not put back: said before anything is written. */
export class RestoreRefusedError extends Error {
  override readonly name = "RestoreRefusedError";
  readonly why: "no-backup" | "damaged" | "in-use";

  constructor(why: "no-backup" | "damaged" | "in-use", message: string) {
    super(message);
    this.why = why;
  }
}

const PAGE = 500;

/**
 * Puts a backup into an empty store. The next start raises the desk's incarnation before it answers anyone, whatever the
 * backup's age, and devices give back what it lacks (CL27, decision 0005). Cut short, it leaves a store that is not empty
 * and has no accounts: empty it and begin again.
 */
export async function restoreBackup({ store, dataDir, folder }: RestoreParts): Promise<Manifest> {
  const manifest = await readManifest(folder);
  for (const name of databaseNames) {
    const { sha256 } = manifest.databases[name];
    const found = await hashFile(join(folder, dumpName(name))).catch(() => undefined);
    if (found !== sha256) throw new RestoreRefusedError("damaged", `${dumpName(name)} is not what was written`);
  }
  for (const name of databaseNames) {
    const [first] = await (await store.open(name)).range({ start: "", end: "\uffff", limit: 1, keysOnly: true });
    if (first !== undefined) throw new RestoreRefusedError("in-use", `the database ${name} is not empty`);
  }
  await copyFiles(join(folder, "files"), join(dataDir, "files"));
  // Accounts last: a desk that can be signed in to is whole.
  const desk = await store.open("desk");
  const late = new Set(manifest.unanswered);
  await load(desk, folder, { name: "desk", wanted: (id) => !late.has(id) });
  const { seq } = await desk.info();
  await load(desk, folder, { name: "desk", wanted: (id) => late.has(id) });
  await load(await store.open("desk-audit"), folder, { name: "desk-audit", wanted: () => true });
  const server = await store.open("desk-server");
  await load(server, folder, { name: "desk-server", wanted: () => true });
  await answerFrom(server, seq);
  await markStoreRestored({ database: server, folder: dataDir });
  return manifest;
}

async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, MANIFEST), "utf8").catch(() => undefined);
  if (text === undefined) throw new RestoreRefusedError("no-backup", `${folder} holds no whole backup`);
  const read = v.safeParse(manifestSchema, parseOrNothing(text));
  if (!read.success) throw new RestoreRefusedError("damaged", `${MANIFEST} is not one that this program knows`);
  return read.output;
}

type Load = { readonly name: DatabaseName; readonly wanted: (id: string) => boolean };

async function load(database: StoreDatabase, folder: string, { name, wanted }: Load): Promise<void> {
  for await (const lines of readDump(join(folder, dumpName(name)), PAGE)) {
    const docs = lines.map((line) => JSON.parse(line) as RevisionDoc).filter(({ _id }) => wanted(_id)); // its hash is the one that we wrote
    if (docs.length === 0) continue;
    const rows = await database.bulkRevisions(docs);
    const failed = rows.find((row) => !row.ok);
    if (failed !== undefined) throw new Error(`${failed.id} could not be written: ${JSON.stringify(failed)}`);
  }
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the same answer as any other damage
  }
}
