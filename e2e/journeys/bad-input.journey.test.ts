import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ChatPage, openChatPage } from "../pages/chat-page.ts";
import { becomes, type DeskPage } from "../pages/desk-page.ts";
import { openChromium } from "../world/chromium.ts";
import { hireFirst, SCREEN } from "../world/crew.ts";
import { type DeskProcess, openDeskProcess } from "../world/desk-process.ts";
import { canRunFull, emptyDevice, fillDevice } from "../world/full-device.ts";

const PHONE = { locale: "en-US", viewport: { width: 390, height: 844 } };
const DAY = 86_400_000;
/** A name on the network: no browser takes it for this machine. */
const NETWORK_NAME = "desk.test";

let desk: DeskProcess;
let browser: Browser;
let at: DeskPage;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "otklik-files-"));
  const named = `--host-resolver-rules=MAP ${NETWORK_NAME} 127.0.0.1`;
  [desk, browser] = await Promise.all([openDeskProcess(), openChromium([named])]);
  const context = await browser.newContext(SCREEN);
  await canRunFull(context);
  at = (await hireFirst(context, desk, "Anna")).desk;
});
afterAll(async () => {
  await browser?.close();
  await desk?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function openChat(address = desk.printed.chat): Promise<ChatPage> {
  const context = await browser.newContext(PHONE);
  await canRunFull(context);
  return openChatPage(context, address);
}

/** A user's dialog, taken. */
async function talkWith(words: string): Promise<{ chat: ChatPage; thread: string }> {
  const chat = await openChat();
  await chat.say(words);
  await chat.hop(words, "server");
  await at.page.getByRole("link", { name: "Inbox" }).click();
  await at.showTab("team");
  const thread = await at.threadOf(words);
  await at.open(thread);
  await at.take();
  return { chat, thread };
}

test("[S7] an unknown, an expired and a revoked link say so in words, and what was written stays", async () => {
  const unknown = await openChat(desk.printed.chat.replace(/[^/]+$/, "0123456789abcdef"));
  await unknown.page.getByText("There is no such link").waitFor();

  await at.page.getByRole("link", { name: "Settings" }).click();
  await at.page.getByRole("link", { name: "Public chat links" }).click();
  const newLink = async (title: string, until?: string): Promise<string> => {
    await at.page.getByRole("button", { name: "New link" }).click();
    await at.page.getByLabel("Title").fill(title);
    if (until !== undefined) await at.page.getByLabel("Valid until").fill(until);
    await at.page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    const address = await at.page.getByRole("region", { name: title }).locator("code").innerText();
    await at.isSettled();
    return address;
  };
  const yesterday = new Date(Date.now() - 2 * DAY).toISOString().slice(0, 10);
  const expired = await openChat(await newLink("Last summer", yesterday));
  await expired.page.getByText("This link has expired").waitFor();

  // Revoked while somebody was writing off line: refused, with the reason and the words.
  const hall = await newLink("The hall");
  const writer = await openChat(hall);
  await writer.page.getByText("Connected").waitFor();
  await writer.page.context().setOffline(true);
  await writer.say("Please call me back about the desk");
  await at.page.getByRole("region", { name: "The hall" }).getByRole("button", { name: "Revoke" }).click();
  await at.page.getByRole("region", { name: "The hall" }).getByText("Revoked").waitFor();
  await at.isSettled();
  await writer.page.context().setOffline(false);
  await writer.page.getByText("Not sent: the link was revoked").waitFor();
  expect((await writer.bubbles()).map((bubble) => bubble.text)).toEqual(["Please call me back about the desk"]);
  await writer.page.getByRole("button", { name: "Copy text" }).waitFor();
  const late = await openChat(hall);
  await late.page.getByText("This link is no longer valid").waitFor();
  for (const chat of [unknown, expired, writer, late]) await chat.page.context().close();
});

test("[S7] a text or a file that is too large, a file of a forbidden kind: refused in words, the text stays", async () => {
  const huge = join(folder, "film.mov");
  writeFileSync(huge, "");
  truncateSync(huge, 64 * 1024 * 1024 + 1);
  const program = join(folder, "helper.exe");
  writeFileSync(program, "MZ");
  const disguised = join(folder, "holiday.png");
  writeFileSync(disguised, "<!doctype html><script>alert(1)</script>");

  const { chat } = await talkWith("I have a question about files");
  const field = chat.page.locator(".composer textarea");
  const picker = chat.page.locator(".composer input[type=file]");
  await field.fill("x".repeat(20_001));
  await field.press("Enter");
  await chat.page.getByText(/longer than 20,000 characters/).waitFor();
  expect(await field.inputValue()).toHaveLength(20_001);
  await field.fill("What I wanted to say");
  await picker.setInputFiles(huge);
  await chat.page.getByText("“film.mov” is larger than 64 MB and cannot be sent.").waitFor();
  await picker.setInputFiles(program);
  await chat.page.getByText("“helper.exe”: files of this kind are not accepted.").waitFor();
  expect(await field.inputValue()).toBe("What I wanted to say");
  // What only calls itself a picture is looked at by the server, and told.
  await picker.setInputFiles(disguised);
  await chat.page.locator(".chosen li").first().waitFor();
  await field.press("Enter");
  await at.shows("What I wanted to say");
  await chat.page.getByText("“holiday.png”: files of this kind are not accepted.").waitFor();

  // The agent's side.
  const attach = at.thread().locator("input[type=file]");
  await at.field().fill("y".repeat(20_001));
  await at
    .thread()
    .getByText(/1\scharacter too long/)
    .waitFor();
  expect(await at.thread().getByRole("button", { name: "Send", exact: true }).isDisabled()).toBe(true);
  await at.field().fill("Here you are");
  await attach.setInputFiles(huge);
  await at.page.getByText(/^film\.mov is larger than 64.MB and was not attached\.$/).waitFor();
  await attach.setInputFiles(program);
  await at.page.getByText("helper.exe: files of this kind are not accepted").waitFor();
  expect(await at.field().inputValue()).toBe("Here you are");
  await attach.setInputFiles(disguised);
  await at.thread().getByRole("form").getByText("Not accepted: files of this kind are not taken.").waitFor();
  await at.field().press("Enter");
  expect(await at.field().inputValue()).toBe("Here you are");
  await at.thread().getByRole("button", { name: "Remove the file and send" }).click();
  await chat.sees("Here you are");
  await chat.page.context().close();
});

test("[S13] an emoji alone stands large; 4,000 characters without a space stay within the page", async () => {
  const { chat } = await talkWith("Strange things ahead");
  const endless = "ы".repeat(4_000);
  await chat.say("🎉");
  await chat.say(endless);
  await at.shows("🎉");
  await at.shows(endless);
  await at.reply("👍");
  await chat.sees("👍");
  await at.reply(endless.toUpperCase());
  await chat.sees(endless.toUpperCase());
  const sizeOf = (page: Page, text: string): Promise<number> =>
    page
      .getByText(text, { exact: true })
      .last()
      .evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize));
  expect(await sizeOf(chat.page, "🎉")).toBeGreaterThan(1.5 * (await sizeOf(chat.page, "Strange things ahead")));
  expect(await sizeOf(at.page, "👍")).toBeGreaterThan(1.5 * (await sizeOf(at.page, endless)));
  for (const page of [chat.page, at.page]) {
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(over).toBeLessThanOrEqual(0);
    const log = await page
      .locator("[role=log], main")
      .first()
      .evaluate((element) => element.scrollWidth - element.clientWidth);
    expect(log).toBeLessThanOrEqual(0);
  }
  await chat.page.context().close();
});

