import { openStore } from "../boot/open-store.ts";
import { readConfig } from "../platform/config.ts";
import { auditStore, isSound } from "./audit-store.ts";

/**
 * `npm run audit`: walks the store that DATA_DIR or COUCHDB_URL names and says what is not as it should be: I1, I4, I9,
 * I12, signatures, conflicts, tickets' numbers, what lists show of them and what their users were told, what left by channels, what a crash
 * left.
 * Exits with 1 when something is wrong. The embedded store belongs to one process: stop the desk first.
 */
const config = readConfig(process.env, []);
if (!config.ok) {
  process.stderr.write(`${config.error.join("\n")}\n`);
  process.exit(2);
}
try {
  const store = await openStore(config.value);
  const report = await auditStore(store, Date.now());
  await store.close();
  const lines = [
    `store        ${store.kind}`,
    `threads      ${report.threads}`,
    `tickets      ${report.tickets}`,
    `items        ${report.items}`,
    `conflicts    ${report.conflicts}`,
    `pend         ${report.pendLeft} not stored yet, ${report.pendStored} stored`,
    `strangers    ${report.strangers}`,
    ...[...report.faults].map(
      ([fault, threads]) => `${fault.padEnd(12)} ${threads.length}: ${threads.slice(0, 10).join(" ")}`,
    ),
    isSound(report) ? "sound" : "NOT SOUND",
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  process.exit(isSound(report) ? 0 : 1);
} catch (error) {
  const isLocked = error instanceof Error && Reflect.get(error, "code") === "locked";
  const why = isLocked ? "The store is in use: stop the desk first." : String(error);
  process.stderr.write(`The store could not be audited: ${why}\n`);
  process.exit(2);
}
