import { createHmac } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WidgetPage } from "../pages/widget-page.ts";
import { openChromium } from "../world/chromium.ts";
import { hireCrew, SCREEN } from "../world/crew.ts";
import { type DeskProcess, openDeskProcess } from "../world/desk-process.ts";
import { type HostSite, openHostSite } from "../world/host-site.ts";
import { makeWidget } from "../world/make-widget.ts";
import { pictureOf } from "../world/picture.ts";

const WAIT = { timeout: 20_000 };
/**
 * A list of our own in the place of the driver's, which would switch off what every browser of today does: a frame of another
 * site has storage, kept apart for each site that it stands in.
 */
const AS_BROWSERS_ARE = "--disable-features=Translate";

let desk: DeskProcess;
let browser: Browser;
let site: HostSite;
let other: HostSite;
let snippet = "";
beforeAll(async () => {
  [desk, browser] = await Promise.all([openDeskProcess(), openChromium([AS_BROWSERS_ARE])]);
  const given = { snippet: () => snippet, desk: () => desk.origin };
  [site, other] = await Promise.all([openHostSite(given), openHostSite(given)]);
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([site?.close(), other?.close(), desk?.close()]);
});

/** All that the site's own origin keeps. */
const keptBySite = (page: Page): Promise<unknown> =>
  page.evaluate(async () => ({
    cookie: document.cookie,
    local: localStorage.length,
    session: sessionStorage.length,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
  }));
const NOTHING = { cookie: "", local: 0, session: 0, databases: 0, caches: 0, workers: 0 };

