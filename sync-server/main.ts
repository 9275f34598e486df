import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openDesk } from "./boot/open-desk.ts";
import { openFiles, openStore } from "./boot/open-store.ts";
import { secureRandom } from "./platform/chance.ts";
import { readConfig } from "./platform/config.ts";
import { openLog } from "./platform/log.ts";
import { skipPastReactions } from "./reactions/runner.ts";
import type { Blobs } from "./stores/blobs.ts";
import type { Store } from "./stores/store.ts";
import type { DemoPeople } from "./tools/demo.ts";

/** The project's top folder: this file runs as it is, or bundled in dist/server. */
function findProject(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json")) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

/** Ends the process with words for the person who started it. */
function giveUp(lines: readonly string[], code: number): never {
  process.stderr.write(`${lines.join("\n")}\n`);
  process.exit(code);
}

/** What usually goes wrong at a start, in words. */
function explain(error: unknown, port: number): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  if (code === "EADDRINUSE") return `PORT=${port} is taken by another program: choose another one, or 0 for any.`;
  if (code === "EACCES") return `PORT=${port} may not be used by this user: choose one above 1023.`;
  if (code === "locked") return "The data folder is in use by another desk: stop it, or choose another DATA_DIR.";
  return `The desk did not start: ${error instanceof Error ? error.message : String(error)}`;
}

/** Loaded for a demo only. */
async function fillDemo(store: Store, files: Blobs): Promise<DemoPeople | "in use"> {
  const demo = await import("./tools/demo.ts");
  const people = await demo.fillDemo({ store, files, now: Date.now(), random: secureRandom });
  // A month of the past is not answered by notices of today.
  if (people !== "in use") await skipPastReactions(await store.open("desk"), await store.open("desk-server"));
  return people;
}

const config = readConfig(process.env, process.argv.slice(2));
if (!config.ok) giveUp(config.error, 2);
const log = openLog(config.value.logLevel);

try {
  const store = await openStore(config.value);
  const files = await openFiles(config.value);
  const demo = config.value.demo ? await fillDemo(store, files) : undefined;
  const desk = await openDesk({
    config: config.value,
    store,
    files,
    log,
    clientFolder: join(findProject(), "dist/client"),
  });

  const channels =
    demo === undefined || demo === "in use"
      ? undefined
      : await import("./tools/demo-channels.ts").then(({ openDemoChannels }) => openDemoChannels(desk, log));

  let isEnding = false;
  const end = (signal: string): void => {
    if (isEnding) return;
    isEnding = true;
    log.info({ signal }, "the desk closes");
    Promise.all([desk.close(), channels?.close()]).then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, "the desk did not close in order");
        process.exit(1);
      },
    );
  };
  // A promise that nobody waited for ends its own request or room, not the desk: what was acknowledged is durable.
  process.on("unhandledRejection", (error) => log.error({ err: error }, "a promise broke that nobody waited for"));
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, end);

  const firstUrl = await desk.firstUrl();
  const first = firstUrl === undefined ? "" : `   first sign-in: ${firstUrl}`;
  process.stdout.write(`Otklik desk:  ${desk.url}${first}\n`);
  process.stdout.write(`Public chat:  ${desk.chatUrl() ?? "no open link"}\n`);
  if (demo === "in use") process.stdout.write("Demo:         this desk is in use, so it stays as it is\n");
  else if (demo) process.stdout.write(`Demo people:  ${demo.emails.join(", ")}   password: ${demo.password}\n`);
} catch (error) {
  log.debug({ err: error }, "the start failed");
  giveUp([explain(error, config.value.port)], 1);
}
