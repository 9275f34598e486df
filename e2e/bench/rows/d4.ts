import type { Browser, Page } from "playwright-core";
import { openChromium } from "../../world/chromium.ts";
import { isLive, openBuiltDesk, openProbedPage, signUpInBrowser } from "../browser/built-desk.ts";
import { atMost, type Line } from "../measure/line.ts";
import { measureInTurn, median, p10, p95 } from "../measure/statistics.ts";
import { number } from "../measure/table.ts";
import type { Row } from "./row.ts";

const ROUNDS = 60;
const PAUSE_MS = 120;
const TEXT = "Похоже, дело в памяти. Проверю удалённо, это займёт минут пять. Можно подключиться?";

/** A reply durable on the device: from the key that sends it, against one strict put of the same record in the same page. */
export const d4: Row = {
  id: "D4",
  what: "a reply saved",
  limitMs: 90_000,
  measure: async () => {
    const built = await openBuiltDesk();
    let browser: Browser | undefined;
    try {
      browser = await openChromium();
      const chat = await openProbedPage(browser);
      await chat.goto(built.desk.printed.chat);
      await chat.locator("textarea").fill("Не вижу принтер после обновления");
      await chat.keyboard.press("Enter");
      const page = await openProbedPage(browser);
      await signUpInBrowser(page, built);
      await isLive(page);
      await page.getByTestId("tab-team").click();
      await page.locator("[role=tabpanel] a[data-thread]").first().click();
      await page.keyboard.press("KeyT");
      const field = page.locator("section[data-thread] textarea");
      await field.waitFor();
      await page.evaluate(openFloorDatabase);
      const samples = await measureInTurn(
        { floor: () => putOne(page), ours: () => sendOne(page) },
        { rounds: ROUNDS, warmUp: 8 },
      );
      return [lineOf(samples)];
    } finally {
      await browser?.close();
      await built.close();
    }
  },
};

/** Writes a reply and sends it with Enter; milliseconds from the key to the end of the journal's transaction. */
async function sendOne(page: Page): Promise<number> {
  await page.waitForTimeout(PAUSE_MS);
  await page.locator("section[data-thread] textarea").fill(TEXT);
  // A hand needs a moment from the last letter to Enter; the draft is kept meanwhile.
  await page.waitForTimeout(PAUSE_MS);
  const saved = page.evaluate(() => window.probe.savedAfterKey("-journal:"));
  await page.evaluate(() => undefined);
  await page.keyboard.press("Enter");
  return saved;
}

async function putOne(page: Page): Promise<number> {
  await page.waitForTimeout(PAUSE_MS);
  return page.evaluate(putStrictly, TEXT);
}

// These two run in the page.
function openFloorDatabase(): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("bench-floor", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("rows", { keyPath: "seq", autoIncrement: true });
    request.onerror = () => reject(request.error ?? new Error("no database"));
    request.onsuccess = () => {
      Object.assign(window, { floorDatabase: request.result });
      resolve();
    };
  });
}

/** What a reply is on the device, about: its text, ids, times, signature. */
function putStrictly(text: string): Promise<number> {
  const { floorDatabase } = window as unknown as { floorDatabase: IDBDatabase }; // put there by `openFloorDatabase`
  const item = {
    _id: `dialog.01m818766fqsdp5qh8:8d864ed0000-01m818766fqsdp`,
    kind: "reply",
    text,
    hlc: [Date.now(), 0],
    at: Date.now(),
    under: { inc: 1, epoch: 1 },
    seen: { inc: 1, n: 3 },
    sig: "0".repeat(86),
  };
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const transaction = floorDatabase.transaction(["rows"], "readwrite", { durability: "strict" });
    transaction.oncomplete = () => resolve(performance.now() - startedAt);
    transaction.onerror = () => reject(transaction.error ?? new Error("not put"));
    transaction.objectStore("rows").add({ item, savedAt: item.at });
  });
}

function lineOf(samples: Readonly<Record<"floor" | "ours", readonly number[]>>): Line {
  const floor = { name: "strict put", value: median(samples.floor) };
  const ours = median(samples.ours);
  return {
    row: "D4",
    what: "a reply saved, p50",
    unit: "ms",
    floor,
    rivals: [],
    ours,
    checks: [atMost(1.5, floor, ours)],
    notes: [
      `p10 ${number(p10(samples.ours))} ms, of the put ${number(p10(samples.floor))} ms; ` +
        `p95 ${number(p95(samples.ours))} ms, of the put ${number(p95(samples.floor))} ms`,
    ],
  };
}
