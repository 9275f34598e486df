import { describe, expect, it, vi } from "vitest";
import { DIALOG } from "../../shared/testing/thread-world.ts";
import { type BrowserTwin, settle, until } from "../platform/browser-twin.contract.ts";
import { openAccount, tellTabs } from "./account.ts";
import { openJournal } from "./journal.ts";
import type { Person } from "./people.ts";
import { anna, boris, ReplicaWorld, type Tab, visitor } from "./replica-world.contract.ts";

/** Two tabs of Anna's, both live and watching the dialog; the first leads. */
async function twoTabs() {
  const world = new ReplicaWorld();
  world.openDialog();
  const browser = world.browser();
  const person = await world.person(browser, anna);
  const first = await watching(world, browser, person);
  const second = await watching(world, browser, person);
  return { world, browser, person, first, second };
}
async function watching(world: ReplicaWorld, browser: BrowserTwin, person: Person): Promise<Tab> {
  const tab = await world.open(browser, person);
  tab.replica.watch(DIALOG);
  await until(() => tab.connection.state === "live" && tab.views.get(DIALOG)?.whole === true, "a live tab");
  return tab;
}
const notes = (world: ReplicaWorld) =>
  world.desk.thread().items.flatMap((item) => (item.kind === "note" ? [item.text] : []));

describe("tabs of one person on one browser", () => {
  it("one of them leads: one socket, and both hear", async () => {
    const { world, browser, first, second } = await twoTabs();
    const bootstraps = world.desk.calls.filter((call) => call.includes("bootstrap")).length;
    expect(bootstraps).toBe(1);
    await second.replica.write({ kind: "note", thread: DIALOG, text: "from the second" });
    await until(() => second.connection.unsent === 0 && first.texts().includes("from the second"), "the note in both");
    world.put(visitor, "message", { text: "to both" });
    await until(() => first.texts().includes("to both") && second.texts().includes("to both"), "the message in both");
    expect(browser.tabs.size).toBe(2);
    await first.replica.close();
    await second.replica.close();
  });

  it("[S47] the own telephone rings in every tab at once, and not again in one that comes later", async () => {
    const { world, browser, person, first, second } = await twoTabs();
    const rings = (tab: Tab) => tab.events.flatMap((event) => (event.t === "call" ? [event.ring.call] : []));
    world.desk.callOf(anna.id, {
      call: "1",
      state: "ringing",
      direction: "in",
      extension: "101",
      number: "+79161234567",
    });
    world.desk.callOf(boris.id, { call: "2", state: "ringing", direction: "in", extension: "102", number: "" });
    await until(() => rings(first).length === 1 && rings(second).length === 1, "both ring");
    const third = await watching(world, browser, person);
    world.desk.callOf(anna.id, { call: "3", state: "ringing", direction: "in", extension: "101", number: "" });
    await until(() => rings(third).length === 1, "the third rings");
    expect([rings(first), rings(second), rings(third)]).toEqual([["1", "3"], ["1", "3"], ["3"]]);
    for (const tab of [first, second, third]) await tab.replica.close();
  });

  it("what a screen says while it goes, after the sign-out, is said to nobody and breaks nothing", async () => {
    const { first, second } = await twoTabs();
    await first.replica.signOut({ evenUnsent: false });
    first.replica.read(DIALOG, 1);
    first.replica.typing(DIALOG, false);
    await second.replica.close();
    second.replica.typing(DIALOG, false);
    expect(second.connection.unsent).toBe(0);
  });

  it("[I3] a leader that is killed loses nothing: the other tab goes on with what both wrote", async () => {
    const { world, first, second } = await twoTabs();
    world.desk.weather = "swallows";
    await first.replica.write({ kind: "note", thread: DIALOG, text: "by the leader" });
    await second.replica.write({ kind: "note", thread: DIALOG, text: "by the other" });
    await settle();
    expect(second.view.unsent.length).toBe(2);
    world.desk.weather = "fine";
    first.tab.kill();
    await until(() => second.connection.state === "live" && second.connection.unsent === 0, "the second leads");
    expect(notes(world)).toEqual(["by the leader", "by the other"]);
    await second.replica.close();
  });

  it("[I3] a leader that is frozen is replaced by a visible tab, and its thaw sends nothing twice", async () => {
    const { world, browser, first, second } = await twoTabs();
    world.desk.weather = "swallows";
    await first.replica.write({ kind: "note", thread: DIALOG, text: "before the frost" });
    first.tab.freeze();
    world.desk.weather = "fine";
    await second.replica.write({ kind: "note", thread: DIALOG, text: "in the frost" });
    await browser.crank(20_000);
    await until(() => second.connection.state === "live" && second.connection.unsent === 0, "the second leads");
    world.put(visitor, "message", { text: "unheard by the frozen one" });
    await until(() => second.texts().includes("unheard by the frozen one"), "the message");
    first.tab.thaw();
    await browser.crank(5_000);
    await until(
      () => first.texts().includes("unheard by the frozen one") && first.connection.unsent === 0,
      "the thawed tab knows",
    );
    await first.replica.write({ kind: "note", thread: DIALOG, text: "after the thaw" });
    await until(() => notes(world).length === 3, "the last note");
    expect(notes(world)).toEqual(["before the frost", "in the frost", "after the thaw"]);
    await first.replica.close();
    await second.replica.close();
  });

  it("a leader that answers is not robbed; one that has been hidden for long gives way to a visible tab", async () => {
    const { world, browser, first, second } = await twoTabs();
    const sockets = vi.spyOn(world.desk, "openSocket");
    await browser.crank(30_000);
    expect(sockets).not.toHaveBeenCalled();
    first.tab.hint("hidden");
    await browser.crank(30_000);
    expect(sockets).not.toHaveBeenCalled();
    await browser.crank(40_000);
    expect(sockets).toHaveBeenCalledTimes(1);
    await until(() => second.connection.state === "live", "the second leads");
    await first.replica.close();
    await second.replica.close();
  });

  it("[I10] a tab that opens while work is unsent shows it", async () => {
    const { world, browser, person, first } = await twoTabs();
    world.desk.weather = "swallows";
    await first.replica.write({ kind: "claim", thread: DIALOG });
    const third = await world.open(browser, person);
    third.replica.watch(DIALOG);
    await until(() => third.views.has(DIALOG), "the dialog");
    expect(third.view.provisional.owner).toBe(anna.id);
    expect(third.states()).toEqual(["claim sending"]);
  });
});

