import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openChatPage } from "../pages/chat-page.ts";
import { becomes, type DeskPage } from "../pages/desk-page.ts";
import { openChromium } from "../world/chromium.ts";
import { hireFirst, SCREEN } from "../world/crew.ts";
import { addressOfPerson, signInToDemo } from "../world/demo.ts";
import { type DeskProcess, openDeskProcess } from "../world/desk-process.ts";
import { pictureOf } from "../world/picture.ts";

/** People of the demo's company who write in English. */
const EMILY = 3;
const NOAH = 6;

let desk: DeskProcess;
let browser: Browser;
let anna: DeskPage;
beforeAll(async () => {
  [desk, browser] = await Promise.all([openDeskProcess({ args: ["--demo"] }), openChromium()]);
  anna = await signInToDemo(browser, desk, "anna");
});
afterAll(async () => {
  await browser?.close();
  await desk?.close();
});

test("[S36] [S23] [S5] story B: a template and an instruction file, two others answered meanwhile, closed, rated", async () => {
  const phone = await browser.newContext({ locale: "en-US", viewport: { width: 390, height: 844 } });
  const chat = await openChatPage(phone, addressOfPerson(desk.printed.chat, EMILY));
  await chat.say("I cannot see the printer since the update");

  await anna.showTab("team");
  const thread = await anna.threadOf("I cannot see the printer");
  await anna.open(thread);
  await anna.take();
  await anna.field().fill("");

  // A template, filled in, by two presses; the instruction file by two clicks.
  await anna.page.keyboard.press("Slash");
  await anna.page.keyboard.press("Enter");
  await becomes(() => anna.field().inputValue(), "Hello Emily! This is Анна Соколова, let me look into it.");
  await anna.thread().getByRole("button", { name: "Instruction files" }).click();
  await anna.pick(/Connecting a printer/);
  await anna.thread().getByText("connect-a-printer.txt").waitFor();
  const answer = await anna.field().inputValue();
  expect(answer).toContain("Press “Add device”");
  await anna.thread().getByRole("button", { name: "Send", exact: true }).click();

  const sent = chat.page.locator(".bubble", { hasText: "Press “Add device”" });
  await sent.waitFor();
  const download = chat.page.waitForEvent("download");
  await sent.getByText("connect-a-printer.txt").click();
  const file = await (await download).createReadStream();
  const parts: Buffer[] = [];
  for await (const part of file) parts.push(Buffer.from(part as Uint8Array));
  const text = Buffer.concat(parts).toString("utf8");
  expect(text).toMatch(/^1\. Open Settings.*Choose the printer of your room\.$/s);

  // Meanwhile two others.
  await anna.showTab("me");
  const others = await anna
    .rows()
    .evaluateAll(
      (rows, own) => rows.map((row) => row.getAttribute("data-thread") ?? "").filter((id) => id !== own),
      thread,
    );
  for (const [at, other] of others.slice(0, 2).entries()) {
    await anna.open(other);
    await anna.reply(`I have it on my list, number ${at + 1}`);
    await anna.tick(`I have it on my list, number ${at + 1}`, "channel");
  }

  // He has done it himself; she comes back and closes; one tap of a rating, in the same chat.
  await chat.say("It prints again, thank you");
  await anna.rows("It prints again").waitFor();
  await anna.open(thread);
  await anna.shows("It prints again, thank you");
  await anna.close();
  await chat.rate(4);
  await anna.goTo(thread);
  await anna.page.getByText("The user rated it 4 of 5").waitFor();
  await becomes(async () => anna.row(thread).count(), 0);
});

test("[S36] [S9] [S12] [S14] story A, up to the ticket: routed by rule, a screenshot, taken, room, laptop and phone at a glance", async () => {
  // The admin has made a rule: what speaks of a laptop is for IT, wherever it was written.
  const admin = await hireFirst(await browser.newContext(SCREEN), desk, "Nina");
  await admin.desk.page.getByRole("link", { name: "Settings" }).click();
  await admin.desk.page.getByRole("link", { name: "Routing" }).click();
  await admin.desk.page.getByRole("button", { name: "New rule" }).click();
  await admin.desk.page.getByLabel("text contains").fill("laptop, ноутбук");
  await admin.desk.page.getByLabel("goes to team").selectOption({ label: "IT-поддержка" });
  await admin.desk.page.getByRole("button", { name: "Save", exact: true }).click();
  await admin.desk.isSettled();
  const boris = await signInToDemo(browser, desk, "boris");
  await boris.showTab("team");

  // An employee writes by the link that hangs in the hall, which belongs to another team, with a screenshot.
  const facilities = desk.printed.chat.replace(/[^/]+$/, "example-facilities");
  const employee = await browser.newContext({ locale: "en-US" });
  const chat = await openChatPage(employee, addressOfPerson(facilities, NOAH));
  const screenshot = await pictureOf(chat.page);
  await chat.attach({ name: "hangs.png", mimeType: "image/png", buffer: screenshot });
  await chat.say("My laptop hangs whenever I open the stock list");

  // It lands on IT, in Boris's sight too, who is in no other team; with the picture.
  await boris.rows("My laptop hangs").waitFor();
  await anna.showTab("team");
  const thread = await anna.threadOf("My laptop hangs");
  await anna.open(thread);
  await anna.page.getByText(/Routed to team “IT-поддержка”/).waitFor();
  const picture = anna.thread().getByRole("img", { name: "Picture hangs.png" });
  await becomes(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth > 0), true);

  await anna.take();
  await becomes(async () => boris.row(thread).count(), 0);
  await anna.showTab("me");
  await anna.row(thread).waitFor();

  // One glance, no click: who, where, which laptop, by which phone.
  const glance = anna.details();
  await glance.getByText("Noah Fischer").first().waitFor();
  expect(await glance.innerText()).toMatch(/Room\s+508/);
  expect(await glance.innerText()).toMatch(/Device\s+(ThinkPad|MacBook|HP|Dell)/);
  expect(await glance.innerText()).toMatch(/Phone\s+\+7 495 000-\d\d-\d\d/);

  await anna.reply("Since when, and does a restart help?");
  await chat.sees("Since when, and does a restart help?");
  await chat.say("Since yesterday; for ten minutes it does");
  await anna.shows("Since yesterday; for ten minutes it does");
  expect((await chat.bubbles()).map((bubble) => bubble.text)).toEqual([
    "My laptop hangs whenever I open the stock list",
    "Since when, and does a restart help?",
    "Since yesterday; for ten minutes it does",
  ]);
});

