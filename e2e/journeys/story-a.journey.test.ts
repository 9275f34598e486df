import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ChatPage, openChatPage, type ShownNotice } from "../pages/chat-page.ts";
import { becomes, DeskPage } from "../pages/desk-page.ts";
import { JobsPage } from "../pages/jobs-page.ts";
import { PortalPage } from "../pages/portal-page.ts";
import { TicketPage } from "../pages/ticket-page.ts";
import { calendar, DAY, HOUR } from "../world/calendar.ts";
import { makeLaptop, openChromium } from "../world/chromium.ts";
import { foundTeam, hire, hireFirst, SCREEN, teamsOf } from "../world/crew.ts";
import { type DeskProcess, openDeskProcess } from "../world/desk-process.ts";
import { type FaultProxy, openFaultProxy } from "../world/fault-proxy.ts";
import { pictureOf } from "../world/picture.ts";

const PHONE = { locale: "en-US", viewport: { width: 390, height: 844 } };

let desk: DeskProcess;
let browser: Browser;
let annasLine: FaultProxy;
let phonesLine: FaultProxy;
const phone = makeLaptop();
beforeAll(async () => {
  [desk, browser] = await Promise.all([openDeskProcess(), openChromium()]);
  [annasLine, phonesLine] = await Promise.all([openFaultProxy(desk.port), openFaultProxy(desk.port)]);
});
afterAll(async () => {
  await phone.close();
  await browser?.close();
  await annasLine?.close();
  await phonesLine?.close();
  await desk?.close();
});

/** What the desk's side said to the user. */
const theirs = async (chat: ChatPage): Promise<readonly string[]> =>
  (await chat.bubbles()).filter((bubble) => !bubble.mine).map((bubble) => bubble.text);

const NUMBER = 1001;
const HANGS = "My laptop hangs whenever I open the stock list";
const QUESTION = "Since when, and does a restart help?";
const SINCE = "Since yesterday; for ten minutes it does";
const COMMENT = "It may be the fan: a technician will look at it in your room";
const STALE = "Please bring it to our room";
const NOTE = "Third one of this model this month";
const FROM_BASEMENT = "The fan is new. Please keep it off the carpet";
const ROWS = ["Look for dust in the fan", "Measure the disk"] as const;

const wordsOf = (notices: readonly ShownNotice[]): readonly string[] => notices.map((notice) => notice.words);

