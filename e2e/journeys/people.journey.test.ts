import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openChatPage } from "../pages/chat-page.ts";
import { becomes, type DeskPage } from "../pages/desk-page.ts";
import { PeoplePage } from "../pages/people-page.ts";
import { openChromium } from "../world/chromium.ts";
import { type Colleague, hire, hireFirst, SCREEN } from "../world/crew.ts";
import { type DeskProcess, openDeskProcess } from "../world/desk-process.ts";
import { type FaultProxy, openFaultProxy } from "../world/fault-proxy.ts";

let desk: DeskProcess;
let browser: Browser;
let line: FaultProxy;
let nina: Colleague;
let anna: Colleague;
beforeAll(async () => {
  [desk, browser] = await Promise.all([openDeskProcess(), openChromium()]);
  line = await openFaultProxy(desk.port);
  nina = await hireFirst(await browser.newContext(SCREEN), desk, "Nina");
  anna = await hire(nina, await browser.newContext(SCREEN), "Anna", { at: line.origin });
});
beforeEach(() => line.set("pass"));
afterAll(async () => {
  await browser?.close();
  await line?.close();
  await desk?.close();
});

/** Somebody writes by the link from a browser of his own; the agent opens it and writes down who it is. */
async function writes(at: DeskPage, words: string, facts: Readonly<Record<string, string>>): Promise<string> {
  const chat = await openChatPage(await browser.newContext({ locale: "en-US" }), desk.printed.chat);
  await chat.say(words);
  await at.page.getByRole("link", { name: "Inbox", exact: true }).click();
  await at.showTab("team");
  const thread = await at.threadOf(words);
  await at.open(thread);
  for (const [label, value] of Object.entries(facts)) await at.setFact("Person", label, value);
  return thread;
}

const peopleOf = async (who: Colleague): Promise<readonly string[]> => {
  const people = new PeoplePage(who.desk.page);
  await people.show();
  return people.names();
};

test("[S2] [S3] [S27] [U14] two chats, one suggested merge, one profile with both, and two again", async () => {
  const at = anna.desk;
  await writes(at, "My badge does not open the door", { Name: "Oleg Petrov", Phone: "8 (912) 345-67-89", Room: "312" });
  const second = await writes(at, "The badge again, from my phone", { Name: "Oleg P." });
  const alike = at.details().getByTestId("alike");
  expect(await alike.count()).toBe(0);
  // What is no address is told where it stands, and nothing is written.
  await at.setFact("Person", "E-mail", "oleg at home");
  await at.details().getByText("This is no e-mail address.").waitFor();
  await at.fact("Person", "E-mail").press("Escape");
  await at.setFact("Person", "E-mail", "oleg@home.example");
  // The same number, written as he writes it: nobody searches for anything.
  await at.setFact("Person", "Phone", "+7 912 345 67 89");
  await alike.getByText("the same phone").waitFor();
  await alike.getByRole("button", { name: "Merge with Oleg Petrov" }).click();
  const people = new PeoplePage(at.page);
  for (const value of ["Oleg Petrov", "Oleg P.", "312", "oleg@home.example"]) {
    await people.question().getByText(value, { exact: true }).first().waitFor();
  }
  await people.question().getByRole("columnheader", { name: "Oleg Petrov" }).getByRole("radio").check();
  await people.confirmMerge();
  await at.page.getByText("Now one person: Oleg Petrov").waitFor();

  // The open dialog shows the room of the other card at a glance, and what he came with before.
  await at.details().locator("li", { hasText: "Room" }).getByText("312").waitFor();
  await at.details().getByText("My badge does not open the door").waitFor();
  await becomes(
    () =>
      at
        .row(second)
        .innerText()
        .then((text) => text.includes("Oleg Petrov")),
    true,
  );
  expect(await alike.count()).toBe(0);

  // One in the list, with both contacts, for a colleague as well; found by what only the other card says.
  await becomes(() => peopleOf(nina), ["Oleg Petrov"]);
  const ninas = new PeoplePage(nina.desk.page);
  await ninas.open("Oleg Petrov");
  expect(await ninas.contacts()).toBe(2);
  expect(await ninas.fact("E-mail").inputValue()).toBe("oleg@home.example");
  await ninas.card().getByText("also: Oleg P.").waitFor();
  await ninas.card().getByText("by a suggestion").waitFor();

  // Parted by the colleague: both are there again, with what is theirs, and are not suggested any more.
  await ninas.part();
  await becomes(() => peopleOf(anna), ["Oleg P.", "Oleg Petrov"]);
  await people.open("Oleg P.");
  expect(await people.fact("E-mail").inputValue()).toBe("oleg@home.example");
  expect(await people.fact("Room").inputValue()).toBe("");
  expect(await people.contacts()).toBe(1);
  expect(await people.card().getByTestId("alike").count()).toBe(0);
  await people.card().getByText("Merged and parted").click();
  await becomes(() => people.card().getByTestId("merge-history").locator("li").count(), 2);
  await people.card().getByTestId("merge-history").getByText("are not the same").waitFor();
});

