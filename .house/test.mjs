// `npm test`: everything that must hold, from a fresh clone, in less than 15 minutes on two cores.
import { buildWhatChanged } from "./build.mjs";
import { checks, unitTests } from "./checks.mjs";
import { ensureChromium } from "./chromium.mjs";
import { ensureProgram } from "./debian.mjs";
import { ensureInstalled } from "./install.mjs";
import { ensureMailServers } from "./mail-servers.mjs";
import { requireNode } from "./place.mjs";
import { onceMoreStage, programStage, runStages, vitestStage } from "./stages.mjs";

const MINUTE = 60_000;

requireNode();
await ensureInstalled({ forTests: true });

/** A program of the system's packages that some test runs for real. */
const programStep = (/** @type {string} */ name, /** @type {() => Promise<unknown>} */ ensure) => ({
  name,
  async run() {
    try {
      await ensure();
      return { passed: 1, failed: 0, skipped: [], output: "" };
    } catch (error) {
      return { passed: 0, failed: 1, skipped: [], output: error instanceof Error ? error.message : String(error) };
    }
  },
});

/** What the later stages stand on; when it fails they are run all the same, and fail for their own reasons. */
const preparation = [
  programStep("chromium", ensureChromium),
  programStep("slapd", () =>
    ensureProgram({ names: ["slapd"], packages: ["slapd"], purpose: "the directory is tested against a real one" }),
  ),
  programStep("mail servers", ensureMailServers),
  {
    name: "build",
    async run() {
      const { ok, output } = await buildWhatChanged();
      return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: [], output };
    },
  },
];

const simulation = "e2e/simulation/run.ts";
const failed = await runStages([
  ...preparation,
  ...checks,
  unitTests,
  vitestStage("store", ["store"], { limitMs: 8 * MINUTE }),
  vitestStage("walls", ["walls"], { limitMs: 2 * MINUTE }),
  vitestStage("sim", ["sim"], { limitMs: 4 * MINUTE }),
  programStage("sim seeds", [simulation, "--seeds", "60"], { limitMs: 3 * MINUTE }),
  onceMoreStage(vitestStage("journeys", ["journeys"], { limitMs: 10 * MINUTE })),
]);
process.exit(failed === 0 ? 0 : 1);
