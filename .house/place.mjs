import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's top folder. */
export const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)));

/** @param {...string} parts @returns {string} an absolute path inside the project */
export const inProject = (...parts) => join(projectRoot, ...parts);

/** The oldest Node that everything here runs on; the same number stands in package.json under `engines`. */
const OLDEST_NODE = [20, 19];

/** Ends the process with a clear message when this Node is too old. Runs before anything is installed. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [needMajor, needMinor] = OLDEST_NODE;
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return;
  console.error(
    `Otklik needs Node ${needMajor}.${needMinor} or newer; this is ${process.version} (${process.execPath}).`,
  );
  process.exit(1);
}
