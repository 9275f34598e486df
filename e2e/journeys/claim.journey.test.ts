import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openChatPage } from "../pages/chat-page.ts";
import { becomes, countSounds } from "../pages/desk-page.ts";
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

test("[S12] a claim takes the dialog and its badge from the others' On team within a second, and they hear nothing more", async () => {
  const [anna, boris, vera] = await hireCrew(browser, desk, ["Anna", "Boris", "Vera"], countSounds);
  if (anna === undefined || boris === undefined || vera === undefined) throw new Error("nobody was hired");
  const others = [boris, vera];
  // A browser is silent until its page has been touched.
  for (const { desk: at } of [anna, ...others]) await at.showTab("team");

  const chat = await openChatPage(await browser.newContext({ locale: "en-US" }), desk.printed.chat);
  await chat.say("My screen stays black");
  for (const { desk: at } of [anna, ...others]) {
    await at.rows("My screen stays black").waitFor();
    await becomes(() => at.badge("team"), 1);
    // A new dialog calls everybody in the team.
    await becomes(async () => (await at.sounds()) > 0, true);
  }

  const thread = await anna.desk.threadOf("My screen stays black");
  await anna.desk.open(thread);
  const gone = others.map(({ desk: at }) =>
    at.page.evaluate(
      (id) =>
        new Promise<number>((resolve) => {
          const isGone = (): boolean =>
            document.querySelector(`[role=tabpanel] a[data-thread="${id}"]`) === null &&
            document.querySelector("[data-testid=count-team]") === null;
          const watch = new MutationObserver(() => {
            if (!isGone()) return;
            watch.disconnect();
            resolve(Date.now());
          });
          watch.observe(document.body, { subtree: true, childList: true, characterData: true });
          if (isGone()) resolve(Date.now());
        }),
      thread,
    ),
  );
  const takenAt = Date.now();
  await anna.desk.take();
  for (const at of await Promise.all(gone)) expect(at - takenAt).toBeLessThan(1_000);
  await anna.desk.showTab("me");
  await anna.desk.row(thread).waitFor();

  // Later messages are hers alone to hear.
  const heard = await Promise.all(others.map(({ desk: at }) => at.sounds()));
  const hers = await anna.desk.sounds();
  await anna.desk.showTab("all");
  await anna.desk.page.getByRole("link", { name: "Knowledge" }).click();
  let asked = 0;
  // Calls that follow each other closely are one sound: he asks until it rings.
  const rings = async (): Promise<boolean> => {
    asked += 1;
    await chat.say(`Are you there? ${asked}`);
    await chat.hop(`Are you there? ${asked}`, "server");
    return (await anna.desk.sounds()) > hers;
  };
  await becomes(rings, true);
  for (const { desk: at } of others) {
    // They have it: it is the sound that does not come, not the message.
    await at.showTab("all");
    await at.rows(`Are you there? ${asked}`).waitFor();
    expect(await at.badge("team")).toBe(0);
  }
  expect(await Promise.all(others.map(({ desk: at }) => at.sounds()))).toEqual(heard);
});
