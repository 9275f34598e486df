import { mkdir, open, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isThreadId } from "../../shared/kernel/ids.ts";
import { answeredUpTo, itemsBehind } from "../reactions/runner.ts";
import { type DatabaseName, databaseNames, type Store, type StoreDatabase } from "../stores/store.ts";
import { copyFiles } from "./backup-files.ts";
import { dumpName, FORMAT, MANIFEST, type Manifest, OWNER_ONLY, openDump } from "./backup-format.ts";

export type BackupParts = {
  readonly store: Store;
  /** The folder of the files (DATA_DIR/files). */
  readonly filesFolder: string;
  /** Where the backup goes: not there yet, or empty. */
  readonly folder: string;
  readonly now: number;
};

const PAGE = 1_000;

/** There is something in the folder already: a backup is never written over another. */
export class FolderInUseError extends Error {
  override readonly name = "FolderInUseError";
}

/**
 * Copies the three databases and the files. The desk may go on meanwhile, where the store lets two programs in: ids are read
 * in order, so a thread's head is always older than its items, and what stands above a head comes back at the restore
 * (CL27). Files are copied last, so those of every item that was read are there.
 */
export async function makeBackup({ store, filesFolder, folder, now }: BackupParts): Promise<Manifest> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0) throw new FolderInUseError(`${folder} is not empty`);
  const answered = await answeredUpTo(await store.open("desk-server"));
  const databases = new Map<DatabaseName, { documents: number; sha256: string }>();
  let threads = 0;
  for (const name of databaseNames) {
    const path = join(folder, dumpName(name));
    const done = await dump(
      await store.open(name),
      path,
      (id) => (threads += name === "desk" && isThreadId(id) ? 1 : 0),
    );
    databases.set(name, done);
  }
  const files = await copyFiles(filesFolder, join(folder, "files"));
  const marker = await (await store.open("desk-server")).get("incarnation");
  const counted = (name: DatabaseName) => databases.get(name) ?? { documents: 0, sha256: "" };
  const manifest: Manifest = {
    format: FORMAT,
    at: now,
    inc: typeof marker?.["inc"] === "number" ? marker["inc"] : 1,
    threads,
    files,
    // From the place that was answered when the copy began: what an answer wrote later may not be in it.
    unanswered: [...(await itemsBehind(await store.open("desk"), answered))],
    databases: {
      desk: counted("desk"),
      "desk-server": counted("desk-server"),
      "desk-audit": counted("desk-audit"),
    },
  };
  await writeSynced(join(folder, MANIFEST), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return manifest;
}

async function dump(database: StoreDatabase, path: string, onId: (id: string) => void) {
  const file = await openDump(path);
  try {
    let start = "";
    for (;;) {
      const docs = await database.range({ start, end: "\uffff", limit: PAGE, revisions: true });
      for (const { _id } of docs) onId(_id);
      await file.write(docs.map((doc) => JSON.stringify(doc)));
      const last = docs.at(-1)?._id;
      if (last === undefined || docs.length < PAGE) return await file.end();
      start = `${last}\u0000`;
    }
  } finally {
    await file.close();
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: OWNER_ONLY });
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
