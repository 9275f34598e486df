import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { VitePWA } from "vite-plugin-pwa";
import solid from "vite-plugin-solid";
// The types only: a desk is built where no test is installed.
import type {} from "vitest/config";
import { TEST_WORKERS, testProjects } from "./.house/vitest.ts";

/**
 * Four programs are built from `client/`, each on its own, so that none pays for another's code:
 *
 *   vite build                  the agents' desk      client/index.html         -> dist/client/         at /
 *   vite build --mode chat      the user's chat       client/chat/index.html    -> dist/client/c/       at /c/
 *   vite build --mode portal    the user's portal     client/portal/index.html  -> dist/client/portal/  at /portal
 *   vite build --mode widget    the launcher          client/widget/main.ts     -> dist/client/widget.js
 *
 * `npm run build` empties dist/client and builds them in this order.
 */
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The programs beside the desk: where they stand, and the folder of `client/` that each is built from. */
const PROGRAMS = {
  chat: { base: "/c/", folder: "chat" },
  portal: { base: "/portal/", folder: "portal" },
} as const;
type Program = keyof typeof PROGRAMS;
const programOf = (mode: string): Program | undefined => (mode === "chat" || mode === "portal" ? mode : undefined);

/** In development one Vite serves them all: what stands under a program's address is its own, and any address there its page. */
const programsInDevelopment: Plugin = {
  name: "programs-in-development",
  apply: "serve",
  configureServer(server) {
    server.middlewares.use((request, response, next) => {
      const [path = "/"] = (request.url ?? "/").split("?");
      for (const { base, folder } of Object.values(PROGRAMS)) {
        if (`${path}/` === base) {
          // Its sources are asked for beside its address: that has to end with a slash.
          response.writeHead(302, { location: base }).end();
          return;
        }
        if (!path.startsWith(base)) continue;
        const file = path.slice(base.length);
        const isPublic = existsSync(here(`client/${folder}/public/${file}`));
        if (!/\.\w+$/.test(file)) request.url = `/${folder}/index.html`;
        else request.url = `/${folder}/${isPublic ? "public/" : ""}${file}`;
      }
      next();
    });
  },
};

/** The program's service worker, with the list of the files that it keeps: dist/client/sw.js, dist/client/c/sw.js ... */
const serviceWorker = (program: Program | undefined) =>
  VitePWA({
    strategies: "injectManifest",
    srcDir: program === undefined ? "offline/desk" : `../offline/${program}`,
    filename: "sw.ts",
    injectRegister: false,
    manifest: false,
    injectManifest: {
      // Automerge's wasm (3.6 MB, 0.8 packed) with the rest: a ticket is edited in the basement the first time, too.
      globPatterns: ["**/*.{js,css,html,svg,png,webmanifest,wasm}"],
      globIgnores: ["c/**", "portal/**", "widget.js", "**/*.map", "sw.js"],
      maximumFileSizeToCacheInBytes: 6 * 1024 * 1024,
    },
  });

/** The launcher is one plain script for pages of others, at an address that never changes. */
const launcher = {
  root: here("client/widget"),
  publicDir: false as const,
  build: {
    target: "es2022",
    outDir: here("dist/client"),
    emptyOutDir: false,
    sourcemap: true,
    lib: {
      entry: here("client/widget/main.ts"),
      formats: ["iife" as const],
      name: "otklikLauncher",
      fileName: () => "widget.js",
    },
  },
};

/** In development the same address leads to its source: a script that loads a module. */
const launcherInDevelopment: Plugin = {
  name: "launcher-in-development",
  apply: "serve",
  configureServer(server) {
    server.middlewares.use((request, response, next) => {
      if (request.url?.split("?")[0] !== "/widget.js") return next();
      response.setHeader("content-type", "text/javascript");
      response.end(`import(new URL("/widget/main.ts", document.currentScript.src).href);`);
    });
  },
};

/** Where `npm run dev` has put the server; its addresses are passed through. */
const devServer = process.env["OTKLIK_SERVER"];
const passedThrough = devServer
  ? Object.fromEntries(
      // Sources of client/live have addresses under /live as well: those stay here.
      ["/api", "/db", "^/live/(?!.*\\.[jt]sx?(?:\\?|$))", "/files", "/health", "/ready"].map((path) => [
        path,
        { target: devServer, ws: path.includes("/live") },
      ]),
    )
  : {};

export default defineConfig(({ mode, command }) => {
  const program = programOf(mode);
  const folder = program === undefined ? "client" : `client/${PROGRAMS[program].folder}`;
  const publicFolder = here(`${folder}/public`);
  const underTest = process.env["VITEST"] !== undefined;
  const isBuild = command === "build" && !underTest;
  if (isBuild && mode === "widget") return launcher;
  return {
    root: underTest ? here(".") : isBuild ? here(folder) : here("client"),
    base: isBuild && program !== undefined ? PROGRAMS[program].base : "/",
    publicDir: existsSync(publicFolder) ? publicFolder : false,
    cacheDir: here("node_modules/.vite"),
    plugins: [solid(), programsInDevelopment, launcherInDevelopment, ...(isBuild ? [serviceWorker(program)] : [])],
    server: { proxy: passedThrough, fs: { allow: [here(".")] } },
    worker: { format: "es" as const },
    build: {
      target: "es2022",
      outDir: here(`dist/client${program === undefined ? "" : PROGRAMS[program].base}`),
      emptyOutDir: false,
      sourcemap: true,
    },
    test: { projects: testProjects, maxWorkers: TEST_WORKERS },
  };
});