test("[S3] two people of one name stay two", async () => {
  const first = await talkWith("My badge does not open the gate");
  await at.setFact("Person", "Name", "Alex Smith");
  const second = await talkWith("My chair squeaks");
  await at.setFact("Person", "Name", "Alex Smith");
  await at.isSettled();
  await at.showTab("me");
  await becomes(() => at.rows("Alex Smith").count(), 2);
  expect(first.thread).not.toBe(second.thread);
  for (const { thread } of [first, second]) {
    await at.goTo(thread);
    await at.details().getByText("First contact").waitFor();
  }
  await at.page.getByRole("link", { name: "Open card" }).click();
  await at.page.getByText("There is another person of this name").waitFor();
  for (const { chat } of [first, second]) await chat.page.context().close();
});

test("[CL2] clocks that are a day off change neither the order nor the times that others see", async () => {
  const tomorrow = await browser.newContext(PHONE);
  await tomorrow.clock.install({ time: new Date(Date.now() + DAY) });
  const chat = await openChatPage(tomorrow, desk.printed.chat);
  await chat.say("My clock is a day ahead");
  await chat.hop("My clock is a day ahead", "server");
  await at.page.getByRole("link", { name: "Inbox" }).click();
  await at.showTab("team");
  const thread = await at.threadOf("My clock is a day ahead");

  await at.open(thread);
  await at.take();
  await at.reply("And mine is right");
  await chat.sees("And mine is right");
  await chat.say("Then it is mine");
  await at.shows("Then it is mine");
  const lines = (await at.lines()).filter((line) => line.kind === "talk").map((line) => line.text);
  expect(lines).toEqual(["My clock is a day ahead", "And mine is right", "Then it is mine"]);
  expect((await chat.bubbles()).map((bubble) => bubble.text)).toEqual(lines);
  for (const words of ["My clock is a day ahead", "Then it is mine"]) {
    const shown = await at.bubble(words).locator("time").getAttribute("datetime");
    expect(Math.abs(Date.parse(shown ?? "") - Date.now())).toBeLessThan(120_000);
  }
  expect(
    await at
      .bubble("Then it is mine")
      .getByText(/^written/)
      .count(),
  ).toBe(0);
  await tomorrow.close();
});

