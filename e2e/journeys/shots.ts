import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { openChromium } from "../world/chromium.ts";
import { PASSWORD } from "../world/crew.ts";
import { addressOfPerson } from "../world/demo.ts";
import { type DeskProcess, openDeskProcess } from "../world/desk-process.ts";
import { openCamera, type Shoot } from "./shot-camera.ts";
import { shootChannels } from "./shot-channels.ts";
import { goTo, readTickets, shootJobs, shootTickets, shootTypes, shootUser } from "./shot-tickets.ts";

/**
 * `npm run shots`: the screens of the example desk, at two widths, in both themes and languages, into `e2e/shots`, each held
 * against axe's rules, a technician's also against a finger. Ends with an error when a page has a serious or critical fault.
 * `npm run shots -- jobs user`: these parts only.
 */
const FOLDER = fileURLToPath(new URL("../shots", import.meta.url));
const WIDTHS = [
  { name: "1440", viewport: { width: 1440, height: 900 } },
  { name: "390", viewport: { width: 390, height: 844 } },
] as const;
const LOCALES = ["ru", "en"] as const;
/** Addresses of the desk's other screens. */
const SCREENS = [
  "held",
  "people",
  "knowledge/templates",
  "knowledge/articles",
  "settings/profile",
  "settings/links",
  "settings/widget",
  "settings/teams",
] as const;
/** People of the demo whose last dialog has a ticket to check, by their place in it: one writes in Russian, one in English. */
const ASKED = { ru: 15, en: 3 } as const;
const PARTS = ["desk", "tickets", "jobs", "types", "channels", "chat", "user"] as const;
type Part = (typeof PARTS)[number];

async function signIn(page: Page, given: { origin: string; email: string; password: string }): Promise<void> {
  await page.goto(`${given.origin}/#/sign-in`);
  await page.locator("input[type=email]").fill(given.email);
  await page.locator("input[type=password]").fill(given.password);
  await page.locator("form button[type=submit]").click();
  await isIn(page);
}

async function isIn(page: Page): Promise<void> {
  await page.getByTestId("tab-team").waitFor();
  await page.locator("[data-testid=connection][data-state=live]").waitFor();
}

async function shootDesk(page: Page, shoot: Shoot): Promise<void> {
  await goTo(page, "#/inbox");
  for (const tab of ["me", "team"] as const) {
    await page.getByTestId(`tab-${tab}`).click();
    await page.locator("a[data-thread]").first().waitFor();
    await shoot(page, `inbox-${tab}`);
  }
  await page.getByTestId("tab-me").click();
  await page.locator("a[data-thread]").first().click();
  await page.locator("section[data-thread] [data-item]").first().waitFor();
  await shoot(page, "thread");
  for (const screen of SCREENS) {
    await goTo(page, `#/${screen}`);
    await page.locator("h1:visible, h2:visible").first().waitFor();
    await shoot(page, screen.replace("/", "-"));
  }
  await goTo(page, "#/inbox");
  await page.getByTestId("tab-team").waitFor();
  await page.keyboard.press("Control+KeyK");
  await page.getByRole("dialog").waitFor();
  await shoot(page, "palette");
  await page.keyboard.press("Escape");
}

async function shootChat(page: Page, shoot: Shoot, link: string): Promise<void> {
  await page.goto(link);
  await page.locator(".composer textarea:enabled").waitFor();
  await shoot(page, "chat-empty");
  await page.locator(".composer textarea").fill("Ноутбук зависает, когда открываю таблицу. Что делать?");
  await page.locator(".composer .send").click();
  await page.locator(".bubble .tick:not([data-hop=device])").waitFor();
  await shoot(page, "chat");
  await page.locator(".menu summary").click();
  await shoot(page, "chat-menu");
  await page.goto(`${new URL(link).origin}/c/no-such-link`);
  await page.locator(".closed-link").waitFor();
  await shoot(page, "chat-unknown-link");
}

type Desk = {
  readonly origin: string;
  readonly chat: string;
  readonly password: string;
  /** By which the first admin comes in. */
  readonly first: string;
};
const ADMIN = "olga@otklik.example";
let hasAdmin = false;

async function enterAsAdmin(page: Page, desk: Desk): Promise<void> {
  if (hasAdmin) return signIn(page, { origin: desk.origin, email: ADMIN, password: PASSWORD });
  await page.goto(desk.first);
  await page.locator("input[autocomplete=name]").fill("Ольга Админ");
  await page.locator("input[type=email]").fill(ADMIN);
  await page.locator("input[type=password]").fill(PASSWORD);
  await page.locator("form button[type=submit]").click();
  await isIn(page);
  hasAdmin = true;
}

const desk: DeskProcess = await openDeskProcess({ args: ["--demo"] });
const browser: Browser = await openChromium();
const camera = openCamera(FOLDER);
const asked = process.argv.slice(2).filter((arg): arg is Part => (PARTS as readonly string[]).includes(arg));
const isAsked = (...parts: readonly Part[]): boolean =>
  asked.length === 0 || parts.some((part) => asked.includes(part));