test("[S3] [U14] merged by hand without a network: one at once here, for all when it is back, undone in one press", async () => {
  const at = anna.desk;
  await writes(at, "Where is the printer?", { Name: "Vera Orlova", Phone: "+7 495 765-43-21" });
  await writes(at, "Printer: found, no paper", { Name: "V. Orlova" });
  await at.isSettled();
  await becomes(
    async () => (await peopleOf(nina)).filter((name) => name.includes("Orlova")),
    ["V. Orlova", "Vera Orlova"],
  );
  line.set("refuse");
  await at.connectionIs("offline");
  const people = new PeoplePage(at.page);
  await people.show();
  await people.open("Vera Orlova");
  await people.card().getByText("There is no network").waitFor();
  await people.card().getByRole("button", { name: "Merge with another card" }).click();
  await at.page.getByRole("combobox", { name: "Merge with another card" }).fill("orl");
  await at.pick("V. Orlova");
  await people.confirmMerge();
  await people.card().getByText("Not sent yet").waitFor();
  expect(await people.contacts()).toBe(2);
  await becomes(async () => (await people.names()).filter((name) => name.includes("Orlova")).length, 1);
  expect((await peopleOf(nina)).filter((name) => name.includes("Orlova"))).toHaveLength(2);
  line.set("pass");
  await at.networkIsBack();
  await at.isSettled();
  await becomes(async () => (await peopleOf(nina)).filter((name) => name.includes("Orlova")).length, 1);
  await people.part();
  await becomes(async () => (await peopleOf(nina)).filter((name) => name.includes("Orlova")).length, 2);
  // And once more: what was done in one press is undone in one.
  await people.open("Vera Orlova");
  await people.card().getByRole("button", { name: "Merge with another card" }).click();
  await at.page.getByRole("combobox", { name: "Merge with another card" }).fill("orl");
  await at.pick("V. Orlova");
  await people.confirmMerge();
  await becomes(async () => (await people.names()).filter((name) => name.includes("Orlova")).length, 1);
  await at.page.getByRole("button", { name: "Undo" }).last().click();
  await at.page.getByText("Parted again").waitFor();
  await becomes(async () => (await people.names()).filter((name) => name.includes("Orlova")).length, 2);
});

test("[S14] [S50] a company by its domain, a device and who had it, a field of one's own", async () => {
  const { page } = nina.desk;
  const people = new PeoplePage(page);
  await page.evaluate(() => {
    location.hash = "#/settings/card-fields";
  });
  await page.getByRole("button", { name: "Add a field" }).click();
  const field = page.locator("form section").first();
  await page.getByRole("button", { name: "Save", exact: true }).isDisabled();
  await field.getByLabel("Name in Russian").fill("Этаж");
  await field.getByLabel("Name in English").fill("Floor");
  await field.getByLabel("Kind").selectOption({ label: "Number" });
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved").first().waitFor();

  await people.show("companies");
  await page.getByRole("button", { name: "New company" }).click();
  await people.setFact("Name", "Orlova and sons");
  await people.setFact("Mail domains", "orlova.example");
  await people.show();
  await people.open("Vera Orlova");
  await people.setFact("Floor", "third");
  await people.card().getByText("A number is needed here.").waitFor();
  await people.setFact("Floor", "3");
  await people.setFact("E-mail", "vera@spb.orlova.example");
  await people.card().getByText("Orlova and sons, by the mail's domain?").waitFor();
  await people.card().getByRole("button", { name: "Yes" }).click();
  await people.card().getByRole("link", { name: "Open the company" }).click();
  await people.card().getByRole("link", { name: "Vera Orlova" }).waitFor();

  await people.show("assets");
  await page.getByRole("button", { name: "New device" }).click();
  await people.setFact("Name", "Printer 7");
  for (const [who, had] of [
    ["Vera Orlova", 1],
    ["Oleg Petrov", 2],
  ] as const) {
    await people
      .card()
      .getByRole("button", { name: /^Whose/ })
      .click();
    await nina.desk.pick(who);
    await becomes(() => people.card().getByTestId("holders").getByRole("link").count(), had);
  }
  const holders = people.card().getByTestId("holders").getByRole("link");
  expect((await holders.allInnerTexts()).map((text) => text.split(",")[0])).toEqual(["Oleg Petrov", "Vera Orlova"]);
  // At a glance in the open dialog, with a way to its page; for a colleague as well.
  await anna.desk.isSettled();
  await anna.desk.page.getByRole("link", { name: "Inbox", exact: true }).click();
  await anna.desk.showTab("team");
  await anna.desk.open(await anna.desk.threadOf("My badge does not open the door"));
  await anna.desk.details().locator("li", { hasText: "Device" }).getByText("Printer 7").waitFor();
  await people.show();
  await people.open("Vera Orlova");
  expect(await people.fact("Floor").inputValue()).toBe("3");
  expect(await people.card().getByRole("link", { name: "Printer 7" }).count()).toBe(0);
});
