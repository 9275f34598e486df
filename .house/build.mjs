import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { inProject, requireNode } from "./place.mjs";
import { runNode } from "./run.mjs";
import { hashOfSources } from "./sources.mjs";

const VITE = "node_modules/vite/bin/vite.js";

/** The programs of `client/`, in the order in which they are built; see vite.config.ts. */
const programs = ["production", "chat", "portal", "widget"];

async function buildClient() {
  rmSync(inProject("dist/client"), { recursive: true, force: true });
  for (const mode of programs) {
    const result = await runNode([VITE, "build", "--mode", mode, "--logLevel", "warn"], {
      env: { NODE_ENV: "production", VITEST: undefined },
    });
    if (result.code !== 0) return { ok: false, output: result.output };
  }
  return { ok: true, output: "" };
}

async function buildServer() {
  rmSync(inProject("dist/server"), { recursive: true, force: true });
  const { build, formatMessages } = await import("esbuild");
  try {
    await build({
      entryPoints: [inProject("sync-server/main.ts")],
      outdir: inProject("dist/server"),
      bundle: true,
      splitting: true,
      platform: "node",
      format: "esm",
      target: "node20",
      packages: "external",
      sourcemap: "linked",
      logLevel: "silent",
    });
    return { ok: true, output: "" };
  } catch (error) {
    const messages = await formatMessages(error.errors ?? [], { kind: "error", color: false });
    return { ok: false, output: messages.join("\n") || String(error) };
  }
}

/** What each half is built from, and how. The stamp beside the result holds the hash of the sources that it was built from. */
const halves = [
  {
    name: "client",
    build: buildClient,
    places: ["client", "shared", "vite.config.ts", "package-lock.json", "tsconfig.json", ".house/build.mjs"],
  },
  {
    name: "server",
    build: buildServer,
    places: ["sync-server", "shared", "package-lock.json", "tsconfig.json", ".house/build.mjs"],
  },
];

/**
 * Builds what is older than its sources; says nothing when there is nothing to do.
 *
 * @param {{ always?: boolean }} [options]
 * @returns {Promise<{ ok: boolean, output: string }>}
 */
export async function buildWhatChanged({ always = false } = {}) {
  for (const { name, build, places } of halves) {
    const stamp = inProject("dist", `${name}.stamp`);
    const hash = hashOfSources(places);
    const isFresh = existsSync(stamp) && existsSync(inProject("dist", name)) && readFileSync(stamp, "utf8") === hash;
    if (isFresh && !always) continue;
    console.error(`Building the ${name} ...`);
    rmSync(stamp, { force: true });
    const { ok, output } = await build();
    if (!ok) return { ok, output: `The ${name} was not built.\n${output}` };
    mkdirSync(inProject("dist"), { recursive: true });
    writeFileSync(stamp, hash);
  }
  return { ok: true, output: "" };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  requireNode();
  const { ok, output } = await buildWhatChanged({ always: process.argv.includes("--always") });
  if (!ok) {
    console.error(output);
    process.exit(1);
  }
}
