import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openChatPage } from "../pages/chat-page.ts";
import { openChromium } from "../world/chromium.ts";
import { hireCrew } from "../world/crew.ts";
import { type DeskProcess, openDeskProcess } from "../world/desk-process.ts";

let desk: DeskProcess;
let browser: Browser;
beforeAll(async () => {
  [desk, browser] = await Promise.all([openDeskProcess(), openChromium()]);
});
afterAll(async () => {
  await browser?.close();
  await desk?.close();
});

test("[S7] [S13] [U11] [S5] one message and its answer: no form, one order, true ticks, a rating at the end", async () => {
  const [anna] = await hireCrew(browser, desk, ["Anna Sokolova"]);
  if (anna === undefined) throw new Error("nobody was hired");
  const phone = await browser.newContext({ locale: "en-US", viewport: { width: 390, height: 844 } });

  // The user writes: nothing to fill in, nowhere to sign in.
  const chat = await openChatPage(phone, desk.printed.chat);
  expect(await chat.page.locator("input:not([type=file])").count()).toBe(0);
  await chat.say("The printer on the third floor is out of paper");
  await chat.hop("The printer on the third floor is out of paper", "server");

  // It stands on the team; taken, it stands on her.
  const at = anna.desk;
  await at.showTab("team");
  const thread = await at.threadOf("out of paper");
  await at.open(thread);
  await at.shows("The printer on the third floor is out of paper");
  await chat.hop("The printer on the third floor is out of paper", "read");
  await at.take();
  await at.showTab("me");
  await at.row(thread).waitFor();

  await at.reply("On my way with a new pack");
  await chat.sees("On my way with a new pack");
  await at.tick("On my way with a new pack", "read");
  await chat.say("Thank you!");
  await chat.say("It is room 312, by the way");
  await at.shows("It is room 312, by the way");
  await at.reply("Done, try it now");
  await chat.sees("Done, try it now");

  // One order on both sides (S13).
  const said = (await at.lines()).filter((line) => line.kind === "talk").map((line) => line.text);
  expect(said).toEqual([
    "The printer on the third floor is out of paper",
    "On my way with a new pack",
    "Thank you!",
    "It is room 312, by the way",
    "Done, try it now",
  ]);
  expect((await chat.bubbles()).map((bubble) => bubble.text)).toEqual(said);

  // Every tick says its time, in its order (U11).
  await at.tick("Done, try it now", "read");
  await at.bubble("Done, try it now").locator("[data-tick]").click();
  const steps = await at.page.getByRole("tooltip").locator("li").allInnerTexts();
  expect(steps.map((step) => step.split("\n")[0])).toEqual([
    "on this device",
    "on our server",
    "at the channel",
    "delivered",
    "read",
  ]);
  expect(steps.every((step) => !step.includes("not yet"))).toBe(true);
  await at.page.keyboard.press("Escape");

  // Closed: the rating stands in the same chat, one tap; she sees it.
  await at.close();
  await chat.rate(5);
  await chat.page.getByText("Your rating: 5 out of 5").waitFor();
  await at.showTab("all");
  await at.goTo(thread);
  await at.page.getByText("The user rated it 5 of 5").waitFor();
});
