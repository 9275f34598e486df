import { describe, expect, it } from "vitest";
import { keptSeeds, stepsOf } from "./kept-seeds.ts";
import { Reached } from "./reached.ts";
import { BROKEN } from "./variants.ts";
import { runSeed } from "./world.ts";

/** The short form; `npm run sim -- --seeds 500` is the long one. */
const SEEDS = 40;
const MUTANT_SEEDS = 200;

describe("the desk's world", () => {
  it.each(keptSeeds())("seed $seed once failed: $why", async ({ seed, steps }) => {
    expect((await runSeed(seed, { steps })).violation).toBeUndefined();
  });

  it(`[I1]-[I10] [I14]-[I17] hold in ${SEEDS} seeds that reach what they are meant to reach`, async () => {
    const reached = new Reached();
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const outcome = await runSeed(seed, { steps: stepsOf(seed) });
      expect(outcome.violation, `seed ${seed}\n${outcome.last.join("\n")}`).toBeUndefined();
      reached.add(outcome.reached);
    }
    expect(reached.shortOf(SEEDS)).toEqual([]);
  });

  it("a seed runs the same way again", async () => {
    const lines: string[][] = [[], []];
    for (const told of lines) await runSeed(3, { steps: 120, trace: (line) => told.push(line) });
    expect(lines[0]).toEqual(lines[1]);
    expect(lines[0]?.length).toBeGreaterThan(100);
  });
});

describe("a broken line is noticed", () => {
  it.each(BROKEN.map((variant) => ({ name: variant.name, variant })))("$name", async ({ variant }) => {
    for (let seed = 1; seed <= MUTANT_SEEDS; seed += 1) {
      const { violation } = await runSeed(seed, { steps: stepsOf(seed), variant });
      if (violation === undefined) continue;
      expect(violation.invariant).not.toBe("code");
      return;
    }
    expect.unreachable(`${variant.name} escaped ${MUTANT_SEEDS} seeds`);
  });
});
