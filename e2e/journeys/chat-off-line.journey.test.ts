import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openChatPage } from "../pages/chat-page.ts";
import { makeLaptop, openChromium } from "../world/chromium.ts";
import { hireCrew } from "../world/crew.ts";
import { type DeskProcess, openDeskProcess } from "../world/desk-process.ts";

const PHONE = { locale: "en-US", viewport: { width: 390, height: 844 } };
const MINUTE = 60_000;

let desk: DeskProcess;
let browser: Browser;
const phone = makeLaptop();
beforeAll(async () => {
  [desk, browser] = await Promise.all([openDeskProcess(), openChromium()]);
});
afterAll(async () => {
  await phone.close();
  await browser?.close();
  await desk?.close();
});

test("[U10] [U11] the user's chat off line: opens cold, keeps the true time, sends once, goes on elsewhere, is nobody else's", async () => {
  const [anna] = await hireCrew(browser, desk, ["Anna"]);
  if (anna === undefined) throw new Error("nobody was hired");
  const before = await openChatPage(await phone.open(PHONE), desk.printed.chat);
  await before.attach({ name: "lift.txt", mimeType: "text/plain", buffer: Buffer.from("It says: out of order") });
  await before.say("The lift is stuck");
  await before.hop("The lift is stuck", "server");
  await anna.desk.showTab("team");
  const thread = await anna.desk.threadOf("The lift is stuck");
  await anna.desk.open(thread);
  await anna.desk.take();
  await anna.desk.reply("Are you inside?");
  await before.sees("Are you inside?");
  await before.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await phone.shut();
  await desk.kill();

  // Ten minutes ago, as this phone's clock had it, in the lift: the app opens from the disk and shows all there was.
  const inTheLift = await phone.open(PHONE);
  const writtenAt = new Date(Date.now() - 10 * MINUTE);
  await inTheLift.clock.install({ time: writtenAt });
  const chat = await openChatPage(inTheLift, desk.printed.chat);
  await chat.sees("Are you inside?");
  expect((await chat.bubbles()).map((bubble) => bubble.text)).toEqual(["The lift is stuck", "Are you inside?"]);
  await chat.page.getByText(/^Off line since/).waitFor();
  await chat.say("Yes, on the fourth floor");
  await chat.say("No hurry");
  expect((await chat.bubbles()).slice(2)).toEqual([
    { mine: true, text: "Yes, on the fourth floor", hop: "device" },
    { mine: true, text: "No hurry", hop: "device" },
  ]);
  await chat.page.getByText(/waiting to be sent: 2/).waitFor();
  // The page is closed and opened once more: what is on the device is on the device.
  await chat.page.close();
  const again = await openChatPage(inTheLift, desk.printed.chat);
  await again.sees("No hurry");

  // The network is back: both arrive once, with the time at which they were written.
  await desk.restart();
  await anna.desk.networkIsBack();
  await again.page.evaluate(() => dispatchEvent(new Event("online")));
  await anna.desk.shows("No hurry", 60_000);
  await again.hop("No hurry", "read", 60_000);
  const lines = (await anna.desk.lines()).filter((line) => line.kind !== "claim" && line.kind !== "open");
  expect(lines.map((line) => line.text)).toEqual([
    "The lift is stuck",
    "Are you inside?",
    "Yes, on the fourth floor",
    "No hurry",
  ]);
  const minutes = `:${String(writtenAt.getMinutes()).padStart(2, "0")}`;
  expect(await anna.desk.bubble("Yes, on the fourth floor").innerText()).toMatch(new RegExp(`written .*${minutes}`));
  await again.page
    .getByText(new RegExp(`written at .*${minutes}`))
    .first()
    .waitFor();

  // By his personal link he goes on at another device; the secret does not stay in its address bar.
  const address = await again.returnAddress();
  const elsewhere = await openChatPage(await browser.newContext({ locale: "en-US" }), address);
  await elsewhere.sees("No hurry");
  expect(elsewhere.page.url()).toBe(desk.printed.chat);
  await elsewhere.say("I am out again");
  await anna.desk.shows("I am out again");
  await again.sees("I am out again");
  expect((await again.bubbles()).map((bubble) => bubble.text)).toEqual(
    (await elsewhere.bubbles()).map((bubble) => bubble.text),
  );

  // The same public link in anybody else's hands shows nothing of it, nor does a guessed secret.
  const secret = new URL(address).hash.slice("#k=".length);
  for (const other of [desk.printed.chat, `${desk.printed.chat}#k=${secret.slice(0, -2)}AA`]) {
    const stranger = await openChatPage(await browser.newContext({ locale: "en-US" }), other);
    await stranger.page.getByText("Connected").waitFor();
    expect(await stranger.bubbles()).toEqual([]);
    await stranger.page.context().close();
  }
  const token = new URL(desk.printed.chat).pathname.split("/").at(-1);
  const item = lines[0]?.id ?? "";
  const sha = await fileIn(anna.desk.page);
  const file = `${desk.origin}/files/${thread}/${item}/${sha}`;
  const stream = `${desk.origin}/api/chat/${token}/stream?thread=${thread}&after=0`;
  const ask = (address_: string, key: string): Promise<number> =>
    fetch(address_, { headers: { authorization: `Bearer ${key}` } }).then(async (answer) => {
      await answer.body?.cancel();
      return answer.status;
    });
  expect(await ask(file, secret)).toBe(200);
  expect(await ask(file, `${secret.slice(0, -2)}AA`)).toBe(404);
  expect((await fetch(file)).status).toBe(401);
  expect(await ask(stream, secret)).toBe(200);
  expect(await ask(stream, `${secret.slice(0, -2)}AA`)).toBe(404);
});

/** The hash of the text file in the dialog: the name under which everybody asks for it. */
async function fileIn(page: Awaited<ReturnType<typeof openChatPage>>["page"]): Promise<string> {
  const asked = page.waitForRequest(/\/files\//);
  await page.getByRole("button", { name: /^Save file lift.txt/ }).click();
  return new URL((await asked).url()).pathname.split("/").at(-1) ?? "";
}
