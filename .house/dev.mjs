// `npm run dev`: the desk with seeded people and dialogs, the server restarted and the pages renewed at every save.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { ensureInstalled } from "./install.mjs";
import { inProject, projectRoot, requireNode } from "./place.mjs";

requireNode();
await ensureInstalled({ forTests: true });

/** A port that is free now. */
function freePort() {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = address && typeof address === "object" ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

const pagesPort = Number(process.env["PORT"] ?? 5173);
const serverPort = await freePort();
const env = {
  ...process.env,
  PORT: String(serverPort),
  DATA_DIR: process.env["DATA_DIR"] ?? inProject(".data/dev"),
  // The links that the server prints lead to the pages, which pass calls on to it.
  PUBLIC_URL: process.env["PUBLIC_URL"] ?? `http://localhost:${pagesPort}`,
  OTKLIK_SERVER: `http://127.0.0.1:${serverPort}`,
};
const tsx = [
  inProject("node_modules/tsx/dist/cli.mjs"),
  "watch",
  "--clear-screen=false",
  "sync-server/main.ts",
  "--demo",
];
const vite = [
  inProject("node_modules/vite/bin/vite.js"),
  "--port",
  String(pagesPort),
  "--strictPort",
  "--clearScreen",
  "false",
];
const children = [[...tsx, ...process.argv.slice(2)], vite].map((args) =>
  spawn(process.execPath, args, { cwd: projectRoot, env, stdio: "inherit" }),
);

let isEnding = false;
function end(/** @type {number} */ code) {
  if (isEnding) return;
  isEnding = true;
  for (const child of children) child.kill("SIGTERM");
  process.exitCode = code;
}
for (const child of children) child.on("exit", (code) => end(code ?? 1));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => end(0));
