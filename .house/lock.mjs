// `node .house/lock.mjs`: completes package-lock.json after `npm install` of a package; with `--check` only says whether
// it is complete.
//
// A lock file that was made where not every platform's packages can be had lacks the others' entries, and `npm ci` then
// refuses it everywhere. Their versions are exact and their platforms stand in their names, so the entries can be written
// without having the packages; npm skips those of other platforms, and checks its own as it comes.
import { readFileSync, writeFileSync } from "node:fs";
import { inProject } from "./place.mjs";

const SYSTEMS = ["android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"];
const PROCESSORS = ["arm64", "arm", "ia32", "loong64", "ppc64", "riscv64", "s390x", "x64"];

/** What a platform package's name says of where it runs: `@rollup/rollup-linux-x64-musl`. */
function platformOf(/** @type {string} */ name) {
  const words = name.split(/[/-]/);
  const system = SYSTEMS.find((each) => words.includes(each));
  const processor = PROCESSORS.find((each) => words.includes(each));
  if (!system || !processor) throw new Error(`${name} does not say where it runs; it has to be entered by hand.`);
  const isMusl = words.some((word) => word.startsWith("musl"));
  const isGnu = words.some((word) => word.startsWith("gnu"));
  const libc = system !== "linux" ? undefined : isMusl ? ["musl"] : isGnu ? ["glibc"] : undefined;
  return { cpu: [processor], ...(libc ? { libc } : {}), os: [system] };
}

const path = inProject("package-lock.json");
const lock = JSON.parse(readFileSync(path, "utf8"));
let added = 0;
for (const [place, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const own = `${place}/node_modules/${name}`;
    const top = `node_modules/${name}`;
    if (lock.packages[own] || lock.packages[top]) continue;
    if (!/^\d+\.\d+\.\d+$/.test(version))
      throw new Error(`${name}@${version} is not exact; it has to be entered by hand.`);
    lock.packages[top] = { version, ...(entry.dev ? { dev: true } : {}), optional: true, ...platformOf(name) };
    added += 1;
  }
}
if (process.argv.includes("--check")) {
  if (added > 0) console.log(`package-lock.json lacks ${added} entries: run \`node .house/lock.mjs\``);
  process.exit(added === 0 ? 0 : 1);
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en")));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} entries added to package-lock.json`);