describe("people of one browser", () => {
  it("another person's sign-in opens his own desk and shows how much the first has not sent", async () => {
    const { world, browser, first, second } = await twoTabs();
    world.desk.weather = "down";
    world.desk.cutLines();
    await until(() => first.connection.state === "offline", "off line");
    await first.replica.write({ kind: "note", thread: DIALOG, text: "Anna's" });
    await first.replica.write({ kind: "note", thread: DIALOG, text: "Anna's too" });
    await first.replica.close();
    await second.replica.close();
    world.desk.weather = "fine";
    const other = await world.person(browser, boris);
    const tab = await watching(world, browser, other);
    await until(() => tab.others === 2, "the count");
    expect(tab.connection.unsent).toBe(0);
    expect(notes(world)).toEqual([]);
    await tab.replica.close();
    const back = await watching(world, browser, await world.person(browser, anna));
    await until(() => back.connection.unsent === 0, "Anna's work is sent");
    expect(notes(world)).toEqual(["Anna's", "Anna's too"]);
    await back.replica.close();
  });

  it("[I3] nothing of one person goes under another's session, though his tab is still open", async () => {
    const { world, browser, first, second } = await twoTabs();
    await second.replica.close();
    await world.person(browser, boris);
    tellTabs(first.tab.environment, { t: "present", author: boris.id });
    await until(() => first.connection.state === "signed-out", "signed out");
    await first.replica.write({ kind: "note", thread: DIALOG, text: "waits" });
    await browser.crank(30_000);
    first.tab.hint("online");
    await browser.crank(30_000);
    expect(first.connection).toEqual({ state: "signed-out", unsent: 1 });
    expect(notes(world)).toEqual([]);
    await first.replica.close();
  });

  it("a sign-out says what would be left unsent, leaves no share of the desk behind, and keeps the journal", async () => {
    const { world, browser, person, first, second } = await twoTabs();
    await second.replica.close();
    world.desk.weather = "down";
    world.desk.cutLines();
    await until(() => first.connection.state === "offline", "off line");
    await first.replica.write({ kind: "note", thread: DIALOG, text: "unsent" });
    expect(await first.replica.signOut({ evenUnsent: false })).toEqual({ unsent: 1 });
    expect(first.connection).toMatchObject({ state: "offline", unsent: 1 });
    expect(await first.replica.signOut({ evenUnsent: true })).toEqual({ unsent: 1 });
    expect(await openJournal(browser.prefix, anna.id).count()).toBe(1);
    const account = openAccount(browser.openTab().environment);
    expect(await account.present()).toBeUndefined();
    expect(await account.unsentOfAll()).toBe(1);
    const cold = await world.open(browser, person);
    await settle();
    expect(cold.events.flatMap((event) => (event.t === "heads" ? event.heads : []))).toEqual([]);
    const outbox = cold.events.flatMap((event) => (event.t === "outbox" ? event.unsent : []));
    expect(outbox.some(({ item }) => "text" in item && item.text === "unsent")).toBe(true);
    await cold.replica.close();
  });

  it("a full disk is told, the write is refused whole, and work goes on when there is room", async () => {
    const { world, first } = await twoTabs();
    const add = vi.spyOn(IDBObjectStore.prototype, "add").mockImplementation(() => {
      throw new DOMException("no room", "QuotaExceededError");
    });
    await expect(first.replica.write({ kind: "note", thread: DIALOG, text: "too much" })).rejects.toMatchObject({
      code: "storage-full",
    });
    add.mockRestore();
    expect(first.view.unsent).toEqual([]);
    expect(first.events.some((event) => event.t === "storage" && event.full)).toBe(true);
    await first.replica.write({ kind: "note", thread: DIALOG, text: "fits" });
    await until(() => notes(world).length === 1, "the note");
    expect(notes(world)).toEqual(["fits"]);
    await first.replica.close();
  });

  it("what the server would refuse for its shape is refused here, before it is saved", async () => {
    const { first } = await twoTabs();
    await expect(first.replica.write({ kind: "note", thread: DIALOG, text: "x".repeat(20_001) })).rejects.toMatchObject(
      { code: "malformed" },
    );
    await expect(first.replica.attach(new Blob(["x"]), "run.exe")).rejects.toMatchObject({ code: "file-kind" });
    expect(first.view.unsent).toEqual([]);
    await first.replica.close();
  });
});
