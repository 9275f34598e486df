import { join, resolve } from "node:path";
import { openStore } from "../boot/open-store.ts";
import { openAuditBook } from "../identity/audit-book.ts";
import { readConfig } from "../platform/config.ts";
import type { Store } from "../stores/store.ts";
import { FolderInUseError, makeBackup } from "./backup-store.ts";

/**
 * `npm run backup -- <folder>`: copies the databases and files that DATA_DIR and COUCHDB_URL name into a folder that is not
 * there yet or is empty. On CouchDB the desk may run meanwhile; the embedded store belongs to one program: stop the desk
 * first. What must not be put back (`incarnation.json`) is not in it.
 */
function giveUp(words: string): never {
  process.stderr.write(`${words}\n`);
  process.exit(2);
}

const config = readConfig(process.env, []);
if (!config.ok) giveUp(config.error.join("\n"));
const [folder] = process.argv.slice(2);
if (folder === undefined) giveUp("Say where to: npm run backup -- /backups/monday");

let store: Store;
try {
  store = await openStore(config.value);
} catch (error) {
  const isLocked = error instanceof Error && Reflect.get(error, "code") === "locked";
  giveUp(isLocked ? "The store is in use: stop the desk first." : `The store could not be opened: ${String(error)}`);
}
try {
  const filesFolder = join(config.value.dataDir, "files");
  const manifest = await makeBackup({ store, filesFolder, folder: resolve(folder), now: Date.now() });
  const { threads, files, databases } = manifest;
  const audit = openAuditBook({ database: await store.open("desk-audit"), clock: Date.now, onLost: () => undefined });
  await audit.write({ act: "backup-made", threads, files }, {});
  await store.close();
  process.stdout.write(
    `${resolve(folder)}: ${threads} threads, ${databases.desk.documents} documents, ${files} files.\n` +
      "It holds password hashes, sessions and the desk's signing key: keep it as you keep the desk.\n",
  );
} catch (error) {
  await store.close();
  giveUp(
    error instanceof FolderInUseError
      ? `${error.message}: give a new folder.`
      : `There is no backup: ${error instanceof Error ? error.message : String(error)}`,
  );
}
