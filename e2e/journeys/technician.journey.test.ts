import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ChatPage, openChatPage } from "../pages/chat-page.ts";
import { becomes, DeskPage } from "../pages/desk-page.ts";
import { JobsPage } from "../pages/jobs-page.ts";
import { TicketPage } from "../pages/ticket-page.ts";
import { openChromium } from "../world/chromium.ts";
import { type Colleague, foundTeam, hire, hireFirst, PASSWORD, SCREEN, teamsOf } from "../world/crew.ts";
import { type DeskProcess, openDeskProcess } from "../world/desk-process.ts";
import { type FaultProxy, openFaultProxy } from "../world/fault-proxy.ts";
import { pictureOf } from "../world/picture.ts";

const PHONE = { locale: "en-US", viewport: { width: 390, height: 844 }, acceptDownloads: true };
/** The team that a new desk has. */
const FIRST_TEAM = "Поддержка";

let desk: DeskProcess;
let browser: Browser;
let line: FaultProxy;
let nina: Colleague;
let anna: Colleague;
let gleb: Colleague;
beforeAll(async () => {
  [desk, browser] = await Promise.all([openDeskProcess(), openChromium()]);
  line = await openFaultProxy(desk.port);
  nina = await hireFirst(await browser.newContext(SCREEN), desk, "Nina");
  const it = await teamsOf(nina);
  const second = await foundTeam(nina, "Line 2");
  anna = await hire(nina, await browser.newContext(SCREEN), "Anna", { teams: it });
  gleb = await hire(nina, await browser.newContext(PHONE), "Gleb", {
    role: "technician",
    teams: [second],
    at: line.origin,
  });
});
afterAll(async () => {
  await browser?.close();
  await line?.close();
  await desk?.close();
});

/** A ticket for line 2 of what somebody writes, with a row to tick, on Gleb and on his phone; then his phone has no network. */
async function glebIsOffWith(words: string, row: string): Promise<{ chat: ChatPage; ticket: string; at: TicketPage }> {
  const chat = await openChatPage(await browser.newContext({ locale: "en-US" }), desk.printed.chat);
  await chat.say(words);
  await chat.hop(words, "server");
  await anna.desk.page.getByRole("link", { name: "Inbox" }).click();
  await anna.desk.showTab("team");
  await anna.desk.open(await anna.desk.threadOf(words));
  await anna.desk.take();
  const { ticket } = await new TicketPage(anna.desk).make("Line 2");
  const ninas = new TicketPage(nina.desk);
  await ninas.goTo(ticket);
  await becomes(() => ninas.text("Description").inputValue(), words);
  await ninas.addRow(row);
  await ninas.give("Gleb");
  await nina.desk.isSettled();

  const jobs = new JobsPage(gleb.desk.page);
  await jobs.show();
  await jobs.job(ticket).getByText(words).waitFor();
  await jobs.isReadyToGo();
  const at = await jobs.open(ticket);
  await at.row(row).waitFor();
  await jobs.desk.isSettled();
  line.set("refuse");
  await jobs.desk.connectionIs("offline");
  return { chat, ticket, at };
}

/** The phone has its network again, and everything that it may send is sent. */
async function glebIsBack(): Promise<void> {
  line.set("pass");
  await gleb.desk.networkIsBack();
  await gleb.desk.isSettled();
  expect(await gleb.desk.page.getByText(/refused/).count()).toBe(0);
}

const photo = async (name: string) => ({
  name,
  mimeType: "image/png",
  buffer: await pictureOf(anna.desk.page),
});

