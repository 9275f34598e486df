import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Browser } from "playwright-core";
import { openProbedPage } from "./built-desk.ts";
import { openPageServer } from "./page-server.ts";

/** Automerge alone, in a worker that has it loaded and has taken these changes before. */
export type AutomergeFloor = {
  /** Takes the changes into an empty document and reads one text: milliseconds in the worker. */
  readonly load: () => Promise<number>;
  readonly close: () => Promise<void>;
};

const PAGE = `<!doctype html><title>floor</title>
<script>
  const worker = new Worker("/worker.js");
  window.load = (changes) => new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage({ changes });
  });
</script>`;

export async function openAutomergeFloor(browser: Browser, changes: readonly string[]): Promise<AutomergeFloor> {
  const pages = await openPageServer({ "/": PAGE, "/worker.js": await workerScript() });
  const page = await openProbedPage(browser);
  await page.goto(pages.origin);
  return {
    load: async () => {
      await page.bringToFront();
      return page.evaluate((given) => (window as unknown as { load: typeof loadInPage }).load(given), changes);
    },
    close: async () => {
      await page.context().close();
      await pages.close();
    },
  };
}

/** What the page puts on its window. */
declare function loadInPage(changes: readonly string[]): Promise<number>;

async function workerScript(): Promise<string> {
  const built = await build({
    entryPoints: [fileURLToPath(new URL("automerge.page.ts", import.meta.url))],
    bundle: true,
    write: false,
    minify: true,
    platform: "browser",
    format: "iife",
    target: "es2022",
    logLevel: "silent",
  });
  return built.outputFiles[0]?.text ?? "";
}
