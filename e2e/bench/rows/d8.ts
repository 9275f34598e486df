import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import type { Browser } from "playwright-core";
import { openChromium } from "../../world/chromium.ts";
import { buildProducts, isLive, openBuiltDesk, openProbedPage, signUpInBrowser } from "../browser/built-desk.ts";
import { type Line, within } from "../measure/line.ts";
import { number } from "../measure/table.ts";
import type { Row } from "./row.ts";

const CLIENT = fileURLToPath(new URL("../../../dist/client/", import.meta.url));
/** Of the table for the chat; the portal is held to it as well. */
const CHAT_KB = 40;
const INBOX_KB = 180;
/** What every page of a site pays for the button of a chat. */
const LAUNCHER_KB = 10;
/** What a page loads a moment after it is usable is loaded all the same. */
const SETTLE_MS = 3_000;

/** Bytes of JavaScript that a first visit loads for the page itself, brotli; workers are named apart. */
export const d8: Row = {
  id: "D8",
  what: "JavaScript of a first load",
  limitMs: 120_000,
  measure: async () => {
    await buildProducts();
    const built = await openBuiltDesk();
    let browser: Browser | undefined;
    try {
      browser = await openChromium();
      const inbox = await openProbedPage(browser);
      const ofInbox = watchScripts(inbox);
      await signUpInBrowser(inbox, built);
      await isLive(inbox);
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));

      const chat = await openProbedPage(browser);
      const ofChat = watchScripts(chat);
      await chat.goto(built.desk.printed.chat);
      await chat.locator("textarea").waitFor();
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));

      const portal = await openProbedPage(browser);
      const ofPortal = watchScripts(portal);
      await portal.goto(`${built.desk.origin}/portal`);
      await portal.locator("h1, h2").first().waitFor();
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      return [
        lineOf("user's chat", CHAT_KB, ofChat),
        lineOf("user's portal", CHAT_KB, ofPortal),
        lineOf("widget's launcher", LAUNCHER_KB, { ofPage: new Set(["/widget.js"]), ofWorkers: new Set() }),
        lineOf("agent's inbox, main thread", INBOX_KB, ofInbox),
      ];
    } finally {
      await browser?.close();
      await built.close();
    }
  },
};

type Scripts = { readonly ofPage: Set<string>; readonly ofWorkers: Set<string> };

/** Paths of the scripts that a page and its workers load from now on. */
function watchScripts(page: Awaited<ReturnType<typeof openProbedPage>>): Scripts {
  const scripts: Scripts = { ofPage: new Set(), ofWorkers: new Set() };
  page.on("worker", (worker) => scripts.ofWorkers.add(new URL(worker.url()).pathname));
  page.on("request", (request) => {
    if (request.resourceType() === "script") scripts.ofPage.add(new URL(request.url()).pathname);
  });
  return scripts;
}

function lineOf(what: string, limitKb: number, { ofPage, ofWorkers }: Scripts): Line {
  const files = [...ofPage].filter((path) => !ofWorkers.has(path) && path !== "/sw.js");
  if (files.length === 0) throw new Error(`${what}: no script was loaded`);
  const total = files.reduce((sum, path) => sum + brotliKb(path), 0);
  const largest = files
    .map((path) => ({ path, kb: brotliKb(path) }))
    .sort((a, b) => b.kb - a.kb)
    .slice(0, 3);
  const workers = [...ofWorkers].map((path) => `${path} ${number(brotliKb(path))} kB`);
  return {
    row: "D8",
    what,
    unit: "kB",
    rivals: [],
    ours: total,
    checks: [within(limitKb, "kB", total)],
    notes: [
      `${files.length} files; largest: ${largest.map(({ path, kb }) => `${path} ${number(kb)} kB`).join(", ")}`,
      ...(workers.length === 0 ? [] : [`workers apart: ${workers.join(", ")}`]),
    ],
  };
}

/** Size of a built file under the address at which it was loaded, in kB of 1,000 bytes. */
function brotliKb(path: string): number {
  const bytes = readFileSync(join(CLIENT, path));
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length / 1_000;
}
