// `npm run nightly`: everything that `npm test` does, and the long forms of what it bounds.
import { buildWhatChanged } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";
import { requireNode } from "./place.mjs";
import { checkStage, programStage, runStages } from "./stages.mjs";

const SEEDS = process.env["SEEDS"] ?? "2400";

requireNode();
await ensureInstalled({ forTests: true });
const { ok, output } = await buildWhatChanged();
if (!ok) {
  console.error(output);
  process.exit(1);
}
const failed = await runStages([
  checkStage("test", [".house/test.mjs"]),
  programStage("sim seeds", ["e2e/simulation/run.ts", "--seeds", SEEDS]),
  checkStage(
    "kills",
    ["node_modules/vitest/vitest.mjs", "run", "--project", "store", "sync-server/boot/tell-kill.store.test.ts"],
    { env: { TELL_KILLS: "50" } },
  ),
  programStage("sim mutants", ["e2e/simulation/run.ts", "--mutants"]),
  programStage("bench", ["e2e/bench/run.ts"]),
  programStage("shots", ["e2e/journeys/shots.ts"]),
]);
process.exit(failed === 0 ? 0 : 1);