test("[S38] [S48] [S3] the widget on a strict single-page site: opened, answered while closed, known by signature, left", async () => {
  const [anna] = await hireCrew(browser, desk, ["Anna"]);
  if (anna === undefined) throw new Error("nobody was hired");
  const made = await makeWidget(anna, site.origin);
  snippet = made.snippet;
  await anna.desk.page.evaluate(() => {
    location.hash = "#/inbox";
  });

  const launcher = await (await fetch(`${desk.origin}/widget.js`)).text();
  expect(gzipSync(launcher).length).toBeLessThan(10_000);

  // Nothing but the script is asked for, and nothing kept anywhere, until somebody opens it.
  const visitor = await browser.newContext(SCREEN);
  const shop = await WidgetPage.open(visitor, `${site.origin}/`);
  await shop.button().getByText("Ask us").waitFor(WAIT);
  expect(shop.asked.filter((url) => url.startsWith(desk.origin))).toEqual([`${desk.origin}/widget.js`]);
  expect(await keptBySite(shop.page)).toEqual(NOTHING);
  expect(await visitor.cookies()).toEqual([]);
  expect((await shop.button().boundingBox())?.width).toBeLessThan(200); // the site's own sheet wants the whole width

  // A visitor writes with a picture; an agent has it in the list.
  const chat = await shop.openChat();
  expect(await chat.evaluate(() => document.activeElement?.tagName)).toBe("TEXTAREA");
  await shop.attach({ name: "screen.png", mimeType: "image/png", buffer: await pictureOf(shop.page) });
  await shop.say("The basket is empty");
  await anna.desk.showTab("team");
  const thread = await anna.desk.threadOf("The basket is empty");
  await anna.desk.open(thread);
  await anna.desk.take();
  await anna.desk.page
    .getByRole("img", { name: /screen\.png/ })
    .or(anna.desk.page.getByRole("button", { name: /screen\.png/ }))
    .first()
    .waitFor(WAIT);

  // Closed by Esc, the focus is back; the site goes on to another view and another body; the answer shows as a badge.
  await chat.locator(".composer textarea").press("Escape");
  await shop.panel().waitFor({ state: "hidden" });
  expect(await shop.page.evaluate(() => document.activeElement?.tagName.toLowerCase())).toBe("otklik-widget");
  await chat.evaluate(() => Reflect.set(window, "isSame", true));
  await shop.page.getByRole("link", { name: "Cart" }).click();
  await shop.page.getByText("View /cart").waitFor();
  await shop.page.evaluate(() => (Reflect.get(window, "replaceBody") as () => void)());
  await anna.desk.reply("Which browser is it?");
  await expect.poll(() => shop.badge(), WAIT).toBe("1");
  expect(await shop.button().getAttribute("aria-label")).toBe("Ask us. 1 unread message");
  expect(await (await shop.frame()).evaluate(() => Reflect.get(window, "isSame") as unknown)).toBe(true);
  await shop.button().click();
  await shop.sees("Which browser is it?");
  await expect.poll(() => shop.badge(), WAIT).toBe("");
  const heard = await shop.heard();
  expect(heard.filter(([name]) => name !== "message")).toEqual([
    ["ready", undefined],
    ["unread", 1],
    ["unread", 0],
  ]);
  const messages = heard.filter(([name]) => name === "message");
  expect(messages).toMatchObject([["message", { by: "Anna" }]]);
  expect(JSON.stringify(messages)).not.toContain("browser");

  // Without a network the frame opens from the device, keeps what is written, and sends it later.
  await (await shop.frame()).evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await visitor.setOffline(true);
  await (await shop.frame()).evaluate(() => location.reload());
  await shop.sees("Which browser is it?");
  await shop.say("The one of my phone");
  await visitor.setOffline(false);
  await (await shop.frame()).evaluate(() => dispatchEvent(new Event("online")));
  await anna.desk.shows("The one of my phone");

  // The site says who it is: a forged word changes nothing, a signed one names him to the agent.
  const traits = { name: "Petr Ivanov", email: "petr@shop.example" };
  const sign = (id: string): string =>
    createHmac("sha256", made.secret).update([id, traits.name, traits.email, ""].join("\n"), "utf8").digest("hex");
  await shop.call("identify", "customer-18", traits, sign("customer-17"));
  await expect.poll(() => shop.console.join("\n"), WAIT).toContain("signature-wrong");
  expect(await anna.desk.page.getByText("Petr Ivanov").count()).toBe(0);
  await shop.call("setAttributes", { plan: "pro" });
  await shop.call("identify", "customer-17", traits, sign("customer-17"));
  await anna.desk.page.getByText("Petr Ivanov").first().waitFor(WAIT);
  await shop.say("Firefox");
  await anna.desk.shows("Firefox");

  // He signs out: the next one on this device begins anew, and the desk sees somebody else.
  await shop.call("reset");
  await expect
    .poll(
      async () => (await shop.frame()).evaluate(() => Reflect.get(window, "isSame") as unknown).catch(() => "loading"),
      WAIT,
    )
    .toBeUndefined();
  await (await shop.frame()).locator(".greeting").waitFor(WAIT);
  expect(await shop.texts()).toEqual([]);
  await shop.say("Good morning");
  const next = await anna.desk.threadOf("Good morning");
  expect(next).not.toBe(thread);
  expect(await keptBySite(shop.page)).toEqual(NOTHING);

  // A reset before anything was opened on a page takes away what a page before it left, and opens nothing.
  const later = await WidgetPage.open(visitor, `${site.origin}/cart`);
  await later.call("reset");
  await expect.poll(() => later.asked.some((url) => url.includes("forget=1")), WAIT).toBe(true);
  await later.page.locator("otklik-widget iframe").waitFor({ state: "detached", timeout: 20_000 });
  await later.openChat();
  await (await later.frame()).locator(".greeting").waitFor(WAIT);
  expect(await later.texts()).toEqual([]);
});

