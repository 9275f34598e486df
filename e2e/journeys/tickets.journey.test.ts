import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ChatPage, openChatPage } from "../pages/chat-page.ts";
import { becomes } from "../pages/desk-page.ts";
import { HistoryPage } from "../pages/history-page.ts";
import { type GivenFile, TicketPage } from "../pages/ticket-page.ts";
import { TicketTypesPage } from "../pages/ticket-types-page.ts";
import { openChromium } from "../world/chromium.ts";
import { type Colleague, foundTeam, hire, hireFirst, SCREEN, teamsOf } from "../world/crew.ts";
import { type DeskProcess, openDeskProcess } from "../world/desk-process.ts";
import { type FaultProxy, openFaultProxy } from "../world/fault-proxy.ts";
import { pictureOf } from "../world/picture.ts";

let desk: DeskProcess;
let browser: Browser;
let line: FaultProxy;
let nina: Colleague;
let anna: Colleague;
let vera: Colleague;
beforeAll(async () => {
  [desk, browser] = await Promise.all([openDeskProcess(), openChromium()]);
  line = await openFaultProxy(desk.port);
  nina = await hireFirst(await browser.newContext(SCREEN), desk, "Nina");
  const it = await teamsOf(nina);
  const second = await foundTeam(nina, "Line 2");
  anna = await hire(nina, await browser.newContext(SCREEN), "Anna", { teams: it });
  // Vera reaches the desk by a line that can be cut. What her page shows is read out of it by hand, which its own rules do not let a script do.
  vera = await hire(nina, await browser.newContext({ ...SCREEN, bypassCSP: true }), "Vera", {
    teams: [second],
    at: line.origin,
  });
});
afterAll(async () => {
  await browser?.close();
  await line?.close();
  await desk?.close();
});

/** A dialog of somebody new, taken by Anna and open on her desk. */
async function annaTakes(words: string, files: readonly GivenFile[] = []): Promise<{ chat: ChatPage; dialog: string }> {
  const chat = await openChatPage(await browser.newContext({ locale: "en-US" }), desk.printed.chat);
  for (const file of files) await chat.attach(file);
  await chat.say(words);
  await chat.hop(words, "server");
  await anna.desk.page.getByRole("link", { name: "Inbox" }).click();
  await anna.desk.showTab("team");
  const dialog = await anna.desk.threadOf(words);
  await anna.desk.open(dialog);
  await anna.desk.take();
  return { chat, dialog };
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Bytes of every file in the conversation of the ticket that is open, by name, as the page hands them out. */
async function filesIn(at: TicketPage): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const log = at.root().getByRole("log");
  for (const picture of await log.getByRole("img", { name: /^Picture / }).all()) {
    const name = ((await picture.getAttribute("alt")) ?? "").replace("Picture ", "");
    const bytes = await picture.evaluate(async (image: HTMLImageElement) => [
      ...new Uint8Array(await (await fetch(image.src)).arrayBuffer()),
    ]);
    found.set(name, sha256(Uint8Array.from(bytes)));
  }
  for (const file of await log.getByRole("button", { name: /^Save file/ }).all()) {
    const download = at.page.waitForEvent("download");
    await file.click();
    const saved = await download;
    found.set(saved.suggestedFilename(), sha256(await readFile(await saved.path())));
  }
  return found;
}