/** Everything in one language; a person signs in once and then sees his pages at each width. */
async function shootIn(locale: (typeof LOCALES)[number], at: Desk): Promise<void> {
  const began = Date.now();
  const open = (more = {}): Promise<BrowserContext> =>
    browser.newContext({
      viewport: WIDTHS[0].viewport,
      locale: locale === "ru" ? "ru-RU" : "en-US",
      reducedMotion: "reduce",
      bypassCSP: true,
      ...more,
    });
  const eachWidth = async (page: Page, show: (shoot: Shoot, isNarrow: boolean) => Promise<void>): Promise<void> => {
    for (const { name, viewport } of WIDTHS) {
      await page.setViewportSize(viewport);
      await show(camera.looking({ width: name, locale }), name === "390");
    }
  };
  const door = { origin: at.origin, password: at.password };
  let tickets: ReadonlyMap<number, string> = new Map();

  if (isAsked("desk", "tickets", "jobs")) {
    const context = await open();
    const page = await context.newPage();
    await page.goto(`${at.origin}/#/sign-in`);
    await page.locator("input[type=email]").waitFor();
    if (isAsked("desk")) await eachWidth(page, (shoot) => shoot(page, "sign-in"));
    await signIn(page, { ...door, email: "anna@otklik.example" });
    await page.setViewportSize(WIDTHS[0].viewport);
    await goTo(page, "#/tickets");
    await page.getByTestId("ticket-tab-all").click();
    await page.locator("button:has(svg.lucide-list-filter)").waitFor();
    await page.locator("input[type=search], [role=searchbox]").first().fill("10");
    await page.locator("a[data-thread^='ticket.']", { hasText: "1001" }).waitFor();
    tickets = await readTickets(page);
    await page.locator("input[type=search], [role=searchbox]").first().fill("");
    await eachWidth(page, async (shoot, narrow) => {
      if (isAsked("desk")) await shootDesk(page, shoot);
      if (isAsked("tickets")) await shootTickets(page, shoot, { tickets, narrow });
    });
    await context.close();
  }
  if (isAsked("jobs")) {
    const context = await open();
    const page = await context.newPage();
    await signIn(page, { ...door, email: "gleb@otklik.example" });
    await eachWidth(page, (shoot, narrow) => shootJobs(page, shoot, { tickets, narrow }));
    await context.close();
  }
  if (isAsked("types")) {
    const context = await open();
    const page = await context.newPage();
    await enterAsAdmin(page, at);
    await eachWidth(page, async (shoot) => {
      await goTo(page, "#/inbox");
      await shootTypes(page, shoot);
    });
    await context.close();
  }
  if (isAsked("channels")) {
    const context = await open();
    const page = await context.newPage();
    await enterAsAdmin(page, at);
    await eachWidth(page, (shoot) => shootChannels(page, shoot));
    await context.close();
  }
  for (const { name, viewport } of WIDTHS) {
    const shoot = camera.looking({ width: name, locale });
    for (const part of ["chat", "user"] as const) {
      if (!isAsked(part)) continue;
      const context = await open({ viewport });
      const page = await context.newPage();
      const chat = addressOfPerson(`${at.origin}/c/example-it`, ASKED[locale]);
      const secret = chat.slice(chat.indexOf("#k=") + 3);
      if (part === "chat") await shootChat(page, shoot, at.chat);
      else await shootUser(page, shoot, { chat, portal: `${at.origin}/portal/#${secret}` });
      await context.close();
    }
  }
  const seconds = Math.round((Date.now() - began) / 1_000);
  console.log(`${locale}: ${camera.taken()} pictures so far, ${camera.faults().length} faults, ${seconds} s`);
}

if (asked.length === 0) rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
const moved = (address: string): string => address.replace(/^https?:\/\/[^/]+/, desk.origin);
try {
  for (const locale of LOCALES) {
    await shootIn(locale, {
      origin: desk.origin,
      chat: moved(desk.printed.chat),
      password: desk.printed.demo?.password ?? "",
      first: moved(desk.printed.firstSignIn ?? ""),
    });
  }
} finally {
  await browser.close();
  await desk.close();
}
const faults = camera.faults();
writeFileSync(join(FOLDER, "faults.json"), JSON.stringify(faults, null, 2));
const rows = new Map<string, number>();
for (const { rule, where } of faults) rows.set(`${rule}  ${where}`, (rows.get(`${rule}  ${where}`) ?? 0) + 1);
for (const [row, count] of rows) console.log(`${String(count).padStart(4)} x ${row}`);
console.log(`${camera.taken()} pictures in e2e/shots; ${faults.length} serious or critical faults`);
process.exit(faults.length === 0 ? 0 : 1);
