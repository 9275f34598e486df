// `npm run types`: every house with its own compiler settings, two at a time. Prints what is wrong, and nothing else.
import { mkdirSync } from "node:fs";
import { relative } from "node:path";
import { houses, listedSources } from "./listed.mjs";
import { inProject, projectRoot } from "./place.mjs";
import { runNode } from "./run.mjs";

const LANES = 2;
const settings = [
  "client/tsconfig.json",
  "sync-server/tsconfig.json",
  "e2e/tsconfig.json",
  "client/tsconfig.test.json",
  "shared/tsconfig.test.json",
  "shared/tsconfig.json",
  "client/offline/tsconfig.json",
  "tsconfig.json",
];

mkdirSync(inProject("node_modules/.cache/tsc"), { recursive: true });
const seen = new Set();
const waiting = [...settings];
let failures = 0;

async function worker() {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const record = inProject("node_modules/.cache/tsc", `${next.replaceAll("/", "-")}.tsbuildinfo`);
    const incremental = ["--incremental", "--tsBuildInfoFile", record];
    const result = await runNode(["node_modules/typescript/bin/tsc", "-p", next, "--listFiles", ...incremental]);
    const messages = [];
    for (const line of result.output.split("\n")) {
      if (line.startsWith(`${projectRoot}/`)) seen.add(relative(projectRoot, line));
      else if (line.trim() !== "") messages.push(line);
    }
    if (result.code === 0) continue;
    failures += 1;
    console.log(`${next}:\n${messages.join("\n")}\n`);
  }
}

await Promise.all(Array.from({ length: LANES }, worker));

const unseen = listedSources().filter((path) => !seen.has(path));
if (unseen.length > 0) {
  failures += 1;
  console.log(`No compiler settings of ${houses.join(", ")} take in:\n  ${unseen.join("\n  ")}`);
}
process.exit(failures === 0 ? 0 : 1);
