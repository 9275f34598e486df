import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { VitePWA } from "vite-plugin-pwa";
import solid from "vite-plugin-solid";
// The types only: a desk is built where no test is installed.
import type {} from "vitest/config";
import { testProjects } from "./.house/vitest.ts";

/**
 * Two programs are built from `client/`, each on its own, so that neither pays for the other's code:
 *
 *   vite build                  the agents' desk      client/index.html       -> dist/client/       at /
 *   vite build --mode chat      the user's chat       client/chat/index.html  -> dist/client/c/     at /c/
 *
 * `npm run build` empties dist/client and builds both, in this order.
 */
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** In development one Vite serves both programs: what stands under /c/ is the chat's, and any address there its page. */
const chatInDevelopment: Plugin = {
  name: "chat-in-development",
  apply: "serve",
  configureServer(server) {
    server.middlewares.use((request, _response, next) => {
      const [path = "/"] = (request.url ?? "/").split("?");
      if (path.startsWith("/c/")) {
        const file = path.slice("/c/".length);
        const isPublic = existsSync(here(`client/chat/public/${file}`));
        if (!/\.\w+$/.test(file)) request.url = "/chat/index.html";
        else request.url = `/chat/${isPublic ? "public/" : ""}${file}`;
      }
      next();
    });
  },
};

/** The program's service worker, with the list of the files that it keeps: dist/client/sw.js, dist/client/c/sw.js. */
const serviceWorker = (program: "desk" | "chat") =>
  VitePWA({
    strategies: "injectManifest",
    srcDir: program === "chat" ? "../offline/chat" : "offline/desk",
    filename: "sw.ts",
    injectRegister: false,
    manifest: false,
    injectManifest: {
      globPatterns: ["**/*.{js,css,html,svg,png,webmanifest}"],
      globIgnores: ["c/**", "widget.js", "**/*.map", "sw.js"],
      maximumFileSizeToCacheInBytes: 6 * 1024 * 1024,
    },
  });

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
  const isChat = mode === "chat";
  const publicFolder = here(mode === "chat" ? "client/chat/public" : "client/public");
  const underTest = process.env["VITEST"] !== undefined;
  const isBuild = command === "build" && !underTest;
  return {
    root: underTest ? here(".") : isBuild && isChat ? here("client/chat") : here("client"),
    base: isBuild && isChat ? "/c/" : "/",
    publicDir: existsSync(publicFolder) ? publicFolder : false,
    cacheDir: here("node_modules/.vite"),
    plugins: [solid(), chatInDevelopment, ...(isBuild ? [serviceWorker(isChat ? "chat" : "desk")] : [])],
    server: { proxy: passedThrough, fs: { allow: [here(".")] } },
    worker: { format: "es" as const },
    build: {
      target: "es2022",
      outDir: here(isChat ? "dist/client/c" : "dist/client"),
      emptyOutDir: false,
      sourcemap: true,
    },
    test: { projects: testProjects },
  };
});
