import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import solid from "vite-plugin-solid";
import { defineConfig } from "vitest/config";
import { testProjects } from "./.house/vitest.ts";

/**
 * Three programs are built from `client/`, each on its own, so that none pays for another's code:
 *
 *   vite build                  the agents' desk      client/index.html       -> dist/client/       at /
 *   vite build --mode chat      the user's chat       client/chat/index.html  -> dist/client/c/     at /c/
 *   vite build --mode widget    the embed launcher    client/widget/main.ts   -> dist/client/widget.js
 *
 * `npm run build` empties dist/client and builds those of them whose entry exists, in this order.
 */
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** In development one Vite serves both programs: every address under /c/ is the chat's page. */
const chatPageInDevelopment: Plugin = {
  name: "chat-page",
  apply: "serve",
  configureServer(server) {
    server.middlewares.use((request, _response, next) => {
      const path = (request.url ?? "/").split("?")[0] ?? "/";
      const isPage = path.startsWith("/c/") && !/\.\w+$/.test(path);
      if (isPage) request.url = "/chat/index.html";
      next();
    });
  },
};

/** Where `npm run dev` has put the server; its addresses are passed through. */
const devServer = process.env["OTKLIK_SERVER"];
const passedThrough = devServer
  ? Object.fromEntries(
      ["/api", "/db", "/live", "/files", "/health", "/ready"].map((path) => [
        path,
        { target: devServer, ws: path === "/live" },
      ]),
    )
  : {};

export default defineConfig(({ mode, command }) => {
  const isChat = mode === "chat";
  const isWidget = mode === "widget";
  const underTest = process.env["VITEST"] !== undefined;
  const isBuild = command === "build" && !underTest;
  return {
    root: underTest ? here(".") : isBuild && isChat ? here("client/chat") : here("client"),
    base: isBuild && isChat ? "/c/" : "/",
    publicDir:
      isBuild && (isChat || isWidget) ? false : existsSync(here("client/public")) ? here("client/public") : false,
    cacheDir: here("node_modules/.vite"),
    plugins: [solid(), chatPageInDevelopment],
    server: { proxy: passedThrough, fs: { allow: [here(".")] } },
    worker: { format: "es" as const },
    build: {
      target: "es2022",
      outDir: here(isChat ? "dist/client/c" : "dist/client"),
      emptyOutDir: false,
      sourcemap: true,
      ...(isWidget
        ? {
            lib: {
              entry: here("client/widget/main.ts"),
              formats: ["iife" as const],
              name: "otklik",
              fileName: () => "widget.js",
            },
          }
        : {}),
    },
    test: { projects: testProjects },
  };
});