test("[S38] on a phone the chat is the whole screen, with a way back; the page behind it stands still", async () => {
  const phone = await browser.newContext({
    locale: "ru-RU",
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  const shop = await WidgetPage.open(phone, `${site.origin}/`);
  await shop.call("run", {
    baseUrl: desk.origin,
    channelKey: /"channelKey": "(\w+)"/.exec(snippet)?.[1],
    locale: "ru",
    theme: "dark",
  });
  const chat = await shop.openChat();
  await expect.poll(() => shop.panel().boundingBox(), WAIT).toEqual({ x: 0, y: 0, width: 390, height: 844 });
  expect(await shop.button().isVisible()).toBe(false);
  expect(
    await chat.evaluate(() => [document.documentElement.lang, getComputedStyle(document.documentElement).colorScheme]),
  ).toEqual(["ru", "dark"]);
  expect(await shop.page.evaluate(() => document.documentElement.style.overflow)).toBe("hidden");
  await chat.getByRole("button", { name: "Закрыть чат" }).tap();
  await shop.panel().waitFor({ state: "hidden" });
  expect(await shop.page.evaluate(() => document.documentElement.style.overflow)).toBe("");
  await phone.close();
});

test("[S11] a site that is not named shows no chat but a way to it, and no page of the desk stands in anybody's frame", async () => {
  const visitor = await browser.newContext(SCREEN);
  const shop = await WidgetPage.open(visitor, `${other.origin}/`);
  await shop.button().click();
  await shop.page.locator("otklik-widget .wait a").waitFor(WAIT);
  expect(await shop.page.locator("otklik-widget .wait a").getAttribute("href")).toContain(`${desk.origin}/c/`);
  expect((await shop.frame()).url()).toMatch(/^chrome-error:/);

  const framed = await visitor.newPage();
  await framed.goto(`${site.origin}/`);
  for (const path of ["/", "/portal", new URL(desk.printed.chat).pathname]) {
    const url = await framed.evaluate(async (address) => {
      const frame = document.createElement("iframe");
      frame.src = address;
      const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
      document.body.append(frame);
      await loaded;
      return frame.src;
    }, `${desk.origin}${path}`);
    const shown = (): string | undefined =>
      framed
        .frames()
        .find((frame) => frame !== framed.mainFrame() && !frame.isDetached())
        ?.url();
    await expect.poll(() => [url, shown()], WAIT).toEqual([url, "chrome-error://chromewebdata/"]);
    await framed.evaluate(() => document.querySelector("body > iframe")?.remove());
  }
  await visitor.close();
});

test("[S38] where a browser keeps frames from storing anything, the chat is one click away in a tab of its own", async () => {
  const strict = await openChromium();
  try {
    const shop = await WidgetPage.open(await strict.newContext(SCREEN), `${site.origin}/`);
    await shop.button().click();
    const way = (await shop.frame()).getByRole("link", { name: "Open the chat" });
    const [own] = await Promise.all([shop.page.waitForEvent("popup"), way.click()]);
    await own.locator(".composer textarea").waitFor(WAIT);
    expect(new URL(own.url()).search).toBe("");
    await (await shop.frame()).getByRole("button", { name: "Close the chat" }).click();
    await shop.panel().waitFor({ state: "hidden" });
  } finally {
    await strict.close();
  }
});

test("[S39] a sheet of stickers: each room its own chat with the room filled in, and the same one when printed again", async () => {
  const [context] = browser.contexts().filter((one) => one.pages().some((page) => page.url().startsWith(desk.origin)));
  const [page] = context?.pages() ?? [];
  if (page === undefined) throw new Error("nobody is at the desk");
  /** Prints stickers of two rooms; resolves with what stands on the paper. */
  const print = async (
    rooms: readonly string[],
  ): Promise<readonly { readonly name: string; readonly url: string }[]> => {
    await page.evaluate(() => {
      window.print = () => undefined;
      location.hash = "#/settings/links";
    });
    await page.getByRole("button", { name: "Print stickers" }).click();
    await page.getByLabel("Rooms").fill(rooms.join("\n"));
    await page.getByRole("button", { name: `Print ${rooms.length}` }).click();
    const stickers = page.locator("[data-paper] li");
    await expect.poll(() => stickers.count(), WAIT).toBe(rooms.length);
    const printed = await stickers.evaluateAll((nodes) =>
      nodes.map((node) => {
        const [, name = "", , , url = ""] = [...node.querySelectorAll("p")].map((line) => line.textContent ?? "");
        return { name, url: node.querySelector("svg[role=img]") === null ? "no code" : url };
      }),
    );
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    await expect.poll(() => stickers.count(), WAIT).toBe(0);
    await page.keyboard.press("Escape");
    return printed;
  };
  const first = await print(["214", "Reception"]);
  expect(first.map(({ name }) => name)).toEqual(["Room 214", "Reception"]);
  expect(new Set(first.map(({ url }) => url)).size).toBe(2);
  expect(await print(["Reception", "214"])).toEqual([...first].reverse());

  const phone = await browser.newContext({ locale: "en-US", viewport: { width: 390, height: 844 } });
  const chat = await phone.newPage();
  await chat.goto(`http://${first[0]?.url ?? ""}`);
  await chat.getByText("About: 214").waitFor(WAIT);
  await phone.close();
});
