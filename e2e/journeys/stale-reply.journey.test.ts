import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ChatPage, openChatPage } from "../pages/chat-page.ts";
import { openChromium } from "../world/chromium.ts";
import { hire, hireCrew, SCREEN } from "../world/crew.ts";
import { type DeskProcess, openDeskProcess } from "../world/desk-process.ts";
import { type FaultProxy, openFaultProxy } from "../world/fault-proxy.ts";

let desk: DeskProcess;
let browser: Browser;
let line: FaultProxy;
beforeAll(async () => {
  [desk, browser] = await Promise.all([openDeskProcess(), openChromium()]);
  line = await openFaultProxy(desk.port);
});
afterAll(async () => {
  await browser?.close();
  await line?.close();
  await desk?.close();
});

const theirs = async (chat: ChatPage): Promise<readonly string[]> =>
  (await chat.bubbles()).filter((bubble) => !bubble.mine).map((bubble) => bubble.text);

test("[U4] [I14] an answer from a stale screen is held: discarded it never arrives, released by its author it arrives once", async () => {
  const [anna] = await hireCrew(browser, desk, ["Anna"]);
  if (anna === undefined) throw new Error("nobody was hired");
  // Boris reaches the desk by a line that can go half open: everything stays up and nothing comes through.
  const boris = await hire(anna, await browser.newContext(SCREEN), "Boris", { at: line.origin });

  const begin = async (words: string): Promise<{ chat: ChatPage; thread: string }> => {
    const chat = await openChatPage(await browser.newContext({ locale: "en-US" }), desk.printed.chat);
    await chat.say(words);
    await boris.desk.showTab("team");
    const thread = await boris.desk.threadOf(words);
    await boris.desk.open(thread);
    await boris.desk.take();
    await boris.desk.reply(`Hello, I look into it: ${words}`);
    await chat.sees(`Hello, I look into it: ${words}`);
    return { chat, thread };
  };
  const dropped = await begin("Is the canteen open on Friday?");
  const released = await begin("Which printer may print in colour?");
  await boris.desk.tick("Hello, I look into it: Which printer may print in colour?", "read");

  line.set("swallow");

  // Anna takes both over, by her role, and answers; the second she gives back. Boris hears nothing of it.
  for (const { thread } of [dropped, released]) {
    await anna.desk.goTo(thread);
    await anna.desk.more("Take over");
    await anna.desk.page.getByRole("dialog").getByRole("button", { name: "Take over" }).click();
    await anna.desk.field().waitFor();
  }
  await anna.desk.goTo(dropped.thread);
  await anna.desk.reply("No, it is closed on Friday");
  await dropped.chat.sees("No, it is closed on Friday");
  await anna.desk.goTo(released.thread);
  await anna.desk.reply("The one beside the kitchen");
  await released.chat.sees("The one beside the kitchen");
  await anna.desk.give("Hand over", "Boris");
  await anna.desk.page.getByText("Anna handed it over to Boris").waitFor();

  // To Boris they are still his, the line still looks alive, and he answers.
  await boris.desk.goTo(dropped.thread);
  expect(await boris.desk.ownerLine().innerText()).toMatch(/^You, since/);
  await boris.desk.reply("Yes, until two o'clock");
  await boris.desk.goTo(released.thread);
  await boris.desk.reply("Any printer with a rainbow on it");
  expect(await boris.desk.connection().getAttribute("data-state")).toBe("live");
  expect(await boris.desk.unsent()).toBe(2);

  // The line is mended: both are held, with the reason, and neither has reached its user.
  line.set("pass");
  await boris.desk.isSettled();
  await boris.desk.tick("Any printer with a rainbow on it", "held");
  await boris.desk.shows("The one beside the kitchen");
  await boris.desk.goTo(dropped.thread);
  await boris.desk.tick("Yes, until two o'clock", "held");
  await boris.desk
    .bubble("Yes, until two o'clock")
    .getByText(/^Held: the dialog was/)
    .waitFor();
  await boris.desk.shows("No, it is closed on Friday");
  await boris.desk.page.getByRole("link", { name: /2\sheld replies/ }).waitFor();

  // The conversations go on past them.
  await anna.desk.goTo(dropped.thread);
  await anna.desk.reply("Saturday as well");
  await dropped.chat.sees("Saturday as well");
  const before = {
    dropped: [
      "Hello, I look into it: Is the canteen open on Friday?",
      "No, it is closed on Friday",
      "Saturday as well",
    ],
    released: ["Hello, I look into it: Which printer may print in colour?", "The one beside the kitchen"],
  };
  expect(await theirs(dropped.chat)).toEqual(before.dropped);
  expect(await theirs(released.chat)).toEqual(before.released);

  // His decisions: the one is dropped, the other goes, now that he has read hers.
  await boris.desk.bubble("Yes, until two o'clock").getByRole("button", { name: "Discard" }).click();
  await boris.desk.page.getByRole("link", { name: /1\sheld reply/ }).waitFor();
  await boris.desk.goTo(released.thread);
  await boris.desk.bubble("Any printer with a rainbow on it").getByRole("button", { name: "Send as it is" }).click();
  await released.chat.sees("Any printer with a rainbow on it");
  await boris.desk.tick("Any printer with a rainbow on it", "delivered");
  expect(await theirs(released.chat)).toEqual([...before.released, "Any printer with a rainbow on it"]);
  await anna.desk.goTo(dropped.thread);
  await anna.desk.reply("And thank you for asking");
  await dropped.chat.sees("And thank you for asking");
  expect(await theirs(dropped.chat)).toEqual([...before.dropped, "And thank you for asking"]);
  expect(await boris.desk.page.getByRole("link", { name: /held repl/ }).count()).toBe(0);
});