test("[S16] [S17] [S18] [S19] [S20] [S21] [S22] [S40] [S46] [U4] story A whole: a ticket, line 2, two days in the basement, each notice once, over kill -9", async () => {
  const nina = await hireFirst(await browser.newContext(SCREEN), desk, "Nina");
  const [it = ""] = await teamsOf(nina);
  const field = await foundTeam(nina, "Field service");
  const [annas, veras, employees] = await Promise.all([
    browser.newContext(SCREEN),
    browser.newContext(SCREEN),
    browser.newContext({ locale: "en-US" }),
  ]);
  for (const context of [annas, veras, employees]) await calendar.give(context);
  const anna = await hire(nina, annas, "Anna", { at: annasLine.origin, teams: [it] });
  const vera = await hire(nina, veras, "Vera", { teams: [field] });
  const glebs = await phone.open(PHONE);
  await calendar.give(glebs);
  const gleb = await hire(nina, glebs, "Gleb", { at: phonesLine.origin, role: "technician", teams: [field] });
  await nina.context.close();

  // The employee writes by the link, with a screenshot; Anna takes it and asks.
  const chat = await openChatPage(employees, desk.printed.chat);
  await chat.attach({ name: "hangs.png", mimeType: "image/png", buffer: await pictureOf(chat.page) });
  await chat.say(HANGS);
  await anna.desk.showTab("team");
  const dialog = await anna.desk.threadOf(HANGS);
  await anna.desk.open(dialog);
  await anna.desk.take();
  await anna.desk.reply(QUESTION);
  await chat.sees(QUESTION);
  await chat.say(SINCE);
  await anna.desk.shows(SINCE);

  // One act: she chooses the team and writes nothing. He is told in the same chat.
  const annas_ = new TicketPage(anna.desk);
  const { ticket, title, description } = await annas_.make("Field service");
  expect([title, description]).toEqual([HANGS, HANGS]);
  await becomes(async () => wordsOf(await chat.notices()), [`Request ${NUMBER} created`]);

  // Line 2, of another team, sees the ticket and what was said, with the picture.
  await vera.desk.page.getByRole("link", { name: "Tickets" }).click();
  await vera.desk.page.getByTestId("ticket-tab-team").click();
  await vera.desk.page.locator(`a[data-thread="${ticket}"]`, { hasText: `#${NUMBER}` }).click();
  const veras_ = new TicketPage(vera.desk);
  await veras_.isOpen(ticket);
  for (const words of [HANGS, QUESTION, SINCE]) await vera.desk.shows(words);
  const picture = veras_.root().getByRole("img", { name: "Picture hangs.png" });
  await becomes(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth > 0), true);
  await veras_.take();

  // She writes to him through the same thread while Anna's line is half open: Anna's answer is held, then dropped.
  annasLine.set("swallow");
  await veras_.comment(COMMENT);
  await veras_.note(NOTE);
  await chat.sees(COMMENT);
  await anna.desk.reply(STALE);
  expect(await anna.desk.connection().getAttribute("data-state")).toBe("live");
  annasLine.set("pass");
  await anna.desk.isSettled();
  await anna.desk.tick(STALE, "held");
  await anna.desk.shows(COMMENT);
  await anna.desk.bubble(STALE).getByRole("button", { name: "Discard" }).click();
  expect(await theirs(chat)).toEqual([QUESTION, COMMENT]);

  // The technician's phone takes everything along.
  for (const row of ROWS) await veras_.addRow(row);
  await veras_.give("Gleb");
  const before = new JobsPage(gleb.desk.page);
  await before.show();
  await before.job(ticket).getByText(`#${NUMBER}`).waitFor({ timeout: 20_000 });
  await before.isReadyToGo();
  await before.desk.isSettled();
  await before.opensWithoutNetwork();
  await phone.shut();
  phonesLine.set("refuse");

  // An hour later in the basement: the app is started cold with no network.
  const inBasement = await phone.open(PHONE);
  await calendar.pass(inBasement, HOUR);
  const jobs = new JobsPage((await DeskPage.open(inBasement, `${phonesLine.origin}/#/jobs`)).page);
  await jobs.job(ticket).getByText(title).waitFor({ timeout: 20_000 });
  await jobs.desk.connectionIs("offline");
  await jobs.isReadyToGo();
  const glebs_ = await jobs.open(ticket);
  await glebs_.show("Conversation");
  for (const words of [HANGS, QUESTION, SINCE, COMMENT, NOTE]) await jobs.desk.shows(words);
  await glebs_.show("Ticket");
  await glebs_.root().getByRole("button", { name: "I am here" }).click();
  for (const row of ROWS) await glebs_.tickRow(row);
  const clock = (ahead: number) => Date.now() + ahead;
  const times = [clock(HOUR)];
  await glebs_.setStatus("In work");

  // The day after: photos, what he found, a part is missing.
  await calendar.pass(inBasement, DAY - HOUR);
  const photos = [await pictureOf(chat.page), await pictureOf(vera.desk.page)];
  await glebs_.takePhotos(photos.map((buffer, at) => ({ name: `photo-${at + 1}.png`, mimeType: "image/png", buffer })));
  await glebs_.write("Diagnosis", "The fan is full of dust and stands still");
  times.push(clock(DAY));
  await glebs_.setStatus("Waiting for visit");

  // And the day after that: the part, the time, a word to the user, the signature; done.
  await calendar.pass(inBasement, DAY);
  await glebs_.addPart("Fan", 1);
  await glebs_.addTime("Changed the fan", 40);
  await glebs_.show("Conversation");
  await glebs_.comment(FROM_BASEMENT);
  await glebs_.show("Ticket");
  await glebs_.sign("Noah Fischer");
  times.push(clock(2 * DAY));
  await glebs_.root().getByRole("button", { name: "Done", exact: true }).click();
  await glebs_.statusIs("Done");
  expect(await jobs.desk.unsent()).toBeGreaterThanOrEqual(8);
  expect(wordsOf(await chat.notices())).toHaveLength(1);

  // The two days went by for everybody; now he comes up, and everything is sent in one go.
  const twoDaysOn = calendar.serverEnvironment(2 * DAY);
  await desk.stop();
  await desk.restart(twoDaysOn);
  for (const context of [annas, veras, employees]) await calendar.pass(context, 2 * DAY);
  const backOnLine = async (): Promise<void> => {
    for (const { page } of [anna.desk, vera.desk, jobs.desk, chat])
      await page.evaluate(() => dispatchEvent(new Event("online")));
  };
  phonesLine.set("pass");
  await backOnLine();
  await jobs.desk.isSettled();

  // At the user: one notice with the true times of what he did on the way, and one that asks to check.
  await becomes(async () => (await chat.notices()).length, 3);
  const [, grouped, check] = await chat.notices();
  expect(grouped).toMatchObject({ look: "ticket-events", words: `Request ${NUMBER}: 2 events`, asks: false });
  expect(grouped?.events.map(({ what }) => what)).toEqual(["In work", "Waiting for visit"]);
  expect(check).toMatchObject({ look: "ticket-done", asks: true });
  for (const [at, event] of (grouped?.events ?? []).entries())
    expect(Math.abs(event.at - (times[at] ?? 0))).toBeLessThan(60_000);
  await chat.sees(FROM_BASEMENT);

  // At line 2: all of his work.
  await veras_.statusIs("Done");
  await becomes(
    () => veras_.rows(),
    ROWS.map((text) => ({ text, done: true })),
  );
  await becomes(async () => (await veras_.photos()).length, 2);
  expect(await veras_.text("Diagnosis").inputValue()).toBe("The fan is full of dust and stands still");
  expect(await veras_.entries("Parts used")).toEqual(["Fan × 1"]);
  expect(await veras_.entries("Time spent")).toEqual(["Changed the fan × 40"]);
  await veras_.section("Visit").getByRole("img", { name: "Signed: Noah Fischer" }).waitFor();

  // He accepts: the ticket is closed, and the portal shows the same by his personal link.
  await chat.page.getByRole("button", { name: "Accept" }).click();
  await chat.page.getByText("You accepted it").waitFor();
  await veras_.statusIs("Closed");
  await becomes(
    async () => wordsOf(await chat.notices()),
    [
      `Request ${NUMBER} created`,
      `Request ${NUMBER}: 2 events`,
      `Request ${NUMBER} is done`,
      `Request ${NUMBER}: Closed`,
    ],
  );
  const personal = await chat.returnAddress();
  const elsewhere = await browser.newContext({ locale: "en-US" });
  await calendar.pass(elsewhere, 2 * DAY);
  const portal = await PortalPage.open(elsewhere, personal);
  await portal.openTicket(NUMBER);
  expect(await portal.status()).toBe("Closed");
  const history = await portal.history();
  expect(history.map(({ what }) => what)).toEqual([
    "Request created",
    "In work",
    "Waiting for visit",
    "Done",
    "Closed",
  ]);
  expect(history.slice(1, 3)).toEqual(grouped?.events);
  const bubbles = (await chat.bubbles()).map((bubble) => bubble.text);
  expect(bubbles).toEqual([HANGS, QUESTION, SINCE, COMMENT, FROM_BASEMENT]);
  expect(await portal.said()).toEqual(bubbles);

  // Counted once more over a kill: nothing twice, nothing that was not for him.
  const counted = await chat.notices();
  await desk.kill();
  await desk.restart(twoDaysOn);
  await backOnLine();
  await chat.say("Thank you");
  await anna.desk.shows("Thank you", 60_000);
  await chat.page.reload();
  await chat.sees("Thank you");
  expect(await chat.notices()).toEqual(counted);
  expect((await chat.bubbles()).map((bubble) => bubble.text)).toEqual([...bubbles, "Thank you"]);
  await portal.page.reload();
  await becomes(() => portal.said(), [...bubbles, "Thank you"]);
  expect(await portal.history()).toEqual(history);
  await jobs.desk.isSettled();
});
