// `npm start`: from a fresh clone to a serving desk, with nothing but Node. Arguments go on to the desk: `npm start -- --demo`.
import { pathToFileURL } from "node:url";
import { buildWhatChanged } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";
import { inProject, requireNode } from "./place.mjs";

requireNode();
await ensureInstalled({ forTests: false });
const { ok, output } = await buildWhatChanged();
if (!ok) {
  console.error(output);
  process.exit(1);
}

// The desk runs in this very process: one process to stop, and its own signal handlers end it in order.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.removeAllListeners(signal);
const main = inProject("dist/server/main.js");
process.argv[1] = main;
process.env["NODE_ENV"] ??= "production";
process.setSourceMapsEnabled(true);
await import(pathToFileURL(main).href);
