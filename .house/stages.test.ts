import { afterEach, describe, expect, it, vi } from "vitest";
import { checkStage, failuresIn, onceMoreStage, programStage, readReport, runStages, type Stage } from "./stages.mjs";

afterEach(() => {
  vi.restoreAllMocks();
});

function linesOf(): string[] {
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => {
    lines.push(line);
  });
  return lines;
}

const stage = (name: string, passed: number, failed: number): Stage => ({
  name,
  run: () => Promise.resolve({ passed, failed, skipped: [], output: `words of ${name}` }),
});

describe("vitest's report", () => {
  const report = (testResults: unknown): string => JSON.stringify({ testResults });

  it("counts tests by their own status", () => {
    const assertionResults = [
      { status: "passed", fullName: "a" },
      { status: "failed", fullName: "b" },
      { status: "skipped", fullName: "c" },
    ];
    expect(readReport(report([{ name: "x", status: "failed", assertionResults }]))).toEqual({
      passed: 1,
      failed: 1,
      skipped: ["c (skipped)"],
      badFiles: [{ name: "x", passed: 1 }],
    });
  });

  it("counts a file that could not be loaded as a failure", () => {
    expect(readReport(report([{ status: "failed", assertionResults: [] }]))).toMatchObject({ passed: 0, failed: 1 });
  });
});

describe("stages", () => {
  it("end with one line that adds everything up", async () => {
    const lines = linesOf();
    expect(await runStages([stage("one", 3, 0), stage("two", 1, 2)], { lanes: 2 })).toBe(2);
    expect(lines.at(-1)).toBe("4 passed, 2 failed");
  });

  it("may be run once more: files that failed are, what failed first is named", async () => {
    const asked: (readonly string[])[] = [];
    const runs = [
      {
        passed: 4,
        failed: 1,
        skipped: [],
        badFiles: [{ name: "bad.ts", passed: 2 }],
        output: "noise\n FAIL  a journey\nError: why\n\n  at its place\n⎯⎯[1/1]⎯\nnoise",
      },
      { passed: 3, failed: 0, skipped: [], output: "" },
    ];
    const shaky: Stage = {
      name: "shaky",
      run: async (files = []) => {
        asked.push(files);
        return runs.shift() ?? { passed: 0, failed: 9, skipped: [], output: "" };
      },
    };
    const lines = linesOf();
    expect(await runStages([onceMoreStage(shaky)])).toBe(0);
    expect(asked).toEqual([[], ["bad.ts"]]);
    expect(lines).toContain("       1 failed the first time, run once more:");
    const told = lines.join("\n");
    expect(told).toContain("       FAIL  a journey\n         Error: why\n           at its place");
    expect(told).not.toContain("noise");
    expect(lines.at(-1)).toBe("5 passed, 0 failed");
  });

  it("say of a first failure no more than one can read", () => {
    const endless = Array.from({ length: 40 }, (_, i) => ` FAIL  journey ${i}\n${"x".repeat(5_000)}\n`.repeat(2)).join(
      "",
    );
    const told = failuresIn(endless);
    expect(told.length).toBe(91);
    expect(Math.max(...told.map((line) => line.length))).toBe(220);
    const one = failuresIn(` FAIL  a journey\n${"line\n".repeat(50)}`);
    expect(one.length).toBe(15);
  });

  it("that fail twice fail", async () => {
    const broken = { name: "broken", run: async () => ({ passed: 0, failed: 2, skipped: [], output: "" }) };
    linesOf();
    expect(await runStages([onceMoreStage(broken)])).toBe(2);
  });

  it("show the words of those that failed only", async () => {
    const lines = linesOf();
    await runStages([stage("good", 1, 0), stage("bad", 0, 1)]);
    expect(lines.join("\n")).toContain("words of bad");
    expect(lines.join("\n")).not.toContain("words of good");
  });

  it("fail when what they should run does not exist", async () => {
    expect(await checkStage("gone", [".house/gone.mjs"]).run()).toMatchObject({ passed: 0, failed: 1 });
    expect(await programStage("gone", ["e2e/gone/run.ts"]).run()).toMatchObject({ passed: 0, failed: 1 });
  });

  it("judge a program by how it ended", async () => {
    expect(await checkStage("lock", [".house/lock.mjs", "--check"]).run()).toMatchObject({ passed: 1, failed: 0 });
    expect(await checkStage("knip", ["node_modules/.bin/knip", "--no-such-option"]).run()).toMatchObject({ failed: 1 });
  });
});
