import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { type ChatPage, openChatPage } from "../pages/chat-page.ts";
import { becomes, DeskPage, type ShownLine } from "../pages/desk-page.ts";
import { makeLaptop, openChromium } from "../world/chromium.ts";
import { hire, hireCrew, SCREEN } from "../world/crew.ts";
import { type DeskProcess, openDeskProcess } from "../world/desk-process.ts";

const LEAST_ITEMS = 10;

let desk: DeskProcess;
let browser: Browser;
const laptop = makeLaptop();
beforeAll(async () => {
  [desk, browser] = await Promise.all([openDeskProcess(), openChromium()]);
});
afterAll(async () => {
  await laptop.close();
  await browser?.close();
  await desk?.close();
});

/** Somebody who writes one message and may go away again. */
async function userWho(says: string): Promise<ChatPage> {
  const chat = await openChatPage(await browser.newContext({ locale: "en-US" }), desk.printed.chat);
  await chat.say(says);
  await chat.hop(says, "server");
  return chat;
}

const SUBJECTS = {
  talk: "My laptop gets very hot",
  duel: "The door of the server room stays open",
  chain: "Please add me to the mailing list",
  facts: "I moved to another room",
  shift: "The lamp above my desk flickers",
  over: "Where do I find the holiday calendar?",
  lift: "The lift smells of paint",
  lend: "May I borrow a projector on Friday?",
};

