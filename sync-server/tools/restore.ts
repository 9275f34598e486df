import { resolve } from "node:path";
import { openStore } from "../boot/open-store.ts";
import { readConfig } from "../platform/config.ts";
import type { Store } from "../stores/store.ts";
import { RestoreRefusedError, restoreBackup } from "./restore-store.ts";

/**
 * `npm run restore -- <folder>`: puts a backup into the empty store that DATA_DIR or COUCHDB_URL names, and its files beside
 * those of DATA_DIR. Stop the desk first. The next start raises the desk's incarnation, and devices give back what the
 * backup lacks.
 */
const WORDS: Readonly<Record<RestoreRefusedError["why"], string>> = {
  "no-backup": "There is no whole backup in this folder.",
  damaged: "The backup is damaged: nothing was written.",
  "in-use":
    "There is a desk in the store already: nothing was written. Move DATA_DIR/store away (not incarnation.json), or delete CouchDB's databases desk, desk-server and desk-audit.",
};

function giveUp(words: string): never {
  process.stderr.write(`${words}\n`);
  process.exit(2);
}

const config = readConfig(process.env, []);
if (!config.ok) giveUp(config.error.join("\n"));
const [folder] = process.argv.slice(2);
if (folder === undefined) giveUp("Say from where: npm run restore -- /backups/monday");

let store: Store;
try {
  store = await openStore(config.value);
} catch (error) {
  const isLocked = error instanceof Error && Reflect.get(error, "code") === "locked";
  giveUp(isLocked ? "The store is in use: stop the desk first." : `The store could not be opened: ${String(error)}`);
}
try {
  const manifest = await restoreBackup({ store, dataDir: config.value.dataDir, folder: resolve(folder) });
  await store.close();
  process.stdout.write(
    `Put back: ${manifest.threads} threads as of ${new Date(manifest.at).toISOString()}. Start the desk: devices give back what came later.\n`,
  );
} catch (error) {
  await store.close();
  if (error instanceof RestoreRefusedError) giveUp(`${WORDS[error.why]} (${error.message})`);
  giveUp(`The backup could not be put back: ${error instanceof Error ? error.message : String(error)}`);
}
