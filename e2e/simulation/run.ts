import { YIELD_POINTS } from "../../sync-server/arbiter/settings.ts";
import { keptSeeds, stepsOf } from "./kept-seeds.ts";
import { Reached } from "./reached.ts";
import { BROKEN } from "./variants.ts";
import { type Outcome, runSeed } from "./world.ts";

/** Within so many seeds a broken variant must be caught. */
const MUTANT_SEEDS = 400;

const HELP = `npm run sim -- --seeds N | --seed S [--steps K] | --mutants
  --seeds N    seeds 1 to N, after the kept regressions; asserts what they reached
  --seed S     one seed, with everything that happened
  --mutants    each broken variant until an invariant catches it`;

const args = process.argv.slice(2);
const valueOf = (name: string): number | undefined => {
  const at = args.indexOf(name);
  return at < 0 ? undefined : Number(args[at + 1]);
};

if (args.includes("--mutants")) process.exitCode = await runMutants();
else if (args.includes("--seed")) process.exitCode = await traceSeed(valueOf("--seed"));
else if (args.includes("--seeds") || args.length === 0) process.exitCode = await runSeeds(valueOf("--seeds") ?? 50);
else {
  console.error(HELP);
  process.exitCode = 2;
}

async function runSeeds(seeds: number): Promise<number> {
  const startedAt = performance.now();
  const reached = new Reached();
  let failed = 0;
  let passed = 0;
  for (const { seed, steps, why } of keptSeeds()) {
    const outcome = await runSeed(seed, { steps });
    if (outcome.violation === undefined) passed += 1;
    else failed += await report(outcome, ` (kept: ${why})`);
  }
  const first = valueOf("--from") ?? 1;
  for (let seed = first; seed < first + seeds; seed += 1) {
    const outcome = await runSeed(seed, { steps: stepsOf(seed) });
    reached.add(outcome.reached);
    if (outcome.violation === undefined) passed += 1;
    else failed += await report(outcome, "");
    if (failed >= 5) break;
  }
  tell(reached);
  const short = failed > 0 ? [] : reached.shortOf(seeds);
  for (const line of short) console.error(`TOO FEW  ${line}`);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${passed} passed, ${failed} failed, ${short.length} counts too low, ${seconds} s`);
  return failed + short.length > 0 ? 1 : 0;
}

async function traceSeed(seed: number | undefined): Promise<number> {
  if (seed === undefined || !Number.isInteger(seed)) {
    console.error(HELP);
    return 2;
  }
  const outcome = await runSeed(seed, {
    steps: valueOf("--steps") ?? stepsOf(seed),
    trace: (line) => console.log(line),
  });
  tell(outcome.reached);
  console.log(outcome.violation?.message ?? "no violation");
  console.log(outcome.violation === undefined ? "1 passed, 0 failed" : "0 passed, 1 failed");
  return outcome.violation === undefined ? 0 : 1;
}

async function runMutants(): Promise<number> {
  let escaped = 0;
  for (const variant of BROKEN) {
    let caught: Outcome | undefined;
    for (let seed = 1; seed <= MUTANT_SEEDS && caught === undefined; seed += 1) {
      const outcome = await runSeed(seed, { steps: stepsOf(seed), variant });
      if (outcome.violation !== undefined) caught = outcome;
    }
    if (caught?.violation === undefined || caught.violation.invariant === "code") escaped += 1;
    const by =
      caught === undefined ? `ESCAPED ${MUTANT_SEEDS} seeds` : `seed ${caught.seed}, ${caught.violation?.message}`;
    console.log(`${variant.name.padEnd(46)} ${by}`);
  }
  console.log(`${BROKEN.length - escaped} passed, ${escaped} failed`);
  return escaped > 0 ? 1 : 0;
}

/** Says what went wrong where, and with how few steps it still does. */
async function report(outcome: Outcome, remark: string): Promise<1> {
  const shortest = await shorten(outcome);
  console.error(`VIOLATION  seed ${outcome.seed}${remark}  ${shortest.violation?.message}`);
  console.error(`  again: npm run sim -- --seed ${outcome.seed} --steps ${shortest.steps}`);
  for (const line of shortest.last) console.error(`  ${line}`);
  return 1;
}

/** The same seed with fewer steps, as long as the same invariant breaks. */
async function shorten(outcome: Outcome): Promise<Outcome> {
  let best = outcome;
  for (const share of [0.5, 0.7, 0.85, 0.95]) {
    for (let steps = Math.floor(best.steps * share); steps > 0; steps = Math.floor(steps * share)) {
      const shorter = await runSeed(outcome.seed, { steps });
      if (shorter.violation?.invariant !== outcome.violation?.invariant) break;
      best = shorter;
    }
  }
  return best;
}

function tell(reached: Reached): void {
  for (const [what, count] of [...reached.counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    console.log(`${String(count).padStart(8)}  ${what}`);
  }
  for (const point of YIELD_POINTS) {
    console.log(
      `${String(reached.crashes.get(point) ?? 0).padStart(8)}  crashes at ${point} (passed ${reached.passes.get(point) ?? 0} times)`,
    );
  }
}
