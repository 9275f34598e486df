import { describe, expect, it } from "vitest";
import { agent, DIALOG, OTHER_TEAM } from "../../shared/testing/thread-world.ts";
import { settle, until } from "../platform/browser-twin.contract.ts";
import { tellTabs } from "./account.ts";
import { baseOf, seenOf, underOf } from "./chain.ts";
import { openJournal } from "./journal.ts";
import { anna, boris, ReplicaWorld, type Tab, visitor } from "./replica-world.contract.ts";

/** A desk with a dialog, a browser, Anna's tab that watches it and is live. */
async function liveTab() {
  const world = new ReplicaWorld();
  world.openDialog();
  const browser = world.browser();
  const person = await world.person(browser, anna);
  const tab = await world.open(browser, person);
  tab.replica.watch(DIALOG);
  await until(() => tab.connection.state === "live" && tab.views.get(DIALOG)?.whole === true, "a live tab");
  return { world, browser, person, tab };
}
const refusedFiles = (tab: Tab): ReadonlyMap<string, string> => {
  const event = tab.events.findLast(({ t }) => t === "refused-files");
  return event?.t === "refused-files" ? event.files : new Map();
};
const sent = (tab: Tab) => until(() => tab.connection.unsent === 0, "an empty outbox");

describe("a replica and its desk", () => {
  it("loads what its person may see, and what changes comes by itself", async () => {
    const { world, tab } = await liveTab();
    expect(tab.texts()).toEqual(["The printer is silent."]);
    world.put(visitor, "message", { text: "Hello?" });
    await until(() => tab.texts().length === 2, "the message");
    expect(tab.view.whole).toBe(true);
    await tab.replica.close();
  });

  it("[CL14] a write is in the journal before it is said to be saved, and leaves it when its stamp is kept", async () => {
    const { world, browser, tab } = await liveTab();
    const journal = openJournal(browser.prefix, anna.id);
    world.desk.weather = "swallows";
    const id = await tab.replica.write({ kind: "claim", thread: DIALOG });
    expect((await journal.load()).rows.map(({ item }) => item.id)).toEqual([id]);
    expect(tab.view.provisional.owner).toBe(anna.id);
    expect(tab.view.unconfirmed).toBe(true);
    world.desk.weather = "fine";
    await browser.crank(12_000);
    await sent(tab);
    await until(async () => (await journal.count()) === 0, "an empty journal");
    expect(tab.view.head.owner).toBe(anna.id);
    expect(tab.view.unconfirmed).toBe(false);
    expect(world.desk.thread().items.filter((item) => item.id === id).length).toBe(1);
    await tab.replica.close();
  });

  it("[CL18] [CL19] an off-line chain claim, reply, close lands once and in order", async () => {
    const { world, browser, tab } = await liveTab();
    world.desk.weather = "down";
    world.desk.cutLines();
    await until(() => tab.connection.state === "offline", "off line");
    await tab.replica.write({ kind: "claim", thread: DIALOG });
    expect(baseOf(tab.view)).toEqual({ after: tab.view.unsent[0]?.item.id });
    const reply = await tab.replica.write({
      kind: "reply",
      thread: DIALOG,
      text: "Try again",
      under: underOf(tab.view),
      seen: seenOf(tab.view),
    });
    await tab.replica.write({ kind: "close", thread: DIALOG, base: baseOf(tab.view), seen: seenOf(tab.view) });
    expect(tab.view.unsent[2]?.item.after).toEqual([reply]);
    expect(tab.view.unsent.map(({ item }) => item.mode)).toEqual(["offline", "offline", "offline"]);
    expect(tab.view.provisional).toMatchObject({ owner: anna.id, state: "closed" });
    world.desk.weather = "fine";
    await browser.crank(5_000);
    await sent(tab);
    expect(
      world.desk
        .thread()
        .items.slice(2)
        .map(({ kind, stamp }) => `${kind} ${stamp.verdict}`),
    ).toEqual(["claim won", "reply sent", "close won"]);
    await until(() => tab.view.whole && tab.view.head.state === "closed", "the closed dialog");
    await tab.replica.close();
  });

  it("[CL20] the loser of a duel is told, and his reply is held", async () => {
    const { world, browser, person, tab } = await liveTab();
    world.desk.weather = "down";
    world.desk.cutLines();
    await until(() => tab.connection.state === "offline", "off line");
    await tab.replica.write({ kind: "claim", thread: DIALOG });
    await tab.replica.write({
      kind: "reply",
      thread: DIALOG,
      text: "Mine",
      under: underOf(tab.view),
      seen: seenOf(tab.view),
    });
    const claim = world.put(boris, "claim", {});
    expect(claim.stamp.verdict).toBe("won");
    world.desk.weather = "fine";
    await browser.crank(5_000);
    await sent(tab);
    await until(() => tab.lost.length === 1, "the notice");
    expect(tab.lost[0]).toMatchObject({ kind: "claim", stamp: { verdict: "lost", owner: boris.id } });
    expect(tab.view.head.held.length).toBe(1);
    const [lost] = tab.lost;
    world.desk.weather = "swallows";
    if (lost !== undefined) await tab.replica.write({ kind: "ack", thread: DIALOG, of: lost.id });
    expect(tab.lost).toEqual([]);
    world.desk.weather = "fine";
    await browser.crank(15_000);
    await sent(tab);
    await tab.replica.close();
    const again = await world.open(browser, person);
    await until(() => again.connection.state === "live", "live again");
    expect(again.lost).toEqual([]);
    await again.replica.close();
  });

  it("[I3] an answer that is lost on its way comes again as dup", async () => {
    const { world, browser, tab } = await liveTab();
    world.desk.swallowsAnswers = 1;
    const id = await tab.replica.write({ kind: "note", thread: DIALOG, text: "once" });
    await settle();
    await browser.crank(15_000);
    await sent(tab);
    expect(world.desk.thread().items.filter((item) => item.id === id).length).toBe(1);
    expect(tab.texts().filter((text) => text === "once").length).toBe(1);
    await tab.replica.close();
  });

  it("[CL19] a refused item stays, is shown with its reason over a reload, and takes what stands on it with it", async () => {
    const { world, browser, person, tab } = await liveTab();
    world.desk.refusals.set("bad", "forbidden");
    const bad = await tab.replica.write({ kind: "note", thread: DIALOG, text: "bad" });
    const after = await tab.replica.write({ kind: "note", thread: DIALOG, text: "after it", after: [bad] });
    await until(() => tab.states().every((state) => state === "note refused"), "the refusal");
    await settle();
    tab.tab.kill();
    const again = await world.open(browser, person);
    again.replica.watch(DIALOG);
    await until(() => again.views.has(DIALOG), "the dialog");
    expect(again.view.unsent.map(({ item, code }) => [item.id, code])).toEqual([
      [bad, "forbidden"],
      [after, "depends-on-refused"],
    ]);
    await until(() => again.connection.state === "live", "live");
    await again.replica.discardRefused(after);
    await again.replica.discardRefused(bad);
    await sent(again);
    await again.replica.close();
  });

  it("a cold start without a network shows the inbox, the thread and the unsent work", async () => {
    const { world, browser, person, tab } = await liveTab();
    await tab.replica.close();
    world.desk.weather = "down";
    const cold = await world.open(browser, person);
    expect(cold.events.some((event) => event.t === "heads" && event.heads.some(({ _id }) => _id === DIALOG))).toBe(
      true,
    );
    cold.replica.watch(DIALOG);
    await until(() => cold.views.get(DIALOG)?.whole === true, "the thread from the disk");
    await cold.replica.write({ kind: "note", thread: DIALOG, text: "written in a tunnel" });
    expect(cold.connection).toMatchObject({ state: "offline", unsent: 1 });
    world.desk.weather = "fine";
    await browser.crank(40_000);
    await sent(cold);
    expect(world.desk.thread().items.at(-1)).toMatchObject({ kind: "note", mode: "offline" });
    await cold.replica.close();
  });

  it("a captive portal's page is neither an answer nor a refusal", async () => {
    const { world, browser, tab } = await liveTab();
    world.desk.weather = "portal";
    world.desk.cutLines();
    await until(() => tab.connection.state === "offline", "off line");
    await tab.replica.write({ kind: "note", thread: DIALOG, text: "kept" });
    await browser.crank(60_000);
    expect(tab.connection).toMatchObject({ state: "offline", unsent: 1 });
    world.desk.weather = "fine";
    await browser.crank(40_000);
    await sent(tab);
    await tab.replica.close();
  });

  it("[CL17] a half-open line is found out, and a reply written meanwhile is held behind another's", async () => {
    const { world, browser, tab } = await liveTab();
    await tab.replica.write({ kind: "claim", thread: DIALOG });
    await sent(tab);
    world.desk.weather = "swallows";
    await tab.replica.write({
      kind: "reply",
      thread: DIALOG,
      text: "stale",
      under: underOf(tab.view),
      seen: seenOf(tab.view),
    });
    await browser.crank(12_000);
    expect(tab.connection.state).toBe("offline");
    const lead = agent("boris", "lead");
    const { head } = world.desk.thread();
    world.put(lead, "takeover", { base: { inc: head.inc, epoch: head.epoch } });
    expect(world.desk.thread().head.owner).toBe(lead.id);
    world.desk.weather = "fine";
    await browser.crank(60_000);
    await sent(tab);
    expect(world.desk.thread().items.find((item) => item.kind === "reply")?.stamp.verdict).toBe("held");
    await tab.replica.close();
  });

  it("where sockets do not get through, HTTP carries everything", async () => {
    const world = new ReplicaWorld();
    world.openDialog();
    world.desk.weather = "no-sockets";
    const browser = world.browser();
    const tab = await world.open(browser, await world.person(browser, anna));
    tab.replica.watch(DIALOG);
    await until(() => tab.connection.state === "live", "live over HTTP");
    await tab.replica.write({ kind: "claim", thread: DIALOG });
    await sent(tab);
    world.put(visitor, "message", { text: "Thanks" });
    await browser.crank(5_000);
    await until(() => tab.texts().includes("Thanks"), "the message");
    world.desk.weather = "fine";
    await browser.crank(31_000);
    const polls = world.desk.calls.length;
    world.put(visitor, "message", { text: "by socket" });
    await until(() => tab.texts().includes("by socket"), "the message by the socket");
    expect(world.desk.calls.length).toBe(polls);
    await tab.replica.close();
  });

  it("[OB11] a session that runs out in the middle of a flush loses nothing", async () => {
    const { world, browser, tab } = await liveTab();
    world.desk.weather = "swallows";
    await tab.replica.write({ kind: "note", thread: DIALOG, text: "in the middle" });
    await until(() => tab.states()[0] === "note sending", "the flush");
    world.desk.weather = "fine";
    world.desk.sessions.delete(browser);
    world.desk.cutLines(4401);
    await until(() => tab.connection.state === "signed-out", "signed out");
    await tab.replica.write({ kind: "note", thread: DIALOG, text: "behind it" });
    await browser.crank(60_000);
    expect(tab.connection).toEqual({ state: "signed-out", unsent: 2 });
    await world.person(browser, anna);
    tellTabs(tab.tab.environment, { t: "present", author: anna.id });
    await until(() => tab.connection.state === "live", "live again");
    await sent(tab);
    expect(
      world.desk
        .thread()
        .items.filter(({ kind }) => kind === "note")
        .map((item) => "text" in item && item.text),
    ).toEqual(["in the middle", "behind it"]);
    await tab.replica.close();
  });

  it("[I13] a server that has begun anew is compared by digest, and nothing is loaded twice over", async () => {
    const { world, browser, tab } = await liveTab();
    world.desk.run = 2;
    world.desk.weather = "down";
    world.desk.cutLines();
    world.put(visitor, "message", { text: "while you were out" });
    world.desk.calls.length = 0;
    world.desk.weather = "fine";
    await browser.crank(5_000);
    await until(() => tab.texts().includes("while you were out") && tab.connection.state === "live", "the message");
    expect(world.desk.calls.some((call) => call.includes("/api/digest"))).toBe(true);
    expect(world.desk.calls.some((call) => call.includes("/api/bootstrap"))).toBe(false);
    await tab.replica.close();
  });

  it("[CL27] a restored desk gets back what it lost, and no view goes back", async () => {
    const { world, browser, tab } = await liveTab();
    await tab.replica.write({ kind: "claim", thread: DIALOG });
    await tab.replica.write({ kind: "note", thread: DIALOG, text: "lost by the backup" });
    await sent(tab);
    world.put(visitor, "message", { text: "lost as well" });
    await sent(tab);
    await until(() => tab.view.whole && tab.view.items.length === 5, "all items");
    world.desk.restore(2);
    world.desk.cutLines();
    await browser.crank(10_000);
    await until(
      () => tab.connection.state === "live" && tab.view.head.inc === 2 && tab.view.whole,
      "the restored desk",
    );
    expect(world.desk.thread().items.map((item) => ("text" in item ? item.text : item.kind))).toEqual([
      "open",
      "The printer is silent.",
      "claim",
      "lost by the backup",
      "lost as well",
    ]);
    expect(tab.view.items.map(({ stamp }) => [stamp.inc, stamp.n])).toEqual([
      [1, 1],
      [1, 2],
      [2, 3],
      [2, 4],
      [2, 5],
    ]);
    await tab.replica.write({ kind: "note", thread: DIALOG, text: "life goes on" });
    await sent(tab);
    await tab.replica.close();
  });

  it("[CL19] what names a file that the server will not have is refused, goes without it, and the rest flows", async () => {
    const { world, tab } = await liveTab();
    world.desk.refusesFiles = "file-kind";
    const file = await tab.replica.attach(new Blob(["MZ"]), "photo.png");
    await until(() => refusedFiles(tab).get(file.sha) === "file-kind", "the refusal");
    const draft = { kind: "note", thread: DIALOG, text: "with a picture" } as const;
    const id = await tab.replica.write({ ...draft, files: [file] });
    await tab.replica.write({ kind: "note", thread: DIALOG, text: "and words" });
    await until(() => tab.states().join() === "note refused", "the refusal of the note alone");
    expect(tab.view.unsent[0]?.code).toBe("file-kind");
    expect(tab.texts()).toContain("and words");
    await tab.replica.writeChain([{ draft }], { replaces: [id] });
    await tab.replica.giveUpFile(file.sha);
    await sent(tab);
    expect(tab.texts()).toContain("with a picture");
    expect(world.desk.thread().items.filter((item) => item.kind === "note").length).toBe(2);
    await tab.replica.close();
  });

  it("[CL27] [I5] who held a command that a restore undid is told once, until he acknowledges it, on any device", async () => {
    const { world, browser, person, tab } = await liveTab();
    const claim = await tab.replica.write({ kind: "claim", thread: DIALOG });
    await sent(tab);
    expect(tab.view.head.owner).toBe(anna.id);
    world.desk.restore(2);
    world.desk.cutLines();
    await browser.crank(10_000);
    await until(() => tab.connection.state === "live" && tab.view.head.inc === 2, "the restored desk");
    expect(tab.view.head.owner).toBe(null);
    await until(() => tab.lost.length === 1, "the notice");
    expect(tab.lost[0]).toMatchObject({ id: claim, stamp: { verdict: "won", was: { inc: 1, n: 3 } } });
    await tab.replica.write({ kind: "ack", thread: DIALOG, of: claim });
    await sent(tab);
    expect(tab.lost).toEqual([]);
    // What is done after it stands.
    await tab.replica.write({ kind: "claim", thread: DIALOG });
    await sent(tab);
    await tab.replica.close();
    const cold = await world.open(browser, person);
    await until(() => cold.connection.state === "live", "live again");
    expect(cold.lost).toEqual([]);
    await cold.replica.close();
    const other = world.browser();
    const elsewhere = await world.open(other, await world.person(other, anna));
    await until(() => elsewhere.connection.state === "live", "the other device");
    expect(elsewhere.lost).toEqual([]);
    await elsewhere.replica.close();
  });

  it("[I11] a thread that leaves sight is hidden at once and gone from the disk, and own refused work in it is still shown", async () => {
    const { world, browser, person, tab } = await liveTab();
    world.desk.refusals.set("bad", "forbidden");
    await tab.replica.write({ kind: "note", thread: DIALOG, text: "bad" });
    await until(() => tab.states()[0] === "note refused", "the refusal");
    const lead = agent("boris", "lead");
    world.put(lead, "claim", {});
    const { head } = world.desk.thread();
    world.put(lead, "transfer", { base: { inc: head.inc, epoch: head.epoch }, team: OTHER_TEAM });
    await until(() => tab.events.some((event) => event.t === "heads" && event.removed.includes(DIALOG)), "the removal");
    await tab.replica.close();
    world.desk.weather = "down";
    const cold = await world.open(browser, person);
    await settle();
    expect(cold.events.some((event) => event.t === "heads" && event.heads.some(({ _id }) => _id === DIALOG))).toBe(
      false,
    );
    const outbox = cold.events.findLast((event) => event.t === "outbox");
    expect(outbox?.t === "outbox" && outbox.unsent.map(({ state }) => state)).toEqual(["refused"]);
    await cold.replica.close();
  });
});
