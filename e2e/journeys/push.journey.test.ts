import type { Browser, BrowserContext, CDPSession, Worker } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openChatPage } from "../pages/chat-page.ts";
import { becomes, DeskPage } from "../pages/desk-page.ts";
import { openChromium } from "../world/chromium.ts";
import { type Colleague, hireFirst, SCREEN } from "../world/crew.ts";
import { type DeskProcess, openDeskProcess } from "../world/desk-process.ts";

let desk: DeskProcess;
let browser: Browser;
let nina: Colleague;
beforeAll(async () => {
  [desk, browser] = await Promise.all([openDeskProcess(), openChromium()]);
  nina = await hireFirst(await browser.newContext({ ...SCREEN, permissions: ["notifications"] }), desk, "Nina");
});
afterAll(async () => {
  await browser?.close();
  await desk?.close();
});

/** The push service in the browser's place: what it would hand to the worker of that scope. */
async function pushTo(context: BrowserContext, scope: string): Promise<(message: object) => Promise<void>> {
  const page = await context.newPage();
  await page.goto(`${desk.origin}/api/health`);
  const session: CDPSession = await context.newCDPSession(page);
  const registered = new Promise<string>((resolve) => {
    session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const found = registrations.find(({ scopeURL }) => scopeURL === scope);
      if (found !== undefined) resolve(found.registrationId);
    });
  });
  await session.send("ServiceWorker.enable");
  const registrationId = await registered;
  return async (message) => {
    await session.send("ServiceWorker.deliverPushMessage", {
      origin: desk.origin,
      registrationId,
      data: JSON.stringify(message),
    });
  };
}

const workerOf = (context: BrowserContext, path: string): Worker => {
  const found = context.serviceWorkers().find((worker) => worker.url() === `${desk.origin}${path}`);
  if (found === undefined) throw new Error(`no worker ${path}`);
  return found;
};
type Shown = { readonly title: string; readonly body: string; readonly tag: string };
/** What of a worker's world is used here. */
type WorkerWorld = {
  readonly registration: { readonly getNotifications: () => Promise<readonly Shown[]> };
  readonly dispatchEvent: (event: Event) => boolean;
  readonly NotificationEvent: new (type: string, init: { readonly notification: Shown }) => Event;
};
const shownBy = (worker: Worker): Promise<readonly Shown[]> =>
  worker.evaluate(async () => {
    const self = globalThis as unknown as WorkerWorld; // where this runs
    return (await self.registration.getNotifications()).map(({ title, body, tag }) => ({ title, body, tag }));
  });

test("[S46] a call by push is shown where no page is in front, and a click opens the dialog in the page that is there", async () => {
  const chat = await openChatPage(await browser.newContext({ locale: "en-US" }), desk.printed.chat);
  await chat.say("My phone does not ring");
  await nina.desk.showTab("team");
  const thread = await nina.desk.threadOf("My phone does not ring");
  await nina.desk.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const push = await pushTo(nina.context, `${desk.origin}/`);
  const worker = workerOf(nina.context, "/sw.js");
  const message = {
    v: 1,
    title: "New message",
    body: "My phone does not ring",
    tag: thread,
    path: `/#/inbox/${thread}`,
  };

  // The page says it itself where it is in front; what no program of ours understands is nobody's.
  await push(message);
  await push({ v: 2, title: "of a later version" });
  expect(await shownBy(worker)).toEqual([]);

  // Nobody has the desk open.
  await nina.desk.page.goto("about:blank");
  await push(message);
  await push({ ...message, body: "Still not" });
  await becomes(() => shownBy(worker), [{ title: "New message", body: "Still not", tag: thread }]);

  const again = await DeskPage.open(nina.context, desk.printed.desk);
  await again.isIn();
  await worker.evaluate(async () => {
    const self = globalThis as unknown as WorkerWorld; // where this runs
    const [notification] = await self.registration.getNotifications();
    if (notification === undefined) throw new Error("it is gone");
    self.dispatchEvent(new self.NotificationEvent("notificationclick", { notification }));
  });
  await again.page.locator(`section[data-thread="${thread}"]`).waitFor({ timeout: 20_000 });
  await becomes(() => shownBy(worker), []);
});
