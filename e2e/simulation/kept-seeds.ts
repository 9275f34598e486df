import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A seed that once failed; it runs first, for ever. */
export type KeptSeed = { readonly seed: number; readonly steps: number; readonly why: string };

/** What stands in `regressions/`, oldest first. */
export function keptSeeds(): readonly KeptSeed[] {
  const folder = fileURLToPath(new URL("./regressions/", import.meta.url));
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => JSON.parse(readFileSync(`${folder}${name}`, "utf8")) as KeptSeed); // our own files
}

/** Steps of a seed; every tenth runs twice as long. */
export const stepsOf = (seed: number): number => (seed % 10 === 0 ? 600 : 300);
