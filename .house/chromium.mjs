import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { run } from "./run.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const PACKAGES = ["chromium", "fonts-noto-core", "fonts-noto-color-emoji"];

/** What a Chromium of a test is started with: it runs as root and calls nobody. */
export const chromiumArguments = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

function isProgram(/** @type {string} */ path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The path of an installed Chromium or Chrome: CHROMIUM_PATH, else the first one on the path; nothing when there is none. */
export function findChromium() {
  const named = process.env["CHROMIUM_PATH"];
  if (named) {
    if (isProgram(named)) return named;
    throw new Error(`CHROMIUM_PATH names ${named}, which is no program that can be run.`);
  }
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
}

/**
 * The path of a Chromium, installed from the system's packages when there is none and we may (root on Debian and its kin).
 * Throws an error with a message for people otherwise.
 */
export async function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || !existsSync("/usr/bin/apt-get")) {
    throw new Error(
      "No Chromium was found, and the journeys need one. Install chromium or google-chrome, or set CHROMIUM_PATH to one." +
        " (On Debian as root it would have been installed for you.)",
    );
  }
  console.error("Installing Chromium from the system's packages (the first time) ...");
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const updated = await run("apt-get", ["update"], { env });
  const installed = await run("apt-get", ["install", "-y", ...PACKAGES], { env });
  const now = findChromium();
  if (installed.code !== 0 || !now) {
    throw new Error(`Chromium could not be installed:\n${(updated.output + installed.output).slice(-4000)}`);
  }
  return now;
}
