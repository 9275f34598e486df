import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { inProject, projectRoot } from "./place.mjs";

const NOT_BUILT_IN = /\.(test|contract)\.tsx?$|\.md$/;

function* filesUnder(/** @type {string} */ place) {
  if (!statSync(place).isDirectory()) {
    yield place;
    return;
  }
  const entries = readdirSync(place, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(place, entry.name);
    if (entry.isDirectory()) yield* filesUnder(path);
    else if (entry.isFile() && !NOT_BUILT_IN.test(entry.name)) yield path;
  }
}

/**
 * One hash over names and contents of everything that a build reads. Contents, not times: a checkout, a deleted file and
 * a clock that is wrong all give the right answer.
 *
 * @param {readonly string[]} places files and folders, from the project's top
 */
export function hashOfSources(places) {
  const hash = createHash("sha256");
  for (const place of places) {
    for (const file of filesUnder(inProject(place))) {
      const content = readFileSync(file);
      hash.update(`${relative(projectRoot, file)}\0${content.length}\0`);
      hash.update(content);
    }
  }
  return hash.digest("hex");
}
