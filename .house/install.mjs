import { existsSync, readFileSync } from "node:fs";
import { inProject } from "./place.mjs";
import { run } from "./run.mjs";

function packagesOf(/** @type {string} */ path) {
  return JSON.parse(readFileSync(path, "utf8")).packages ?? {};
}

/**
 * What the lock file asks for and node_modules does not hold, told by npm's own record of what it installed. Packages for
 * other platforms (optional) are not asked for.
 *
 * @param {{ forTests: boolean }} options
 * @returns {"missing" | "stale" | "ready"}
 */
export function stateOfPackages({ forTests }) {
  const record = inProject("node_modules", ".package-lock.json");
  if (!existsSync(record)) return "missing";
  const installed = packagesOf(record);
  const asked = Object.entries(packagesOf(inProject("package-lock.json")));
  const isReady = asked.every(([place, entry]) => {
    if (place === "" || entry.optional || entry.devOptional || entry.peer || (entry.dev && !forTests)) return true;
    return installed[place]?.version === entry.version;
  });
  return isReady ? "ready" : "stale";
}

function npmCommand() {
  // Under `npm start` and `npm test` npm names itself; by hand the one on the path is used.
  const own = process.env["npm_execpath"];
  return own?.endsWith(".js") ? [process.execPath, own] : ["npm"];
}

/**
 * Installs what the lock file asks for, if it is not there: quietly, unless it fails.
 * A failed installation ends the process with npm's own words.
 *
 * @param {{ forTests: boolean }} options
 */
export async function ensureInstalled({ forTests }) {
  const state = stateOfPackages({ forTests });
  if (state === "ready") return;
  console.error(state === "missing" ? "Installing packages (the first time) ..." : "Bringing packages up to date ...");
  const [command = "npm", ...before] = npmCommand();
  // `ci` empties node_modules first; a folder that only lags behind is brought up to date in place.
  const verb = state === "missing" ? ["ci"] : ["install", "--no-save"];
  const quiet = ["--no-fund", "--no-audit", "--loglevel=error", ...(forTests ? ["--include=dev"] : [])];
  const result = await run(command, [...before, ...verb, ...quiet]);
  if (result.code !== 0) {
    console.error(result.output);
    console.error("The packages could not be installed; npm's reason stands above.");
    process.exit(1);
  }
  if (stateOfPackages({ forTests }) !== "ready") {
    console.error("npm finished, and node_modules still does not hold what package-lock.json asks for. Try `npm ci`.");
    process.exit(1);
  }
}