test("[S16] a ticket of a dialog: every message and every file is reached from it, byte by byte, by another team", async () => {
  const first: readonly GivenFile[] = [
    { name: "front.png", mimeType: "image/png", buffer: await pictureOf(nina.desk.page) },
    { name: "log.txt", mimeType: "text/plain", buffer: Buffer.from("Ошибка 0x80070035\r\n\u{1F4A5} end\n") },
  ];
  const words = "The door reader is dead.\nIt blinks twice: “красный”, then nothing \u{1F6AA}";
  const { chat } = await annaTakes("The door reader is dead", first);
  await chat.correct("The door reader is dead", words);
  await anna.desk.reply("Which door is it?");
  await chat.sees("Which door is it?");
  const second: GivenFile = { name: "table.csv", mimeType: "text/csv", buffer: Buffer.from("door;state\n404;dead\n") };
  await chat.attach(second);
  await chat.say("404, by the stairs");
  await anna.desk.shows("404, by the stairs");
  const third: GivenFile = { name: "back.png", mimeType: "image/png", buffer: await pictureOf(chat.page) };
  await anna.desk.thread().locator("form[data-mode] input[type=file]").setInputFiles([third]);
  await anna.desk.reply("Is this the one?");
  await chat.sees("Is this the one?");
  await anna.desk.note("The same one as in spring");
  await anna.desk.isSettled();
  const { ticket } = await new TicketPage(anna.desk).make("Line 2");

  const at = new TicketPage(vera.desk);
  await at.goTo(ticket);
  await vera.desk.shows("Is this the one?");
  const said = (await vera.desk.lines()).filter((shown) => shown.kind === "talk").map((shown) => shown.text);
  expect(said).toEqual([
    words,
    "Which door is it?",
    "404, by the stairs",
    "Is this the one?",
    "The same one as in spring",
  ]);
  const given = [...first, second, third];
  await becomes(
    async () =>
      at
        .root()
        .getByRole("log")
        .getByRole("img", { name: /^Picture / })
        .count(),
    2,
  );
  const found = await filesIn(at);
  expect(Object.fromEntries(found)).toEqual(
    Object.fromEntries(given.map(({ name, buffer }) => [name, sha256(buffer)])),
  );
  await chat.page.context().close();
});

