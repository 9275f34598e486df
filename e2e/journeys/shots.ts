import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { openChromium } from "../world/chromium.ts";
import { openDeskProcess } from "../world/desk-process.ts";

/**
 * `npm run shots`: the main screens of the example desk, at two widths, in both themes and languages, into `e2e/shots`, each
 * held against axe's rules. Ends with an error when a page has a serious or critical fault.
 */
const FOLDER = fileURLToPath(new URL("../shots", import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WIDTHS = [
  { name: "1440", viewport: { width: 1440, height: 900 } },
  { name: "390", viewport: { width: 390, height: 844 } },
] as const;
const THEMES = ["light", "dark"] as const;
const LOCALES = ["ru", "en"] as const;
/** Addresses of the desk's screens; the ones of a thread are found in the list. */
const SCREENS = [
  "inbox",
  "held",
  "people",
  "knowledge/templates",
  "knowledge/articles",
  "settings/profile",
  "settings/links",
  "settings/teams",
] as const;

type Fault = { readonly shot: string; readonly rule: string; readonly impact: string; readonly where: string };
type AxeResult = {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly target: readonly unknown[] }[];
  }[];
};

/** A page on which something always moves is taken as it is after so many. */
const MOST_PICTURES = 8;

const faults: Fault[] = [];
let taken = 0;

/** The picture once two in a row are equal: what was laid out is not always painted yet. */
async function stillPicture(page: Page): Promise<Buffer> {
  let before = await page.screenshot();
  for (let more = 0; more < MOST_PICTURES; more += 1) {
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    const now = await page.screenshot();
    if (now.equals(before)) return now;
    before = now;
  }
  return before;
}

/** Waits until nothing moves any more, takes the picture, asks axe. */
async function shoot(page: Page, name: string): Promise<void> {
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined))),
  );
  // A list hides its rows until it has measured them.
  await page.waitForFunction(
    () => document.querySelector("a[style*='visibility: hidden'], div[style*='visibility: hidden'] a") === null,
  );
  writeFileSync(join(FOLDER, `${name}.png`), await stillPicture(page));
  taken += 1;
  await page.evaluate(AXE);
  // The shape that axe-core documents.
  const result = await page.evaluate<AxeResult>(
    "axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] })",
  );
  for (const { id, impact, nodes } of result.violations) {
    if (impact !== "serious" && impact !== "critical") continue;
    for (const node of nodes) faults.push({ shot: name, rule: id, impact, where: node.target.join(" ") });
  }
}

async function signIn(page: Page, origin: string, password: string): Promise<void> {
  await page.goto(origin);
  await page.locator("input[type=email]").fill("anna@otklik.example");
  await page.locator("input[type=password]").fill(password);
  await page.locator("form button[type=submit]").click();
  await page.getByTestId("tab-team").waitFor();
  await page.locator("[data-testid=connection][data-state=live]").waitFor();
}

async function shootDesk(
  context: BrowserContext,
  given: { readonly origin: string; readonly password: string; readonly suffix: string },
): Promise<void> {
  const page = await context.newPage();
  await page.goto(given.origin);
  await page.locator("input[type=email]").waitFor();
  await shoot(page, `sign-in-${given.suffix}`);
  await signIn(page, given.origin, given.password);
  for (const tab of ["me", "team"] as const) {
    await page.getByTestId(`tab-${tab}`).click();
    await page.locator("a[data-thread]").first().waitFor();
    await shoot(page, `inbox-${tab}-${given.suffix}`);
  }
  await page.getByTestId("tab-me").click();
  await page.locator("a[data-thread]").first().click();
  await page.locator("section[data-thread] [data-item]").first().waitFor();
  await shoot(page, `thread-${given.suffix}`);
  for (const screen of SCREENS.slice(1)) {
    await page.goto(`${given.origin}/#/${screen}`);
    await page.locator("h1:visible, h2:visible").first().waitFor();
    await shoot(page, `${screen.replace("/", "-")}-${given.suffix}`);
  }
  await page.goto(`${given.origin}/#/inbox`);
  await page.getByTestId("tab-team").waitFor();
  await page.keyboard.press("Control+KeyK");
  await page.getByRole("dialog").waitFor();
  await shoot(page, `palette-${given.suffix}`);
  await page.close();
}

async function shootChat(
  context: BrowserContext,
  given: { readonly link: string; readonly suffix: string },
): Promise<void> {
  const page = await context.newPage();
  await page.goto(given.link);
  await page.locator(".composer textarea:enabled").waitFor();
  await shoot(page, `chat-empty-${given.suffix}`);
  await page.locator(".composer textarea").fill("Ноутбук зависает, когда открываю таблицу. Что делать?");
  await page.locator(".composer .send").click();
  await page.locator(".bubble .tick:not([data-hop=device])").waitFor();
  await shoot(page, `chat-${given.suffix}`);
  await page.locator(".menu summary").click();
  await shoot(page, `chat-menu-${given.suffix}`);
  await page.goto(`${new URL(given.link).origin}/c/no-such-link`);
  await page.locator(".closed-link").waitFor();
  await shoot(page, `chat-unknown-link-${given.suffix}`);
  await page.close();
}

async function shootAll(
  browser: Browser,
  desk: { readonly origin: string; readonly chat: string; readonly password: string },
): Promise<void> {
  for (const width of WIDTHS) {
    for (const theme of THEMES) {
      for (const locale of LOCALES) {
        const suffix = `${width.name}-${theme}-${locale}`;
        const context = await browser.newContext({
          viewport: width.viewport,
          colorScheme: theme,
          locale: locale === "ru" ? "ru-RU" : "en-US",
          reducedMotion: "reduce",
          bypassCSP: true,
        });
        await shootDesk(context, { origin: desk.origin, password: desk.password, suffix });
        await shootChat(context, { link: desk.chat, suffix });
        await context.close();
        console.log(`${suffix}: ${taken} pictures so far, ${faults.length} faults`);
      }
    }
  }
}

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
const desk = await openDeskProcess({ args: ["--demo"] });
const browser = await openChromium();
try {
  const password = desk.printed.demo?.password ?? "";
  await shootAll(browser, {
    origin: desk.origin,
    chat: desk.printed.chat.replace(/^https?:\/\/[^/]+/, desk.origin),
    password,
  });
} finally {
  await browser.close();
  await desk.close();
}
writeFileSync(join(FOLDER, "faults.json"), JSON.stringify(faults, null, 2));
const rows = new Map<string, number>();
for (const { rule, where } of faults) rows.set(`${rule}  ${where}`, (rows.get(`${rule}  ${where}`) ?? 0) + 1);
for (const [row, count] of rows) console.log(`${String(count).padStart(4)} x ${row}`);
console.log(`${taken} pictures in e2e/shots; ${faults.length} serious or critical faults`);
process.exit(faults.length === 0 ? 0 : 1);
