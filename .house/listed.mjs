import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { inProject, projectRoot } from "./place.mjs";

/** The three houses and the courtyard. */
export const houses = ["client", "sync-server", "shared", "e2e"];

/**
 * Every source file of the houses that git knows or would add, by its path from the top; what a checker must have seen.
 * `.d.ts` files are left out: they hold no code.
 */
export function listedSources() {
  const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "--", ...houses], {
    cwd: projectRoot,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  return listed
    .split("\n")
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith(".d.ts") && existsSync(inProject(path)));
}
