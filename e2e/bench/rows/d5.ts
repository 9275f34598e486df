import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { WORKLOAD } from "../../../shared/testing/workload.ts";
import { openChromium } from "../../world/chromium.ts";
import { openOwnedDesk, openProbedPage, PERSON } from "../browser/built-desk.ts";
import { openPageServer } from "../browser/page-server.ts";
import { ALL_OF_FIRST_TEAM, workloadDocs } from "../desk/seed.ts";
import { type Line, type Mark, withinWhenQuiet } from "../measure/line.ts";
import { measureInTurn, median } from "../measure/statistics.ts";
import { number } from "../measure/table.ts";
import { type Child, openChild } from "../processes/child.ts";
import type { Row } from "./row.ts";

const ROUNDS = 5;
const WORK = { teams: ALL_OF_FIRST_TEAM };
const USABLE_MS = 600;
const LONGEST_TASK_MS = 50;
/** Of loading the documents into one object store, on a quiet machine of two cores. */
const USUAL_RAW_MS = 2_450;
const CHUNK = 4_000;
const PATIENCE_MS = 120_000;

/** A device's first bootstrap of 23,000 documents; against PouchDB replicating them from the floor server. */
export const d5: Row = {
  id: "D5",
  what: "first bootstrap of 23,000 documents",
  limitMs: 330_000,
  measure: async () => {
    const closers: (() => Promise<void>)[] = [];
    try {
      const built = await openOwnedDesk(WORK);
      closers.push(built.close);
      const floor = await openChild("floor-server");
      closers.push(floor.end);
      const url = await loadFloor(floor);
      const pages = await openPageServer({
        "/": '<!doctype html><script src="/page.js"></script>',
        "/page.js": await page(),
      });
      closers.push(pages.close);
      const browser = await openChromium();
      closers.push(() => browser.close());

      const seen: Bootstrap[] = [];
      const samples = await measureInTurn(
        {
          ours: async () => {
            const found = await bootstrap(browser, built.desk.origin);
            seen.push(found);
            return found.completeMs;
          },
          raw: () =>
            inFloorPage(browser, pages.origin, (at) => at.evaluate((from) => window.floors.loadRaw(from), url)),
          replicate: () =>
            inFloorPage(browser, pages.origin, (at) => at.evaluate((from) => window.floors.replicate(from), url)),
        },
        { rounds: ROUNDS, warmUp: 0 },
      );
      return linesOf(seen, samples);
    } finally {
      for (const close of closers.reverse()) await close();
    }
  },
};

type Bootstrap = { readonly usableMs: number; readonly completeMs: number; readonly longestTaskMs: number };

/** Signs in on a device that has nothing; times count from the answer to the sign-in. */
async function bootstrap(browser: Browser, origin: string): Promise<Bootstrap> {
  const page = await openProbedPage(browser);
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(origin);
  await page.getByLabel("E-mail").fill(PERSON.email);
  await page.getByLabel("Password").fill(PERSON.password);
  const found = page.evaluate(watchBootstrap);
  await page.evaluate(() => undefined);
  await page.locator("form button[type=submit]").click();
  const result = await found;
  await page.context().close();
  return result;
}

/** In the page: usable when rows stand in the list, complete when the connection line says so. */
async function watchBootstrap(): Promise<Bootstrap> {
  const until = (isSo: () => boolean): Promise<number> =>
    new Promise((resolve) => {
      const look = (): void => (isSo() ? resolve(performance.now()) : void setTimeout(look, 4));
      look();
    });
  const usable = until(() => document.querySelector("[role=tabpanel] a[data-thread]") !== null);
  const complete = until(() => document.querySelector("[data-testid=connection][data-state=live]") !== null);
  const [usableAt, completeAt] = await Promise.all([usable, complete]);
  const signIn = performance.getEntriesByType("resource").find((entry) => entry.name.endsWith("/api/sign-in"));
  if (!(signIn instanceof PerformanceResourceTiming)) throw new Error("there was no sign-in");
  const from = signIn.responseEnd;
  const tasks = window.probe.longTasks.filter(({ at, ms }) => at + ms > from && at < completeAt);
  return {
    usableMs: usableAt - from,
    completeMs: completeAt - from,
    longestTaskMs: Math.max(0, ...tasks.map(({ ms }) => ms)),
  };
}

type Loaded = { readonly ms: number; readonly docs: number };

async function inFloorPage(browser: Browser, origin: string, act: (page: Page) => Promise<Loaded>): Promise<number> {
  const page = await openProbedPage(browser);
  await page.goto(origin);
  const { ms, docs } = await act(page);
  await page.context().close();
  if (docs !== WORKLOAD.documents) throw new Error(`${docs} documents came instead of ${WORKLOAD.documents}`);
  return ms;
}

async function loadFloor(floor: Child): Promise<string> {
  const docs = workloadDocs(WORK);
  for (let at = 0; at < docs.length; at += CHUNK) {
    await floor.call("load", { database: "desk", docs: docs.slice(at, at + CHUNK) });
  }
  return `${await floor.call<string>("url")}/desk`;
}

async function page(): Promise<string> {
  const built = await build({
    entryPoints: [fileURLToPath(new URL("../browser/replicate.page.ts", import.meta.url))],
    bundle: true,
    write: false,
    minify: true,
    platform: "browser",
    format: "iife",
    target: "es2022",
    define: { global: "globalThis" },
    logLevel: "silent",
  });
  return built.outputFiles[0]?.text ?? "";
}

function linesOf(
  seen: readonly Bootstrap[],
  samples: Readonly<Record<"ours" | "raw" | "replicate", readonly number[]>>,
): readonly Line[] {
  const usable = median(seen.map(({ usableMs }) => usableMs));
  const complete = median(samples.ours);
  const longest = median(seen.map(({ longestTaskMs }) => longestTaskMs));
  const raw = median(samples.raw);
  const replicate: Mark = { name: "replicate", value: median(samples.replicate) };
  const quiet = { value: raw, usual: USUAL_RAW_MS };
  const common = { row: "D5", unit: "ms", floor: { name: "raw load", value: raw } } as const;
  return [
    {
      ...common,
      what: "inbox usable, p50",
      rivals: [],
      ours: usable,
      checks: [withinWhenQuiet({ text: `<= ${USABLE_MS} ms`, met: usable <= USABLE_MS }, quiet)],
      notes: [`each: ${seen.map(({ usableMs }) => number(usableMs)).join(", ")} ms`],
    },
    {
      ...common,
      what: "all 23,000 documents here, p50",
      rivals: [replicate],
      ours: complete,
      checks: [
        { text: "2.5 x faster than replicate", met: complete * 2.5 <= (replicate.value ?? 0) },
        withinWhenQuiet({ text: `longest task <= ${LONGEST_TASK_MS} ms`, met: longest <= LONGEST_TASK_MS }, quiet),
      ],
      notes: [`longest task of the main thread ${number(longest)} ms (0: none over 50 ms)`],
    },
  ];
}
