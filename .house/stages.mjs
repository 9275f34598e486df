import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inProject } from "./place.mjs";
import { run, runNode } from "./run.mjs";

/**
 * @typedef {{ name: string, passed: number }} BadFile A file with a failure, and how many of its tests passed all the same.
 * @typedef {{ passed: number, failed: number, skipped: readonly string[], notes?: readonly string[], output: string,
 *   badFiles?: readonly BadFile[] }} Outcome `output` is what a person needs to see when something failed.
 * @typedef {{ name: string, run: (files?: readonly string[]) => Promise<Outcome> }} Stage `files`: only these, where a stage
 * knows files.
 */

/** A stage that is one yes or no: a program that ends with 0, or does not. Its entry must exist: a missing one is a failure. */
export function checkStage(/** @type {string} */ name, /** @type {readonly string[]} */ args, options = {}) {
  return {
    name,
    async run() {
      const [entry = ""] = args;
      if (!existsSync(inProject(entry)))
        return { passed: 0, failed: 1, skipped: [], output: `${entry} does not exist.\n` };
      const isScript = entry.endsWith("mjs") || entry.endsWith(".js");
      const result = isScript ? await runNode(args, options) : await run(inProject(entry), args.slice(1), options);
      const isGood = result.code === 0;
      return { passed: isGood ? 1 : 0, failed: isGood ? 0 : 1, skipped: [], output: result.output };
    },
  };
}

/** A TypeScript program under tsx, as one yes or no. */
export function programStage(/** @type {string} */ name, /** @type {readonly string[]} */ args, options = {}) {
  const [entry = ""] = args;
  if (existsSync(inProject(entry))) return checkStage(name, ["node_modules/tsx/dist/cli.mjs", ...args], options);
  return checkStage(name, args, options);
}

/**
 * Reads vitest's JSON report. Counts what vitest itself counts apart: files that could not even be loaded, or that broke
 * outside their tests.
 */
export function readReport(/** @type {string} */ text) {
  const report = JSON.parse(text);
  let passed = 0;
  let failed = 0;
  const skipped = [];
  /** @type {BadFile[]} */
  const badFiles = [];
  for (const file of report.testResults ?? []) {
    const tests = file.assertionResults ?? [];
    const count = (/** @type {string} */ status) =>
      tests.filter((/** @type {{ status: string }} */ test) => test.status === status).length;
    const failedHere = file.status === "failed" ? Math.max(1, count("failed")) : count("failed");
    if (failedHere > 0) badFiles.push({ name: file.name, passed: count("passed") });
    failed += failedHere;
    passed += count("passed");
    for (const test of tests) {
      if (test.status !== "passed" && test.status !== "failed") skipped.push(`${test.fullName} (${test.status})`);
    }
  }
  return { passed, failed, skipped, badFiles };
}

/** The tests of some vitest projects. No test found, no report and an error outside any test are failures too. */
export function vitestStage(
  /** @type {string} */ name,
  /** @type {readonly string[]} */ projects,
  /** @type {{ limitMs?: number, env?: Record<string, string> }} */ options = {},
) {
  return {
    name,
    async run(/** @type {readonly string[]} */ files = []) {
      const folder = mkdtempSync(join(tmpdir(), "otklik-report-"));
      const file = join(folder, "report.json");
      const chosen = projects.flatMap((project) => ["--project", project]);
      const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
      try {
        const result = await runNode(["node_modules/vitest/vitest.mjs", "run", ...chosen, ...reporters, ...files], {
          ...options,
          env: { NO_COLOR: "1", FORCE_COLOR: undefined, NODE_ENV: undefined, ...options.env },
        });
        const counts = existsSync(file)
          ? readReport(readFileSync(file, "utf8"))
          : { passed: 0, failed: 0, skipped: [], badFiles: [] };
        const isUnexplained = counts.failed === 0 && (result.code !== 0 || counts.passed === 0);
        return { ...counts, failed: counts.failed + (isUnexplained ? 1 : 0), output: result.output };
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

/**
 * A stage of real browsers, whose clock is the machine's: files with a failure are run once more, whole, and that run counts.
 * What failed the first time is named with its error all the same: a fault of the product fails twice.
 */
export function onceMoreStage(/** @type {Stage} */ stage) {
  return {
    name: stage.name,
    async run() {
      const first = await stage.run();
      if (first.failed === 0) return first;
      // Without a report nobody knows what failed: then it is all of it.
      const { badFiles = [] } = first;
      const second = await stage.run(badFiles.map(({ name }) => name));
      const good = first.passed - badFiles.reduce((sum, { passed }) => sum + passed, 0);
      const notes = [`${first.failed} failed the first time, run once more:`, ...failuresIn(first.output)];
      const passed = badFiles.length === 0 ? second.passed : good + second.passed;
      return { ...second, passed, notes, output: first.output + second.output };
    },
  };
}

/** Lines of one failure, letters of one line, and lines of all that are told. */
const TOLD = { lines: 14, letters: 220, all: 90 };

/** What vitest says of each failed test: its name and the beginning of its error. */
export function failuresIn(/** @type {string} */ output) {
  /** @type {string[]} */
  const told = [];
  let left = 0;
  for (const line of output.split("\n")) {
    const isName = /^\s*FAIL /.test(line);
    if (isName) left = TOLD.lines + 1;
    else if (/^\s*⎯/.test(line)) left = 0;
    if (left === 0 || line.trim() === "") continue;
    left -= 1;
    told.push(`${isName ? "" : "  "}${isName ? line.trim() : line.trimEnd()}`.slice(0, TOLD.letters));
  }
  return told.length > TOLD.all ? [...told.slice(0, TOLD.all), "..."] : told;
}

const seconds = (/** @type {number} */ ms) => `${(ms / 1000).toFixed(1)} s`.padStart(8);

/**
 * Runs stages, at most `lanes` at once, in their order; prints a line a stage, the whole output of those that failed, and
 * last of all `N passed, N failed`.
 *
 * @param {readonly Stage[]} stages
 * @param {{ lanes?: number }} [options]
 * @returns {Promise<number>} how many failed
 */
export async function runStages(stages, { lanes = 1 } = {}) {
  const waiting = [...stages];
  const startedAt = performance.now();
  const total = { passed: 0, failed: 0 };
  const failures = [];
  async function lane() {
    for (let stage = waiting.shift(); stage; stage = waiting.shift()) {
      const begunAt = performance.now();
      const { passed, failed, skipped, notes = [], output } = await stage.run();
      total.passed += passed;
      total.failed += failed;
      const verdict = failed === 0 ? "ok  " : "FAIL";
      const counts = `${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ""}`;
      console.log(`${verdict} ${stage.name.padEnd(12)} ${seconds(performance.now() - begunAt)}   ${counts}`);
      for (const name of skipped) console.log(`       skipped: ${name}`);
      for (const note of notes) console.log(`       ${note}`);
      if (failed > 0) {
        failures.push(stage.name);
        console.log(output.replace(/^/gm, "     | "));
      }
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane));
  console.log(
    `\nin ${seconds(performance.now() - startedAt).trim()}${failures.length > 0 ? `; failed: ${failures.join(", ")}` : ""}`,
  );
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return total.failed;
}
