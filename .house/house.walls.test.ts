import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cruiseHouses } from "./cruise.mjs";
import { houses } from "./listed.mjs";
import { inProject } from "./place.mjs";
import { allowed, type Edge, planted } from "./planted.ts";

const walls: { forbidden: { name: string }[] } = createRequire(import.meta.url)("../.dependency-cruiser.cjs");

const isFile = (target: string): boolean => /^(?:client|sync-server|shared|e2e)\//.test(target);

/** Writes a tree of small modules, a file for each end of each edge, with the project's own packages beside it. */
function writeTree(edges: readonly Edge[]): string {
  const root = mkdtempSync(join(tmpdir(), "otklik-walls-"));
  symlinkSync(inProject("node_modules"), join(root, "node_modules"));
  copyFileSync(inProject("package.json"), join(root, "package.json"));
  const bodies = new Map<string, string[]>();
  for (const { from, to } of edges) {
    if (isFile(to) && !to.includes("gone-away") && !bodies.has(to)) bodies.set(to, []);
    const body = bodies.get(from) ?? [];
    const target = isFile(to) ? relative(dirname(from), to).replace(/^(?!\.)/, "./") : to;
    // Between rooms a type is enough to break a wall; packages, and cycles of the simulation, are planted as they run.
    const isRunning = !isFile(to) || from.startsWith("e2e/simulation/");
    const verb = isRunning ? "import" : "import type";
    body.push(
      `${verb} * as part${body.length} from "${target}";`,
      `export type Part${body.length} = typeof part${body.length};`,
    );
    bodies.set(from, body);
  }
  for (const [path, body] of bodies) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), [...body, "export const here = 1;", ""].join("\n"));
  }
  return root;
}

const edgesOf = planted.flatMap(({ from, to, more }) => more ?? [{ from, to }]);

describe("walls between rooms", () => {
  const trees: string[] = [];
  let found: Awaited<ReturnType<typeof cruiseHouses>>;
  beforeAll(async () => {
    const cycles = [
      { from: "shared/sla/i1.ts", to: "shared/sla/i2.ts" },
      { from: "e2e/simulation/i6.ts", to: "e2e/simulation/i7.ts" },
    ];
    const root = writeTree([...edgesOf, ...cycles]);
    trees.push(root);
    found = await cruiseHouses(root, houses);
  });
  afterAll(() => {
    for (const tree of trees) rmSync(tree, { recursive: true, force: true });
  });

  it.each(planted)("$wall stops $from -> $to", ({ wall, from, to }) => {
    const stopped = found.violations.filter((violation) => violation.rule === wall && violation.from === from);
    // Node's own modules come without their prefix, packages by where they lie, missing files as they were written.
    const name = to.includes("gone-away") ? "gone-away" : to.replace(/^node:/, "");
    expect(stopped.map((violation) => violation.to).filter((target) => target.includes(name))).not.toEqual([]);
  });

  it("has a planted violation for every wall, and no planted one without a wall", () => {
    const named = new Set(planted.map(({ wall }) => wall));
    expect([...named].sort()).toEqual(walls.forbidden.map(({ name }) => name).sort());
  });

  it("reads every file of the tree, of both kinds", () => {
    const unread = edgesOf.filter(({ from }) => !found.seen.has(from));
    expect(unread).toEqual([]);
    expect([...found.seen].some((path) => path.endsWith(".tsx"))).toBe(true);
  });

  it("lets through what the house allows", async () => {
    const root = writeTree(allowed);
    trees.push(root);
    const { violations, seen } = await cruiseHouses(root, houses);
    expect(violations).toEqual([]);
    expect(allowed.filter(({ from }) => !seen.has(from))).toEqual([]);
  });
});

/** Runs a checker over one file in a tree laid out as the project; gives back what it said and whether it was content. */
function judge(command: string, args: readonly string[], file: string, text: string): { good: boolean; said: string } {
  const root = writeTree([]);
  try {
    for (const settings of ["tsconfig.json", "shared/tsconfig.json", "sync-server/tsconfig.json", ".oxlintrc.json"]) {
      mkdirSync(join(root, dirname(settings)), { recursive: true });
      copyFileSync(inProject(settings), join(root, settings));
    }
    mkdirSync(join(root, dirname(file)), { recursive: true });
    writeFileSync(join(root, file), text);
    const said = execFileSync(inProject("node_modules/.bin", command), args, {
      cwd: root,
      encoding: "utf8",
      stdio: "pipe",
      timeout: 60_000,
    });
    return { good: true, said };
  } catch (error) {
    if (!(error instanceof Error) || !("stdout" in error)) throw error;
    return { good: false, said: String(error.stdout) };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

describe("what the compiler keeps out of shared", () => {
  const compile = (text: string) => judge("tsc", ["-p", "shared/tsconfig.json"], "shared/kernel/planted.ts", text);
  it.each([
    ["the document", "export const title = document.title;"],
    ["Node", "export const home = process.env;"],
    ["timers", "export const later = setTimeout;"],
    ["the network", "export const get = fetch;"],
  ])("%s", (_what, text) => {
    expect(compile(text)).toMatchObject({ good: false, said: expect.stringContaining("shared/kernel/planted.ts(1") });
  });
  it("and lets the language itself in", () => {
    expect(compile("export const sum = [1, 2].reduce((a, b) => a + b, 0);")).toMatchObject({ good: true });
  });
});

describe("what the linter stops", () => {
  const lint = (file: string, text: string) => judge("oxlint", ["--type-aware", "--deny-warnings", file], file, text);
  it.each([
    ["no-restricted-properties", "shared/kernel/planted.ts", "export const now = (): number => Date.now();\n"],
    ["no-restricted-properties", "shared/kernel/planted.ts", "export const chance = (): number => Math.random();\n"],
    [
      "no-floating-promises",
      "sync-server/http/planted.ts",
      "const work = async (): Promise<void> => {};\nexport function start(): void {\n  work();\n}\n",
    ],
    ["no-explicit-any", "sync-server/http/planted.ts", "export const x = (y: any): unknown => y;\n"],
    ["no-non-null-assertion", "sync-server/http/planted.ts", "export const x = (y?: string): string => y!;\n"],
    ["no-barrel-file", "sync-server/http/planted.ts", 'export * from "node:fs";\n'],
    ["max-lines", "sync-server/http/planted.ts", `export const x = 1;\n${"// a line\n".repeat(401)}`],
  ])("%s", (rule, file, text) => {
    expect(lint(file, text)).toMatchObject({ good: false, said: expect.stringContaining(rule) });
  });
  it("and is content with a plain function", () => {
    expect(lint("sync-server/http/planted.ts", "export const x = (y: number): number => y + 1;\n").said).toContain(
      "0 errors",
    );
  });
});