test("[S24] a device without room says so, keeps the words where they are, and sends them when there is room", async () => {
  const { chat } = await talkWith("I have a thousand photos");
  await fillDevice(chat.page);
  const field = chat.page.locator(".composer textarea");
  await field.fill("One word more");
  await field.press("Enter");
  await chat.page.getByText(/The device is out of space/).waitFor();
  expect(await field.inputValue()).toBe("One word more");
  // What others write is still shown, though it cannot be kept.
  await at.reply("Can you read me?");
  await chat.sees("Can you read me?");
  await emptyDevice(chat.page);
  await field.press("Enter");
  await at.shows("One word more");

  await fillDevice(at.page);
  await at.field().fill("I hear you");
  await at.thread().getByRole("button", { name: "Send", exact: true }).click();
  await at.page.getByText(/There is no room left on this device/).waitFor();
  expect(await at.field().inputValue()).toBe("I hear you");
  await emptyDevice(at.page);
  await at.thread().getByRole("button", { name: "Send", exact: true }).click();
  await chat.sees("I hear you");
  expect((await chat.bubbles()).filter((bubble) => bubble.text === "I hear you")).toHaveLength(1);
  await chat.page.context().close();
});

test("[S38] plain http on a network address: the desk says what is missing, the chat works while the network does", async () => {
  const named = (address: string): string => address.replace("127.0.0.1", NETWORK_NAME);
  const page = await (await browser.newContext(SCREEN)).newPage();
  await page.goto(named(`${desk.origin}/`));
  await page.getByText(/This address is plain http.*Use the https address, or localhost/).waitFor();

  const chat = await openChat(named(desk.printed.chat));
  await chat.say("I only have this address");
  await chat.hop("I only have this address", "server");
  await at.page.getByRole("link", { name: "Inbox" }).click();
  await at.showTab("team");
  await at.open(await at.threadOf("I only have this address"));
  await at.take();
  await at.reply("It will do");
  await chat.sees("It will do");
  await chat.page.locator(".menu summary").click();
  await chat.page.getByText("The page is open without encryption: it will not open off line.").waitFor();
  expect((await chat.bubbles()).map((bubble) => bubble.text)).toEqual(["I only have this address", "It will do"]);
  await chat.page.context().close();
  await page.context().close();
});