test("[U15] [S40] [S50] two people edit one ticket, one of them off line: texts and rows are joined, what cannot be is asked once", async () => {
  // A type of the admin's own making holds at once, with no restart.
  const types = new TicketTypesPage(nina.desk.page);
  await types.show();
  await types.add("Meter", [
    { kind: "Number", name: "Reading" },
    { kind: "Choice", name: "Cause", options: ["Cable", "Power"] },
  ]);

  // Anna makes a ticket of it by hand, for another team; a dialog stands behind it all the same, and she keeps it.
  const annas = new TicketPage(anna.desk);
  await anna.desk.page.getByRole("link", { name: "Tickets" }).click();
  await anna.desk.page.getByRole("button", { name: "New ticket" }).first().click();
  const window = anna.desk.page.getByRole("dialog", { name: "New ticket" });
  await window.getByLabel("Title").fill("The meter in the cellar");
  await window.getByLabel("Team").selectOption({ label: "Line 2" });
  await window.getByLabel("Type").selectOption({ label: "Meter" });
  await window.getByLabel("Description").fill("It shows nothing.");
  await window.getByRole("button", { name: /^Make ticket/ }).click();
  await annas
    .root()
    .getByRole("heading", { name: /^#\d+$/ })
    .waitFor({ timeout: 20_000 });
  const ticket = (await annas.root().getAttribute("data-thread")) ?? "";
  await annas.isOpen(ticket);
  await annas
    .section("Links")
    .getByRole("link", { name: /^Dialog: / })
    .waitFor();
  for (const row of ["Open the box", "Read the seal"]) await annas.addRow(row);
  await anna.desk.isSettled();
  const veras = new TicketPage(vera.desk);
  await veras.goTo(ticket);
  await veras.row("Read the seal").waitFor();
  await vera.desk.isSettled();

  // Off line and on line at the same time.
  line.set("refuse");
  await vera.desk.connectionIs("offline");
  await veras.write("Description", "Cellar B. It shows nothing.");
  await veras.field("Reading").fill("17");
  await veras.field("Reading").press("Enter");
  await veras.field("Cause").selectOption({ label: "Cable" });
  await veras.tickRow("Open the box");
  await veras.addRow("Call the landlord");
  await veras.isSaved();
  await annas.write("Description", "It shows nothing. Since Monday.");
  await annas.field("Reading").fill("42");
  await annas.field("Reading").press("Enter");
  await annas.field("Cause").selectOption({ label: "Power" });
  await annas.tickRow("Read the seal");
  await anna.desk.isSettled();

  line.set("pass");
  await vera.desk.networkIsBack();
  await vera.desk.isSettled();
  for (const at of [annas, veras]) {
    await becomes(() => at.text("Description").inputValue(), "Cellar B. It shows nothing. Since Monday.");
    await becomes(
      async () => [...(await at.rows())].sort((a, b) => a.text.localeCompare(b.text)),
      [
        { text: "Call the landlord", done: false },
        { text: "Open the box", done: true },
        { text: "Read the seal", done: true },
      ],
    );
    // Both values with who set them, for each of the two.
    await at.conflict("Reading").waitFor();
    expect(await at.conflict("Reading").innerText()).toMatch(/(17\s+Vera[\s\S]*42\s+Anna)|(42\s+Anna[\s\S]*17\s+Vera)/);
    expect(await at.conflict("Cause").innerText()).toMatch(/Cable\s+Vera/);
    expect(await at.conflict("Cause").innerText()).toMatch(/Power\s+Anna/);
  }

  // One click on one desk settles it on both.
  await annas.conflict("Reading").getByRole("button", { name: "Keep “17”" }).click();
  await veras.conflict("Reading").waitFor({ state: "detached" });
  await veras.conflict("Cause").getByRole("button", { name: "Keep “Power”" }).click();
  await annas.conflict("Cause").waitFor({ state: "detached" });
  for (const at of [annas, veras]) {
    expect(await at.root().locator("section[data-conflict]").count()).toBe(0);
    expect(await at.field("Reading").inputValue()).toBe("17");
    expect(await at.field("Cause").locator("option:checked").innerText()).toBe("Power");
  }
});

test("[U5] time travel: a ticket and a dialog at any moment, an earlier text brought back, the audit exported and verified", async () => {
  const { chat, dialog } = await annaTakes("The projector is out of focus");
  await anna.desk.reply("I send somebody");
  await chat.sees("I send somebody");
  const annas = new TicketPage(anna.desk);
  const { ticket } = await annas.make("Line 2");

  const at = new TicketPage(vera.desk);
  await at.goTo(ticket);
  await becomes(() => at.text("Description").inputValue(), "The projector is out of focus");
  await at.take();
  await at.write("Description", "Room 12, the lens is loose");
  await at.setStatus("In work");
  await at.write("Description", "See above");
  await at.give("Anna");
  await vera.desk.isSettled();

  // The ticket, back to when the better text stood there.
  await at.more("History");
  const past = new HistoryPage(vera.desk.page);
  await past.isOpen();
  const steps = await past.steps();
  await past.slideTo(1);
  expect(await past.fact("Owner")).toBe("Nobody");
  await past.slideTo(steps);
  expect(await past.fact("Owner")).toBe("Anna");
  const step = await past.backUntil(async () => (await past.content().innerText()).includes("the lens is loose"));
  expect(await past.fact("Owner")).toBe("Vera");
  expect(await past.fact("State")).toBe("In work");
  const earlier = await past.backUntil(async () => (await past.fact("State")) === "New");
  expect(earlier).toBeLessThan(step);
  expect(await past.fact("Owner")).toBe("Vera");
  await past.content().getByRole("button", { name: "Bring this text back" }).click();
  await vera.desk.page.getByText("Brought back as a new change").waitFor();
  await past.close();
  await becomes(() => at.text("Description").inputValue(), "Room 12, the lens is loose");
  await vera.desk.isSettled();

  // It was brought back by one step more; the whole is signed and unaltered.
  await at.more("History");
  await past.isOpen();
  await becomes(() => past.steps(), steps + 1);
  const exported = (await past.exportJson()) as { readonly thread: string; readonly items: readonly unknown[] };
  expect(exported.thread).toBe(ticket);
  expect(exported.items).toHaveLength(steps + 1);
  expect(await past.verify()).toBe(`${steps + 1} entries: none is missing, altered or moved.`);
  await past.close();

  // The dialog.
  await anna.desk.goTo(dialog);
  await anna.desk.more("History");
  const talk = new HistoryPage(anna.desk.page);
  await talk.isOpen();
  await talk.slideTo(1);
  expect(await talk.fact("Owner")).toBe("Nobody");
  const answered = await talk.backUntil(async () => (await talk.happened()) === "Anna: I send somebody");
  expect(await talk.fact("Owner")).toBe("Anna");
  expect(answered).toBeGreaterThan(1);
  expect(await talk.verify()).toMatch(/^\d+ entries: none is missing, altered or moved\.$/);
  await talk.close();
  await chat.page.context().close();
});
