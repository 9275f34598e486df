import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Page } from "playwright-core";

/** What is wrong with a page as axe sees it, or `small-target`: too small to be hit by a wet finger. */
export type Fault = { readonly shot: string; readonly rule: string; readonly impact: string; readonly where: string };
type AxeResult = {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly target: readonly unknown[] }[];
  }[];
};
/** How a page is looked at. */
export type Look = { readonly width: string; readonly locale: string };
/** Takes a page in both themes, under one name. `touch`: also looks for what a finger would miss. */
export type Shoot = (page: Page, name: string, more?: { readonly touch?: boolean }) => Promise<void>;

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const THEMES = ["light", "dark"] as const;
/** A page on which something always moves is taken as it is after so many. */
const MOST_PICTURES = 8;
/** The least size of what is touched, in CSS pixels. */
const FINGER = 44;

/** Takes pictures into a folder, and holds each page against axe's rules. */
export function openCamera(folder: string) {
  const faults: Fault[] = [];
  let taken = 0;

  async function take(page: Page, shot: string): Promise<void> {
    // A list hides its rows until it has measured them.
    await page.waitForFunction(
      () => document.querySelector("a[style*='visibility: hidden'], div[style*='visibility: hidden'] a") === null,
    );
    writeFileSync(join(folder, `${shot}.png`), await stillPicture(page));
    taken += 1;
    const hasAxe = await page.evaluate(() => "axe" in globalThis);
    if (!hasAxe) await page.evaluate(AXE);
    // The shape that axe-core documents.
    const result = await page.evaluate<AxeResult>(
      "axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] })",
    );
    for (const { id, impact, nodes } of result.violations) {
      if (impact !== "serious" && impact !== "critical") continue;
      for (const node of nodes) faults.push({ shot, rule: id, impact, where: node.target.join(" ") });
    }
  }

  return {
    faults: (): readonly Fault[] => faults,
    taken: () => taken,
    /** With names that end as the look says. */
    looking:
      ({ width, locale }: Look): Shoot =>
      async (page, name, { touch = false } = {}) => {
        for (const theme of THEMES) {
          await page.emulateMedia({ colorScheme: theme });
          await take(page, `${name}-${width}-${theme}-${locale}`);
        }
        if (!touch) return;
        for (const where of await page.evaluate(smallTargets, FINGER)) {
          faults.push({ shot: `${name}-${width}-${locale}`, rule: "small-target", impact: "serious", where });
        }
      },
  };
}

/** The picture once two in a row are equal: what was laid out is not always painted yet. */
async function stillPicture(page: Page): Promise<Buffer> {
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined))),
  );
  let before = await page.screenshot();
  for (let more = 0; more < MOST_PICTURES; more += 1) {
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    const now = await page.screenshot();
    if (now.equals(before)) return now;
    before = now;
  }
  return before;
}

/** What can be pressed and is smaller than a finger; a link within a line of text is as high as its line. Runs in the page. */
function smallTargets(least: number): readonly string[] {
  const small: string[] = [];
  for (const element of document.querySelectorAll("a[href], button, input, select, textarea, summary")) {
    const isShown = element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    if (!isShown || element.closest("[inert]") !== null || element.matches(":disabled, .visually-hidden, p a"))
      continue;
    const hit = element.matches("input") ? (element.closest("label") ?? element) : element;
    const { width, height, bottom } = hit.getBoundingClientRect();
    // A link to the content stands above the page until it has the focus.
    if (bottom <= 0) continue;
    // What is pressed by its label only takes no room of its own.
    if (width <= 1 || height <= 1 || (width >= least - 0.5 && height >= least - 0.5)) continue;
    // It may be hit beside what is drawn of it.
    element.scrollIntoView({ block: "center" });
    const drawn = element.getBoundingClientRect();
    const [x, y] = [drawn.x + drawn.width / 2, drawn.y + drawn.height / 2];
    const reach = least / 2 - 1;
    const isHit = [
      [x - reach, y],
      [x + reach, y],
      [x, y - reach],
      [x, y + reach],
    ].every(([atX = 0, atY = 0]) => element.contains(document.elementFromPoint(atX, atY)));
    if (isHit) continue;
    const words = element.getAttribute("aria-label") ?? element.textContent?.trim().slice(0, 30) ?? "";
    small.push(`${element.tagName.toLowerCase()} "${words}" ${Math.round(width)}x${Math.round(height)}`);
  }
  return small;
}
