import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

/** Programs of the bench that run in processes of their own. */
export type ProcessName = "board-server" | "desk-server" | "floor-server" | "listeners" | "puller";

const NAMES: readonly ProcessName[] = ["board-server", "desk-server", "floor-server", "listeners", "puller"];
const OUT = fileURLToPath(new URL("../../../dist/bench/", import.meta.url));

let building: Promise<void> | undefined;

/**
 * Builds them once a run, as the server itself is built for production (.house/build.mjs): what runs TypeScript in
 * development keeps the names of functions at a price that would be counted against ours and not against the rivals.
 */
export async function builtProcess(name: ProcessName): Promise<URL> {
  building ??= build({
    entryPoints: NAMES.map((each) => fileURLToPath(new URL(`./${each}.ts`, import.meta.url))),
    outdir: OUT,
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    logLevel: "silent",
  }).then(() => undefined);
  await building;
  return pathToFileURL(`${OUT}${name}.js`);
}