test("[U1] [U2] the plug is pulled: three desks and a user go on; on return nothing is lost or doubled, one order, one owner", async () => {
  const [anna, boris] = await hireCrew(browser, desk, ["Anna", "Boris"]);
  if (anna === undefined || boris === undefined) throw new Error("nobody was hired");
  const vera = await hire(anna, await laptop.open(SCREEN), "Vera");

  // A morning's work: one dialog is talked in, one is free for two to reach for, others are owned.
  const user = await userWho(SUBJECTS.talk);
  const rival = await userWho(SUBJECTS.duel);
  for (const [name, words] of Object.entries(SUBJECTS))
    if (name !== "talk" && name !== "duel") await (await userWho(words)).page.context().close();
  await anna.desk.showTab("team");
  const threadOf = (words: string): Promise<string> => anna.desk.threadOf(words);
  const thread = {
    talk: await threadOf(SUBJECTS.talk),
    duel: await threadOf(SUBJECTS.duel),
    chain: await threadOf(SUBJECTS.chain),
    facts: await threadOf(SUBJECTS.facts),
    shift: await threadOf(SUBJECTS.shift),
    over: await threadOf(SUBJECTS.over),
    lift: await threadOf(SUBJECTS.lift),
    lend: await threadOf(SUBJECTS.lend),
  };
  await anna.desk.open(thread.talk);
  await anna.desk.take();
  await anna.desk.reply("Hello! Is the fan running?");
  await user.sees("Hello! Is the fan running?");
  await anna.desk.goTo(thread.shift);
  await anna.desk.take();
  await boris.desk.goTo(thread.facts);
  await boris.desk.take();
  await vera.desk.goTo(thread.over);
  await vera.desk.take();
  await vera.desk.reply("On the front page, at the bottom");
  await vera.desk.close();
  await vera.desk.page.getByText("Vera closed it").waitFor();
  // Everybody has read everything: from here on they see it from their own disks.
  for (const { desk: at } of [anna, boris, vera])
    for (const id of [thread.chain, thread.duel, thread.facts, thread.over, thread.shift, thread.talk])
      await at.goTo(id);
  for (const { desk: at } of [anna, boris, vera]) await at.isSettled();
  await opensWithoutNetwork(vera.desk);
  await laptop.shut();

  // In the middle of a word: kill -9.
  await Promise.all([anna.desk.reply("Please put it on a table"), user.say("Yes, and it is loud"), desk.kill()]);
  for (const { desk: at } of [anna, boris]) await at.connectionIs("offline");

  // Cold start with the server dead: the installed desk opens from the disk of the laptop.
  const verasDesk = await DeskPage.open(await laptop.open(SCREEN), `${desk.origin}/`);
  await verasDesk.isIn();
  await verasDesk.connectionIs("offline");
  await verasDesk.showTab("team");
  await verasDesk.row(thread.duel).waitFor();

  const desks = { anna: anna.desk, boris: boris.desk, vera: verasDesk };
  await Promise.all([
    workOfAnna(desks.anna, thread),
    workOfBoris(desks.boris, thread),
    workOfVera(desks.vera, thread),
    workOfUser(user),
  ]);
  const written = new Map<string, ShownLine>();
  for (const at of Object.values(desks)) {
    expect(await at.unsent()).toBeGreaterThanOrEqual(LEAST_ITEMS);
    for (const id of Object.values(thread)) {
      await at.goTo(id);
      for (const line of await at.lines()) written.set(line.id, line);
    }
  }
  const queued = (await user.bubbles()).filter((bubble) => bubble.hop === "device");
  expect(queued.length).toBeGreaterThanOrEqual(LEAST_ITEMS);

  // Back on the same data.
  await desk.restart();
  for (const at of Object.values(desks)) await at.networkIsBack();
  await user.page.evaluate(() => dispatchEvent(new Event("online")));
  await rival.page.evaluate(() => dispatchEvent(new Event("online")));
  for (const at of Object.values(desks)) await at.isSettled(90_000);
  await user.hop(LAST_WORD, "delivered", 60_000);

  // One owner, the same for all; the other is told who and since when, and his replies are held.
  const isBoris = (await ownerIn(desks.boris, thread.duel)).startsWith("You");
  const winner = isBoris ? desks.boris : desks.vera;
  const loser = isBoris ? desks.vera : desks.boris;
  const name = isBoris ? "Boris" : "Vera";
  expect(await ownerIn(winner, thread.duel)).toMatch(/^You, since \d/);
  for (const at of [loser, desks.anna])
    expect(await ownerIn(at, thread.duel)).toMatch(new RegExp(`^${name}, since \\d`));
  const notice = loser.notices();
  await notice.getByText(new RegExp(`${name} has owned this since \\d`)).waitFor();
  expect(await notice.innerText()).toMatch(/You did it at \d.*2\sof your replies are held/s);
  const replies = { boris: DUEL.map((words) => `${words} (Boris)`), vera: DUEL.map((words) => `${words} (Vera)`) };
  const [sent, held] = isBoris ? [replies.boris, replies.vera] : [replies.vera, replies.boris];
  for (const text of held) await loser.tick(text, "held");
  for (const text of sent) await rival.sees(text);
  expect((await rival.bubbles()).filter((bubble) => !bubble.mine).map((bubble) => bubble.text)).toEqual(sent);

  // Item by item at the receiving pages: 0 lost, 0 doubled, one order.
  const arrived: ShownLine[] = [];
  let talk: readonly ShownLine[] = [];
  for (const id of Object.values(thread)) {
    const seen: (readonly ShownLine[])[] = [];
    for (const at of Object.values(desks)) {
      await at.goTo(id);
      const lines = await at.lines();
      // What came to nothing is its author's alone to know: it is counted, and stands on no other page.
      arrived.push(...lines.filter((line) => isForAuthor(line)));
      seen.push(lines.filter((line) => !isForAuthor(line)));
    }
    const [first = [], ...others] = seen;
    for (const other of others) expect(other.map((line) => line.id)).toEqual(first.map((line) => line.id));
    arrived.push(...first);
    if (id === thread.talk) talk = first;
  }
  const counts = new Map<string, number>();
  for (const line of arrived) counts.set(line.id, (counts.get(line.id) ?? 0) + 1);
  expect([...counts].filter(([, count]) => count !== 1)).toEqual([]);
  expect([...written.values()].filter((line) => !counts.has(line.id))).toEqual([]);
  for (const kind of KINDS) expect(arrived.map((line) => line.kind)).toContain(kind);
  for (const at of Object.values(desks)) await knowsPerson(at, NEW_PERSON);

  // The user's order is the agents' order: his own words, and the answers that were not held for his.
  expect((await user.bubbles()).map((bubble) => bubble.text)).toEqual(toUser(talk));
  for (const bubble of queued) expect(toUser(talk).filter((text) => text === bubble.text)).toHaveLength(1);

  // What was held because he had written meanwhile goes when she has read it and says so: once, at its new place.
  await desks.anna.goTo(thread.talk);
  const heldReplies = talk.filter((line) => line.tick === "held");
  for (const { text } of heldReplies) {
    await desks.anna.bubble(text).getByRole("button", { name: "Send as it is" }).click();
    await user.sees(text);
  }
  await desks.boris.goTo(thread.talk);
  await becomes(
    async () => toUser(await desks.boris.lines()),
    (await user.bubbles()).map((bubble) => bubble.text),
  );
  for (const text of ANSWERS) expect((await user.bubbles()).filter((bubble) => bubble.text === text)).toHaveLength(1);
});

