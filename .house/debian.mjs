import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { run } from "./run.mjs";

function isProgram(/** @type {string} */ path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where daemons lie, also where a person's path does not name it. */
const SBIN = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/** The first of the programs that is installed. */
export function findProgram(/** @type {readonly string[]} */ names) {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== ""), ...SBIN];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
}

/**
 * The path of a program, installed from the system's packages when it is not there and we may (root on Debian and its kin).
 * Throws an error with a message for people otherwise.
 *
 * @param {{ names: readonly string[], packages: readonly string[], purpose: string }} wanted
 */
export async function ensureProgram({ names, packages, purpose }) {
  const found = findProgram(names);
  if (found) return found;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
    throw new Error(
      `${names[0]} was not found, and ${purpose}. Install ${packages.join(" ")}.` +
        " (On Debian as root it would have been installed for you.)",
    );
  }
  console.error(`Installing ${packages.join(" ")} from the system's packages (the first time) ...`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const updated = await run("apt-get", ["update"], { env });
  const installed = await run("apt-get", ["install", "-y", "--no-install-recommends", ...packages], { env });
  const now = findProgram(names);
  if (installed.code !== 0 || !now) {
    throw new Error(
      `${packages.join(" ")} could not be installed:\n${(updated.output + installed.output).slice(-4000)}`,
    );
  }
  return now;
}