test("[CL24] [S46] a ticket goes to another team while its technician works off line: his edits are in it, his result is accepted in one click", async () => {
  const { chat, ticket, at } = await glebIsOffWith("The barrier does not open", "Oil the hinge");

  // A lead gives it to another team, where Anna takes it and writes in it.
  const ninas = new TicketPage(nina.desk);
  await ninas.transfer(FIRST_TEAM);
  const annas = new TicketPage(anna.desk);
  await annas.goTo(ticket);
  await annas.take();
  await annas.addRow("Call the manufacturer");
  await annas.setStatus("In work");

  // He knows nothing of it and does his work.
  await at.tickRow("Oil the hinge");
  await at.takePhotos([await photo("hinge.png")]);
  await at.write("Diagnosis", "The hinge was rusty");
  await at.sign("Robin Guard");
  await at.root().getByRole("button", { name: "Done", exact: true }).click();
  await at.statusIs("Done");
  await glebIsBack();

  // All of it is there, and the ticket stands as its owner left it, until she accepts.
  await annas.heldVisits().getByText("Result of a visit: Gleb").waitFor();
  await annas.statusIs("In work");
  await annas.ownerIs("You");
  await becomes(
    async () => [...(await annas.rows())].sort((a, b) => a.text.localeCompare(b.text)),
    [
      { text: "Call the manufacturer", done: false },
      { text: "Oil the hinge", done: true },
    ],
  );
  expect(await annas.text("Diagnosis").inputValue()).toBe("The hinge was rusty");
  await becomes(async () => (await annas.photos()).length, 1);
  await annas.section("Visit").getByRole("img", { name: "Signed: Robin Guard" }).waitFor();
  expect((await chat.notices()).some(({ words }) => words.includes("done"))).toBe(false);
  await annas.heldVisits().getByRole("button", { name: "Accept", exact: true }).click();
  await annas.statusIs("Done");
  await annas.heldVisits().waitFor({ state: "detached" });
  await becomes(
    async () => (await chat.notices()).map(({ words }) => words),
    ["Request 1001 created", "Request 1001: In work", "Request 1001 is done"],
  );
  await chat.page.context().close();
});

test("[U9] [S46] [S20] a phone that may die: its work goes into a locked file, out by another device, once", async () => {
  const { chat, ticket, at } = await glebIsOffWith("The gate squeaks", "Grease it");
  await at.tickRow("Grease it");
  await at.takePhotos([await photo("gate.png")]);
  await at.show("Conversation");
  await at.comment("It is greased");
  await at.show("Ticket");
  await at.setStatus("Done");
  const old = new JobsPage(gleb.desk.page);
  await old.show();
  const file = await old.saveUnsent("a basement in November");

  // Another device of his, with a network. Other words do not open the file.
  const other = await DeskPage.open(await browser.newContext(PHONE), `${desk.origin}/#/sign-in`);
  await other.signIn(gleb.email, PASSWORD);
  const fresh = new JobsPage(other.page);
  await fresh.show();
  const refused = await fresh.takeIn(file, "a basement in December");
  await refused.getByText("The words do not open it.").waitFor({ timeout: 20_000 });
  const taken = await fresh.takeIn(file, "a basement in November");
  await taken.getByText(/on this device now and will be sent once\.$/).waitFor({ timeout: 20_000 });
  await taken.getByRole("button", { name: "Done" }).click();
  await other.isSettled();
  await chat.sees("It is greased");
  const told = ["Request 1002 created", "Request 1002 is done"];
  await becomes(async () => (await chat.notices()).map(({ words }) => words), told);
  const ninas = new TicketPage(nina.desk);
  await ninas.statusIs("Done");
  expect(await ninas.rows()).toEqual([{ text: "Grease it", done: true }]);
  await becomes(async () => (await ninas.photos()).length, 1);

  // The phone lives after all; and the file is taken in once more.
  await glebIsBack();
  const again = await fresh.takeIn(file, "a basement in November");
  await again.getByText(/will be sent once\.$|on this device already\.$/).waitFor({ timeout: 20_000 });
  await again.getByRole("button", { name: "Done" }).click();
  await other.isSettled();
  // What is told now is told behind all that could have been told twice.
  await ninas.goTo(ticket);
  await ninas.setStatus("Closed");
  await becomes(async () => (await chat.notices()).map(({ words }) => words), [...told, "Request 1002: Closed"]);
  expect((await chat.bubbles()).map(({ text }) => text)).toEqual(["The gate squeaks", "It is greased"]);
  expect(await ninas.rows()).toEqual([{ text: "Grease it", done: true }]);
  expect(await ninas.photos()).toHaveLength(1);
  const said = (await nina.desk.lines()).map((shown) => shown.text);
  expect(said.filter((text) => text === "It is greased")).toHaveLength(1);
  await chat.page.context().close();
});
