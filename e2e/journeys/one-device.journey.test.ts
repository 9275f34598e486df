import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type ChatPage, openChatPage } from "../pages/chat-page.ts";
import { becomes, DeskPage } from "../pages/desk-page.ts";
import { makeLaptop, openChromium } from "../world/chromium.ts";
import { type Colleague, hire, hireFirst, PASSWORD, SCREEN } from "../world/crew.ts";
import { type DeskProcess, openDeskProcess } from "../world/desk-process.ts";
import { type FaultProxy, openFaultProxy } from "../world/fault-proxy.ts";

let desk: DeskProcess;
let browser: Browser;
let line: FaultProxy;
let nina: Colleague;
const laptop = makeLaptop();
beforeAll(async () => {
  [desk, browser] = await Promise.all([openDeskProcess(), openChromium()]);
  line = await openFaultProxy(desk.port);
  nina = await hireFirst(await browser.newContext(SCREEN), desk, "Nina");
});
beforeEach(() => line.set("pass"));
afterAll(async () => {
  await laptop.close();
  await browser?.close();
  await line?.close();
  await desk?.close();
});

/** A user's dialog, taken by the agent at this desk. */
async function talkWith(at: DeskPage, words: string): Promise<{ chat: ChatPage; thread: string }> {
  const chat = await openChatPage(await browser.newContext({ locale: "en-US" }), desk.printed.chat);
  await chat.say(words);
  await at.showTab("team");
  const thread = await at.threadOf(words);
  await at.open(thread);
  await at.take();
  await at.isSettled();
  return { chat, thread };
}

const answersIn = async (chat: ChatPage): Promise<readonly string[]> =>
  (await chat.bubbles()).filter((bubble) => !bubble.mine).map((bubble) => bubble.text);

/** Freezes a tab: not a line of it runs until it thaws. (A browser freezes none that is looked at; a debugger does.) */
async function freeze(page: Page): Promise<() => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  await session.send("Debugger.enable");
  const paused = new Promise((resolve) => void session.once("Debugger.paused", resolve));
  await session.send("Debugger.pause");
  await paused;
  return async () => {
    await session.send("Debugger.disable");
    await session.detach();
  };
}

test("[S24] two tabs, one line: a frozen leader and a killed one lose nothing and double nothing", async () => {
  const anna = await hire(nina, await browser.newContext(SCREEN), "Anna", { at: line.origin });
  const first = anna.desk;
  const { chat, thread } = await talkWith(first, "Is somebody there?");
  const lines: string[] = [];
  const secondPage = await anna.context.newPage();
  secondPage.on("websocket", (socket) => lines.push(new URL(socket.url()).pathname));
  await secondPage.goto(`${line.origin}/#/inbox/${thread}`);
  const second = new DeskPage(secondPage);
  await second.shows("Is somebody there?");
  await second.connectionIs("live");
  // The second tab has no line of its own, and what it writes goes all the same.
  await second.reply("From the second tab");
  await chat.sees("From the second tab");
  await first.shows("From the second tab");
  expect(lines).not.toContain("/live/desk");

  // Written in the leader while the line is cut; then the leader freezes, and the line comes back.
  line.set("refuse");
  await first.connectionIs("offline");
  await first.reply("Written before the frost");
  await second.shows("Written before the frost");
  const thaw = await freeze(first.page);
  line.set("pass");
  await second.page.bringToFront();
  await chat.sees("Written before the frost", 45_000);
  await second.isSettled();
  expect(lines).toContain("/live/desk");
  await chat.say("I can read you");
  await second.shows("I can read you");

  // It thaws beside its successor; then the successor's tab dies.
  await thaw();
  await first.shows("I can read you");
  const dying = await anna.context.newCDPSession(second.page);
  await first.reply("Both of us are here");
  await chat.sees("Both of us are here");
  const dead = new Promise((resolve) => void second.page.once("crash", resolve));
  dying.send("Page.crash").catch(() => undefined); // nobody lives to answer it
  await dead;
  await first.reply("One of us is left");
  await chat.sees("One of us is left", 45_000);
  expect(await answersIn(chat)).toEqual([
    "From the second tab",
    "Written before the frost",
    "Both of us are here",
    "One of us is left",
  ]);
  await anna.context.close();
  await chat.page.context().close();
});

