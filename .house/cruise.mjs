import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { cruise } from "dependency-cruiser";
import { inProject } from "./place.mjs";

const rules = createRequire(import.meta.url)("../.dependency-cruiser.cjs");

/**
 * Holds the sources under `root` against the walls of `.dependency-cruiser.cjs`.
 *
 * @param {string} root a folder that is laid out as the project is: the project itself, or a copy with a planted violation
 * @param {readonly string[]} places folders under it; those that do not exist are left out
 * @returns {Promise<{ seen: Set<string>, violations: { rule: string, from: string, to: string }[] }>}
 *   paths from `root`; `seen` holds the files that were read and parsed
 */
export async function cruiseHouses(root, places) {
  const { options, ...ruleSet } = rules;
  const { output } = await cruise(
    places.filter((place) => existsSync(join(root, place))),
    {
      ...options,
      baseDir: root,
      tsConfig: { fileName: inProject("tsconfig.json") },
      ruleSet,
      validate: true,
    },
  );
  if (typeof output === "string") throw new Error("dependency-cruiser answered with a text");
  const violations = output.summary.violations.map(({ rule, from, to, cycle }) => ({
    rule: rule.name,
    from,
    to: cycle ? cycle.map(({ name }) => name).join(" -> ") : to,
  }));
  const seen = new Set(output.modules.filter(({ followable }) => followable !== false).map(({ source }) => source));
  return { seen, violations };
}
