import type { Browser, Page } from "playwright-core";
import { openChromium } from "../../world/chromium.ts";
import { isLive, openBuiltDesk, openProbedPage, signUpInBrowser } from "../browser/built-desk.ts";
import { openPageServer } from "../browser/page-server.ts";
import { ALL_OF_FIRST_TEAM } from "../desk/seed.ts";
import { type Line, withinWhenQuiet } from "../measure/line.ts";
import { measureInTurn, median, p95 } from "../measure/statistics.ts";
import { number } from "../measure/table.ts";
import type { Row } from "./row.ts";

const DIALOGS = 48;
/** Opening, claim, 100 messages. */
const ITEMS = 102;
const ROUNDS = 40;
const FRAME_MS = 1000 / 60;
/** Of an empty panel on a quiet machine of two cores: a headless Chromium waits for no display. */
const USUAL_FLOOR_MS = 4;
const PAUSE_MS = 250;

/** A page that answers the same key by painting an empty panel. */
const EMPTY = `<!doctype html><title>floor</title><style>body{margin:0}section{height:100vh;background:#fff}</style>
<div id="place"></div>
<script>
  let count = 0;
  addEventListener("keydown", () => {
    count += 1;
    const panel = document.createElement("section");
    panel.dataset.thread = "floor" + count;
    panel.textContent = "panel " + count;
    document.getElementById("place").replaceChildren(panel);
  });
</script>`;

/** A dialog of 100 messages opened by a key, never opened before; against the same key painting an empty panel. */
export const d2: Row = {
  id: "D2",
  what: "a dialog of 100 messages, key to paint",
  limitMs: 150_000,
  measure: async () => {
    const built = await openBuiltDesk({
      teams: ALL_OF_FIRST_TEAM,
      dialogs: DIALOGS,
      tickets: 0,
      items: [ITEMS],
      closedInFour: 0,
    });
    const pages = await openPageServer({ "/": EMPTY });
    let browser: Browser | undefined;
    try {
      browser = await openChromium();
      const desk = await openProbedPage(browser);
      await signUpInBrowser(desk, built);
      await isLive(desk);
      await desk.getByTestId("tab-all").click();
      await desk.locator("[role=tabpanel] a[data-thread]").first().waitFor();
      const floor = await openProbedPage(browser);
      await floor.goto(pages.origin);
      const samples = await measureInTurn(
        { floor: () => pressKey(floor, showsPanel), ours: () => pressKey(desk, showsDialog) },
        { rounds: ROUNDS, warmUp: 3 },
      );
      return [lineOf(samples)];
    } finally {
      await browser?.close();
      await pages.close();
      await built.close();
    }
  },
};

/** Presses J, which opens the next dialog; milliseconds from the press to the paint. */
async function pressKey(page: Page, arm: () => Promise<number>): Promise<number> {
  await page.bringToFront();
  await page.waitForTimeout(PAUSE_MS);
  const painted = page.evaluate(arm);
  // The page must be listening before the key comes.
  await page.evaluate(() => undefined);
  await page.keyboard.press("KeyJ");
  return painted;
}

// These two run in the page.
const showsPanel = (): Promise<number> => {
  const before = document.querySelector<HTMLElement>("section[data-thread]")?.dataset["thread"];
  return window.probe.paintAfterKey(() => {
    const panel = document.querySelector<HTMLElement>("section[data-thread]");
    return panel !== null && panel.dataset["thread"] !== before;
  });
};

/** Another dialog than before, with more of its messages than the window has room for. */
const showsDialog = (): Promise<number> => {
  const before = document.querySelector<HTMLElement>("section[data-thread]")?.dataset["thread"];
  return window.probe.paintAfterKey(() => {
    const panel = document.querySelector<HTMLElement>("section[data-thread]");
    if (panel === null || panel.dataset["thread"] === before) return false;
    return panel.querySelectorAll("article[data-item]").length >= 20;
  });
};

function lineOf(samples: Readonly<Record<"floor" | "ours", readonly number[]>>): Line {
  const floor = { name: "empty panel", value: median(samples.floor) };
  const ours = median(samples.ours);
  const late = p95(samples.ours);
  const limit = { text: "p95 <= 50 ms", met: late <= 50 };
  return {
    row: "D2",
    what: "open a dialog of 100, p50",
    unit: "ms",
    floor,
    rivals: [],
    ours,
    checks: [
      { text: "within one frame of the floor", met: ours <= floor.value + FRAME_MS },
      withinWhenQuiet(limit, { value: floor.value, usual: USUAL_FLOOR_MS }),
    ],
    notes: [`p95 ${number(late)} ms, of the empty panel ${number(p95(samples.floor))} ms`],
  };
}