test("[S24] [U1] a crash of the browser loses nothing of what was saved", async () => {
  const boris = await hire(nina, await laptop.open(SCREEN), "Boris", { at: line.origin });
  await boris.desk.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined)); // it keeps the desk's files
  await laptop.shut(); // a browser writes its cookies down every half a minute, and when it is closed
  const before = await DeskPage.open(await laptop.open(SCREEN), `${line.origin}/`);
  await before.isIn();
  const { chat, thread } = await talkWith(before, "Will this survive?");
  line.set("refuse");
  await before.connectionIs("offline");
  await before.reply("Whatever happens");
  await before.note("Written a moment before the crash");
  await laptop.crash();

  const again = await DeskPage.open(await laptop.open(SCREEN), `${line.origin}/#/inbox/${thread}`);
  await again.shows("Whatever happens");
  await again.shows("Written a moment before the crash");
  await becomes(() => again.unsent(), 2);
  expect(await answersIn(chat)).toEqual([]);
  line.set("pass");
  await again.networkIsBack();
  await chat.sees("Whatever happens", 45_000);
  await again.isSettled();
  expect(await answersIn(chat)).toEqual(["Whatever happens"]);
  expect((await again.lines()).filter((said) => said.kind === "talk").map((said) => said.text)).toEqual([
    "Will this survive?",
    "Whatever happens",
    "Written a moment before the crash",
  ]);
  await chat.page.context().close();
});

test("[S24] a session that ran out off line, and another person at the same device: each keeps his own, nothing is lost", async () => {
  const vera = await hire(nina, await browser.newContext(SCREEN), "Vera", { at: line.origin });
  const { chat } = await talkWith(vera.desk, "How long will it take?");
  line.set("refuse");
  await vera.desk.connectionIs("offline");
  await vera.desk.reply("Until noon at the latest");

  // From another device all her sessions but that one are ended.
  const phone = await browser.newContext(SCREEN);
  const elsewhere = await DeskPage.open(phone, `${desk.origin}/#/sign-in`);
  await elsewhere.signIn(vera.email, PASSWORD);
  const { sessions } = (await (await phone.request.get(`${desk.origin}/api/sessions`)).json()) as {
    sessions: { id: string; current: boolean }[];
  };
  for (const { id } of sessions.filter(({ current }) => !current))
    await phone.request.delete(`${desk.origin}/api/sessions/${id}`, { headers: { origin: desk.origin } });
  await phone.close();

  line.set("pass");
  await vera.desk.networkIsBack();
  const window = vera.desk.page.getByRole("dialog", { name: "Your session has ended" });
  await window.getByText(/1\sunsent item waits on this device\./).waitFor({ timeout: 45_000 });
  expect(await answersIn(chat)).toEqual([]);

  // Nina signs in instead: her own desk, and a word of what waits here for somebody else.
  await window.getByLabel("E-mail").fill(nina.email);
  await window.getByLabel("Password").fill(PASSWORD);
  await window.getByRole("button", { name: "Sign in" }).click();
  const page = vera.desk.page;
  await page.getByText(/1\sunsent item of another person who signed in on this device/).waitFor();
  await page.getByRole("link", { name: "Profile and status: Nina" }).waitFor();
  await vera.desk.isSettled();
  expect(await answersIn(chat)).toEqual([]);
  await page.keyboard.press("Control+KeyK");
  await page.getByRole("combobox", { name: "Commands" }).fill("Sign out");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").getByRole("button", { name: "Sign out" }).click();

  // Vera comes back: it goes, once.
  await page.getByText(/1\sunsent item waits on this device\./).waitFor();
  await vera.desk.signIn(vera.email, PASSWORD);
  await chat.sees("Until noon at the latest", 45_000);
  await vera.desk.isSettled();
  expect(await answersIn(chat)).toEqual(["Until noon at the latest"]);
  await chat.page.context().close();
});