/** What of a dialog its user gets. */
const toUser = (lines: readonly ShownLine[]): readonly string[] =>
  lines
    .filter((line) => line.kind === "talk" && line.tick !== "held" && !NOTES.includes(line.text))
    .map((line) => line.text);

type Threads = Readonly<Record<keyof typeof SUBJECTS, string>>;
const LAST_WORD = "That was all from me";
const NEW_PERSON = "Robin Newcomer";
const isForAuthor = (line: ShownLine): boolean => line.text.startsWith("Not done");
const DUEL = ["I am on my way to it", "It will be shut in a minute"];
const ANSWERS = ["Meanwhile I look for a spare one", "Found one, it is on my desk"] as const;
const NOTES = ["Third laptop of this model this week", "There is a spare one in the cabinet"];
/** Kinds of item that leave a line in a dialog, beside what is said. */
const KINDS = ["claim", "close", "snooze", "reopen", "release", "handover", "assign", "tag", "priority", "set-field"];

async function workOfAnna(at: DeskPage, thread: Threads): Promise<void> {
  await at.goTo(thread.talk);
  await at.reply(ANSWERS[0]);
  await at.note("Third laptop of this model this week");
  await at.tag("laptop");
  await at.priority("High");
  await at.setFact("Dialog", "Room", "404");
  await at.setFact("Person", "Phone", "+1 555 0100");
  await at.reply(ANSWERS[1]);
  await at.goTo(thread.over);
  await at.act("Reopen").click();
  await at.page.getByText("Anna reopened it").waitFor();
  await at.note("They have moved the calendar");
  await at.goTo(thread.lend);
  await at.give("Assign", "Boris");
  await at.tag("facilities");
  // Nothing done off line displaces a live owner, be it oneself: this will come to nothing, and she will be told.
  await at.goTo(thread.shift);
  await at.give("Hand over", "Boris");
  await at.page.getByRole("link", { name: "People" }).click();
  await at.page.getByPlaceholder("Search people").fill(NEW_PERSON);
  await at.page.getByRole("button", { name: "New person" }).click();
  await knowsPerson(at, NEW_PERSON);
}

async function knowsPerson(at: DeskPage, name: string): Promise<void> {
  await at.page.getByRole("link", { name: "People" }).click();
  await at.page.getByRole("region", { name: "People" }).getByText(name).waitFor();
}

async function workOfBoris(at: DeskPage, thread: Threads): Promise<void> {
  await at.goTo(thread.duel);
  await at.take();
  for (const words of DUEL) await at.reply(`${words} (Boris)`);
  await at.goTo(thread.facts);
  await at.setFact("Dialog", "Room", "512");
  await at.priority("Low");
  await at.tag("move");
  await at.reply("Noted, your parcels will find you");
  await at.snooze("In an hour");
  await at.page.getByText(/Boris snoozed it/).waitFor();
  await at.goTo(thread.chain);
  await at.take();
  await at.reply("You are on the list");
  await at.note("List of the third floor");
  await at.close();
  await at.page.getByText("Boris closed it").waitFor();
}

async function workOfVera(at: DeskPage, thread: Threads): Promise<void> {
  await at.goTo(thread.duel);
  await at.take();
  for (const words of DUEL) await at.reply(`${words} (Vera)`);
  await at.note("The lock was oiled last week");
  await at.goTo(thread.over);
  await at.note("Asked the web team about it");
  await at.tag("calendar");
  await at.priority("High");
  await at.goTo(thread.talk);
  await at.note("There is a spare one in the cabinet");
  await at.tag("spare");
  await at.goTo(thread.lift);
  await at.take();
  await at.reply("It will be gone by tomorrow");
  await at.more("Put back on the team");
  await at.page.getByText("Vera put it back on the team").waitFor();
  await at.goTo(thread.facts);
  await at.note("He is in the plan of the floor already");
}

async function workOfUser(chat: ChatPage): Promise<void> {
  await chat.correct(SUBJECTS.talk, `${SUBJECTS.talk} and slow`);
  for (let n = 1; n <= LEAST_ITEMS; n += 1) await chat.say(`It has got to ${60 + n} degrees`);
  await chat.say(LAST_WORD);
}

/** The line under the name: who owns the dialog since when. */
async function ownerIn(at: DeskPage, thread: string): Promise<string> {
  await at.goTo(thread);
  return at.ownerLine().innerText();
}

/** Waits until the worker has the program: from then on it opens without a network. */
async function opensWithoutNetwork(at: DeskPage): Promise<void> {
  await at.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
}
