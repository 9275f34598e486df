import { createHmac } from "node:crypto";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ChatPage, openChatPage } from "../pages/chat-page.ts";
import { becomes } from "../pages/desk-page.ts";
import { PeoplePage } from "../pages/people-page.ts";
import { WidgetPage } from "../pages/widget-page.ts";
import { type ChannelWorld, openChannelWorld } from "../world/channel-world.ts";
import { openChromium } from "../world/chromium.ts";
import { type Colleague, hireFirst, SCREEN, teamsOf } from "../world/crew.ts";
import { type DeskProcess, openDeskProcess } from "../world/desk-process.ts";
import { type HostSite, openHostSite } from "../world/host-site.ts";
import { makeWidget } from "../world/make-widget.ts";

const WAIT = { timeout: 30_000 };
/** A frame of another site has storage in every browser of today; the driver would switch that off. */
const AS_BROWSERS_ARE = "--disable-features=Translate";

let desk: DeskProcess;
let browser: Browser;
let world: ChannelWorld;
let site: HostSite;
let nina: Colleague;
let snippet = "";
beforeAll(async () => {
  [desk, browser, world] = await Promise.all([
    openDeskProcess(),
    openChromium([AS_BROWSERS_ARE]),
    openChannelWorld(["telegram", "email"]),
  ]);
  site = await openHostSite({ snippet: () => snippet, desk: () => desk.origin });
  nina = await hireFirst(await browser.newContext(SCREEN), desk, "Nina");
});
afterAll(async () => {
  await browser?.close();
  world?.close();
  await site?.close();
  await desk?.close();
});

/** A bot is added in the settings, as an admin does who has its key on the clipboard. */
async function addBot(): Promise<void> {
  const { page } = nina.desk;
  const { token = "", apiRoot = "" } = world.settings["telegram"] ?? {};
  await page.evaluate(() => {
    location.hash = "#/settings/channels";
  });
  await page.getByRole("button", { name: "Add a channel" }).first().click();
  await page.getByRole("button", { name: /^Telegram/ }).click();
  await page.getByLabel("Name", { exact: true }).fill("Help bot");
  await page.locator("input[type=password]").first().fill(String(token));
  await page
    .locator("details summary", { hasText: "More" })
    .or(page.getByRole("button", { name: /More/ }))
    .first()
    .click();
  await page.locator("[name=channel-apiRoot]").fill(String(apiRoot));
  await page.getByRole("button", { name: "Test connection" }).click();
  await page.getByText(/It works/).waitFor(WAIT);
  await page.getByRole("button", { name: "Add channel" }).click();
  await page.locator("[data-state=running]").first().waitFor(WAIT);
  // A key never comes back.
  expect(await page.content()).not.toContain(String(token));
}

/** A mailbox by the API, as a program would; its own server's word on senders is taken. */
async function addMailbox(): Promise<void> {
  const [team] = await teamsOf(nina);
  const { origin } = desk;
  const settings = { ...world.settings["email"], authServer: "mx.desk.example" };
  const made = await nina.context.request.post(`${origin}/api/channels`, {
    headers: { origin },
    data: { kind: "email", name: "Support mail", team, settings },
  });
  expect([made.status(), made.ok() ? "" : await made.text()]).toEqual([201, ""]);
}

/** What the channel's user got of the desk. */
const got = (kind: string) => async (): Promise<string> => (await world.sent(kind)).map(({ text }) => text).join("\n");

test("[S1] [S3] [S8] [S27] [S48] [U14] one person writes by widget, link, Telegram and mail: one list, one profile, each answer by its channel", async () => {
  const at = nina.desk;
  const made = await makeWidget(nina, site.origin);
  snippet = made.snippet;
  await addBot();
  await addMailbox();
  await at.page.evaluate(() => {
    location.hash = "#/inbox";
  });

  // The site knows him and signs for it; Telegram knows his number; the mail's own server knows his address.
  const shop = await WidgetPage.open(await browser.newContext(SCREEN), `${site.origin}/`);
  await shop.openChat();
  await shop.say("By the widget: it does not print");
  const traits = { name: "Ivan Petrov", email: "ivan@users.example", phone: "+79123456789" };
  const words = ["customer-17", traits.name, traits.email, traits.phone].join("\n");
  await shop.call(
    "identify",
    "customer-17",
    traits,
    createHmac("sha256", made.secret).update(words, "utf8").digest("hex"),
  );
  await world.writes("telegram", { user: "ivan", text: "By Telegram: still nothing" });
  await world.writes("email", { user: "ivan", text: "By mail: anybody there?" });
  const chat: ChatPage = await openChatPage(await browser.newContext({ locale: "en-US" }), desk.printed.chat);
  await chat.say("By the link: hello");

  // All in one list.
  await at.showTab("team");
  const threads: string[] = [];
  for (const line of ["By the widget", "By Telegram", "By mail", "By the link"]) threads.push(await at.threadOf(line));
  expect(new Set(threads).size).toBe(4);
  await world.sharesContact("telegram", "ivan", "79123456789");

  // Three are one by what was verified; nobody searched. The fourth is suggested by the number that he tells.
  const people = new PeoplePage(at.page);
  await people.show();
  await becomes(async () => (await people.names()).length, 2);
  await at.page.getByRole("link", { name: "Inbox", exact: true }).click();
  await at.showTab("team");
  await at.open(threads[3] ?? "");
  await at.setFact("Person", "Phone", "8 (912) 345-67-89");
  const alike = at.details().getByTestId("alike");
  await alike
    .getByRole("button", { name: /^Merge with/ })
    .first()
    .click();
  await people.question().getByRole("columnheader", { name: "Ivan Petrov" }).getByRole("radio").check();
  await people.confirmMerge();
  await people.show();
  await becomes(() => people.names(), ["Ivan Petrov"]);
  await people.open("Ivan Petrov");
  await becomes(() => people.contacts(), 4);

  // Each answer leaves by the channel that it came from, and by no other.
  await at.page.getByRole("link", { name: "Inbox", exact: true }).click();
  const answers = ["To the widget", "To Telegram", "To the mailbox", "To the link"];
  for (const [index, thread] of threads.entries()) {
    await at.goTo(thread);
    await at.take();
    await at.reply(answers[index] ?? "");
  }
  await shop.sees("To the widget");
  await chat.sees("To the link");
  await expect.poll(got("telegram"), WAIT).toContain("To Telegram");
  await expect.poll(got("email"), WAIT).toContain("To the mailbox");
  for (const [kind, own] of [
    ["telegram", "To Telegram"],
    ["email", "To the mailbox"],
  ] as const) {
    const all = await got(kind)();
    expect(answers.filter((answer) => all.includes(answer))).toEqual([own]);
    expect(all.split(own)).toHaveLength(2);
  }
  // The agent sees that it is at the channel.
  await at.goTo(threads[1] ?? "");
  await becomes(async () => (await at.lines()).find(({ text }) => text.includes("To Telegram"))?.tick, "channel");

  // Two people again, and nothing of either is lost.
  await people.show();
  await people.open("Ivan Petrov");
  await people.part();
  await becomes(async () => (await people.names()).length, 2);
  await people.open("Ivan Petrov");
  await becomes(() => people.contacts(), 3);
});
