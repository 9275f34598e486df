import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { derivedThreadId, type ThreadId, userIdOfSecret } from "../../shared/kernel/ids.ts";
import { ANNA, ChatTwin, standIn, until } from "../chat/chat-twin.contract.ts";
import { checkState, isCheck } from "../chat/checks.ts";
import { type ChatDatabase, openChatDatabase } from "../chat/database.ts";
import { openPortalEngine, type PortalEngine } from "./engine.ts";
import { emptyPortal, type PortalModel } from "./model.ts";
import { PortalTwin } from "./portal-twin.contract.ts";

const SECRET = "aB3_-".repeat(8) + "xyz";
const DONE = { number: 1_001, status: "done", ru: "Выполнена", en: "Done" };

type Page = { readonly engine: PortalEngine; readonly database: ChatDatabase; readonly model: () => PortalModel };

let twin: PortalTwin;
let browser: EventTarget;
let disks = 0;
const pages: Page[] = [];
beforeEach(() => {
  twin = new PortalTwin(new ChatTwin());
  browser = standIn(twin);
});
afterEach(() => {
  for (const page of pages.splice(0)) shut(page);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function shut({ engine, database }: Page): void {
  engine.close();
  database.close();
}

function freshDisk(): string {
  disks += 1;
  return `portal-disk-${disks}`;
}

async function open(disk: string): Promise<Page> {
  const database = await openChatDatabase(disk);
  let model = emptyPortal;
  const engine = await openPortalEngine({
    database,
    secret: SECRET,
    name: userIdOfSecret(SECRET),
    locale: () => "en",
    show: (next) => {
      model = next;
    },
  });
  const page = { engine, database, model: () => model };
  pages.push(page);
  return page;
}

const isLive = (page: Page): boolean => page.model().connection.state === "live";
const list = (page: Page) => page.model().tickets?.answer.tickets ?? [];
const view = (page: Page, ticket: ThreadId) => page.model().views[ticket];
const said = (page: Page, ticket: ThreadId): readonly string[] =>
  (view(page, ticket)?.seen?.answer.items ?? []).flatMap((item) => (item.text === undefined ? [] : [item.text]));

/** A page with one request that the desk made a ticket of, opened in it. */
async function openWithTicket(disk: string): Promise<{ page: Page; ticket: ThreadId; dialog: ThreadId }> {
  const page = await open(disk);
  await until(() => isLive(page), "the desk");
  await page.engine.ask({ title: "", text: "The chair is broken", files: [] });
  await until(() => list(page).length === 1, "the ticket");
  const [first] = list(page);
  if (first?.dialog === undefined) throw new Error("a ticket with a dialog");
  await page.engine.look(first.ticket);
  return { page, ticket: first.ticket, dialog: first.dialog };
}

/** Lets everything come to rest that is under way. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  await vi.advanceTimersByTimeAsync(20_000);
}

/** The server is not reached any more. */
function cut(): void {
  twin.desk.weather = "down";
  twin.hangUp();
}

describe("[S19] the portal without a network", () => {
  it("opens cold with the list and the tickets that were seen, and says that it is off line", async () => {
    const disk = freshDisk();
    const { page: before, ticket } = await openWithTicket(disk);
    shut(before);
    cut();
    const page = await open(disk);
    expect(page.model().access).toBe("open");
    expect(list(page).map((one) => one.number)).toEqual([1_001]);
    await page.engine.look(ticket);
    expect(view(page, ticket)?.state).toBe("failed");
    expect(said(page, ticket)).toEqual(["The chair is broken"]);
    await until(() => page.model().connection.state === "offline", "the truth about the line");
    const unseen = derivedThreadId("ticket", "never-opened");
    await page.engine.look(unseen);
    expect(view(page, unseen)).toEqual({ seen: undefined, state: "failed" });
  });

  it("[U10] a comment and a new request wait, stand in their places, and go once", async () => {
    const disk = freshDisk();
    const { page: before, ticket, dialog } = await openWithTicket(disk);
    shut(before);
    cut();
    const offline = await open(disk);
    await offline.engine.write(dialog, [{ kind: "message", text: "Any news?" }]);
    await offline.engine.ask({ title: "Lamp", text: "It flickers", files: [] });
    expect(offline.model().asked).toMatchObject([{ title: "Lamp", waits: true }]);
    shut(offline);
    const page = await open(disk);
    expect(page.model().queued.map(({ item }) => item.kind)).toEqual(["message", "open", "message"]);
    await page.engine.look(ticket);
    twin.desk.swallowsAnswers = 2;
    twin.desk.weather = "fine";
    browser.dispatchEvent(new Event("online"));
    await until(() => list(page).length === 2 && page.model().queued.length === 0, "both at the desk");
    await until(() => page.model().asked.length === 0, "the request has its number");
    expect(twin.desk.texts(dialog)).toEqual(["The chair is broken", "Any news?"]);
    await until(() => said(page, ticket).includes("Any news?"), "the comment in its ticket");
    expect(said(page, ticket)).toEqual(["The chair is broken", "Any news?"]);
    expect([...twin.desk.threads.values()].filter(({ head }) => head.kind === "dialog")).toHaveLength(2);
  });

  it("[S22] accepting waits too, is shown at once, and reaches the desk exactly once", async () => {
    const disk = freshDisk();
    const { page: before, ticket, dialog } = await openWithTicket(disk);
    const { inc, epoch } = twin.desk.thread(ticket).head;
    twin.desk.write(ANNA, ticket, "claim", {});
    twin.desk.write(ANNA, ticket, "status", { base: { inc, epoch: epoch + 1 }, status: "done" });
    const notice = twin.desk.notice(dialog, { code: "ticket-done", params: DONE, via: ticket });
    await until(() => view(before, ticket)?.seen?.answer.check?.notice === notice.id, "the question");
    shut(before);
    cut();
    const page = await open(disk);
    await page.engine.look(ticket);
    await page.engine.write(dialog, [{ kind: "accept", of: notice.id, via: ticket, answer: "accept" }]);
    const asked = view(page, ticket)?.seen?.answer.items.find(isCheck);
    if (asked === undefined) throw new Error("the question is shown");
    expect(checkState(asked, [asked], page.model().queued)).toMatchObject({ given: { answer: "accept", waits: true } });
    twin.desk.swallowsAnswers = 1;
    twin.desk.weather = "fine";
    browser.dispatchEvent(new Event("online"));
    await until(() => page.model().queued.length === 0 && isLive(page), "the answer at the desk");
    const given = twin.desk.thread(dialog).items.filter((item) => item.kind === "accept");
    expect(given).toMatchObject([{ of: notice.id, via: ticket, answer: "accept" }]);
  });
});

describe("the portal with a network", () => {
  it("hears of what is said while it is open, and asks only for what has changed", async () => {
    const { page, ticket, dialog } = await openWithTicket(freshDisk());
    await quiet();
    const before = twin.calls.length;
    for (const text of ["One", "Two", "Three", "We bring a new one"]) twin.desk.reply(dialog, text);
    await until(() => said(page, ticket).includes("We bring a new one"), "the answer");
    await quiet();
    const asked = twin.calls.slice(before);
    expect(new Set(asked)).toEqual(new Set(["GET /tickets", `GET /tickets/${ticket}`]));
    expect(asked.length).toBeLessThanOrEqual(4);
  });

  it("an address that is no longer good shows nothing of what it showed, here or after a reload", async () => {
    for (const [door, access] of [
      ["link-expired", "expired"],
      ["link-revoked", "revoked"],
      ["link-unknown", "unknown"],
    ] as const) {
      twin.door = "open";
      const disk = freshDisk();
      const { page } = await openWithTicket(disk);
      twin.door = door;
      twin.hangUp();
      await until(() => page.model().access === access, access);
      expect([page.model().tickets, page.model().me, page.model().views]).toEqual([undefined, undefined, {}]);
      shut(page);
      cut();
      const again = await open(disk);
      expect([again.model().access, again.model().tickets]).toEqual(["opening", undefined]);
      shut(again);
      twin.desk.weather = "fine";
      twin.desk.threads.clear();
    }
  });
});