test("[S4] [S10] six dialogs at hand: one key switches, each keeps its draft and its place, above any screen and over a reload", async () => {
  const at = await signInToDemo(browser, desk, "anna", { ...SCREEN, viewport: { width: 1280, height: 420 } });
  await at.showTab("me");
  await becomes(async () => (await at.rows().count()) >= 6, true);
  const threads = (
    await at.rows().evaluateAll((rows) => rows.map((row) => row.getAttribute("data-thread") ?? ""))
  ).slice(0, 6);
  const draftOf = (thread: string): string => `A draft for ${thread.slice(-6)}`;
  for (const thread of threads) {
    await at.open(thread);
    await at.thread().getByRole("button", { name: "Keep at hand" }).click();
    await at.field().fill(draftOf(thread));
    await at.page.locator("[role=log]").evaluate((log) => log.scrollTo(0, 30));
    await at.page.locator("[role=log]").dispatchEvent("scroll");
  }
  await becomes(() => at.page.getByRole("list", { name: "Chats at hand" }).locator("li").count(), 6);
  await at.page.evaluate(measureSwitches);

  // By key and by click, there and back.
  for (const [position, thread] of [...threads.entries(), ...[...threads.entries()].reverse()]) {
    await at.page.keyboard.press(`Alt+Digit${position + 1}`);
    await at.page.locator(`section[data-thread="${thread}"]`).waitFor();
    expect(await at.field().inputValue()).toBe(draftOf(thread));
    await becomes(() => at.page.locator("[role=log]").evaluate((log) => Math.abs(log.scrollTop - 30) <= 2), true);
  }
  for (const [position, thread] of threads.entries()) {
    await at.page.getByRole("button", { name: new RegExp(`^Chat ${position + 1}:`) }).click();
    await at.page.locator(`section[data-thread="${thread}"]`).waitFor();
    expect(await at.field().inputValue()).toBe(draftOf(thread));
  }
  const took = await at.page.evaluate(() => (globalThis as unknown as { switches: number[] }).switches);
  expect(took.length).toBeGreaterThanOrEqual(16);
  expect([...took].sort((a, b) => a - b)[Math.floor(took.length / 2)]).toBeLessThan(100);

  // A seventh does not fit, and says so.
  const seventh = (
    await at.rows().evaluateAll((rows) => rows.map((row) => row.getAttribute("data-thread") ?? ""))
  ).find((thread) => !threads.includes(thread));
  await at.goTo(seventh ?? "");
  await at.thread().getByRole("button", { name: "Keep at hand" }).click();
  await at.page.getByText("Six chats are at hand already. Remove one first.").waitFor();

  // Over another screen, which stays as it was.
  await at.page.getByRole("link", { name: "People" }).click();
  await at.page.getByPlaceholder("Search people").fill("Бел");
  await at.page.getByPlaceholder("Search people").blur();
  await at.page.keyboard.press("Alt+Digit3");
  const floating = at.page.getByRole("dialog", { name: "Chats at hand" });
  expect(await floating.getByRole("textbox").inputValue()).toBe(draftOf(threads[2] ?? ""));
  expect(await at.page.getByPlaceholder("Search people").inputValue()).toBe("Бел");

  // And after a reload.
  await at.page.reload();
  await at.page.getByRole("button", { name: /^Chat 5:/ }).click();
  await becomes(async () => floating.getByRole("textbox").inputValue(), draftOf(threads[4] ?? ""));
});

/** In the page: from the key or the click to the frame in which the other dialog stands there. */
function measureSwitches(): void {
  const place = globalThis as unknown as { switches: number[] };
  place.switches = [];
  const begin = (event: Event): void => {
    const startedAt = event.timeStamp;
    const shown = document.querySelector("section[data-thread]")?.getAttribute("data-thread");
    const look = (): void => {
      const now = document.querySelector("section[data-thread]");
      const isThere = now?.getAttribute("data-thread") !== shown && now?.querySelector("[role=log] [data-item]");
      if (isThere) place.switches.push(performance.now() - startedAt);
      else if (performance.now() - startedAt < 2_000) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  };
  addEventListener("keydown", (event) => event.code.startsWith("Digit") && begin(event), true);
  addEventListener("click", begin, true);
}
