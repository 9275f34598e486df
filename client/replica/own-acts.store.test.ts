import { describe, expect, it } from "vitest";
import { DIALOG } from "../../shared/testing/thread-world.ts";
import { until } from "../platform/browser-twin.contract.ts";
import { openFileKeep } from "./files/keep.ts";
import { openJournal } from "./journal.ts";
import { anna, boris, ReplicaWorld, type Tab } from "./replica-world.contract.ts";

const PASS = "correct horse battery staple";

/** Anna's tab, off line, with the dialog on it. */
async function offlineTab() {
  const world = new ReplicaWorld();
  world.openDialog();
  const browser = world.browser();
  const person = await world.person(browser, anna);
  const tab = await world.open(browser, person);
  tab.replica.watch(DIALOG);
  await until(() => tab.connection.state === "live" && tab.views.get(DIALOG)?.whole === true, "a live tab");
  world.desk.weather = "down";
  world.desk.cutLines();
  await until(() => tab.connection.state === "offline", "off line");
  return { world, browser, person, tab };
}
const note = (text: string) => ({ draft: { kind: "note", thread: DIALOG, text } }) as const;
const noteTexts = (world: ReplicaWorld) =>
  world.desk.thread().items.flatMap((item) => (item.kind === "note" ? [item.text] : []));

async function goOnline({ world, browser }: Awaited<ReturnType<typeof offlineTab>>, tab: Tab): Promise<void> {
  world.desk.weather = "fine";
  await browser.crank(40_000);
  await until(() => tab.connection.unsent === 0, "an empty outbox");
}

describe("several own items as one act", () => {
  it("[CL14] are all in the journal, in order, with what stands beside them, and only the items are sent", async () => {
    const parts = await offlineTab();
    const { tab, browser, world } = parts;
    const ids = await tab.replica.writeChain([
      { ...note("first"), companion: { edits: ["kept here"] } },
      { ...note("second"), behind: [0] },
    ]);
    const journal = openJournal(browser.prefix, anna.id);
    const { rows } = await journal.load();
    expect(rows.map(({ item }) => item.id)).toEqual(ids);
    expect(rows[0]?.companion).toEqual({ edits: ["kept here"] });
    expect(rows[1]?.item.after).toEqual([ids[0]]);
    expect(tab.view.unsent.map(({ companion }) => companion)).toEqual([{ edits: ["kept here"] }, undefined]);
    await goOnline(parts, tab);
    expect(noteTexts(world)).toEqual(["first", "second"]);
    expect(JSON.stringify(world.desk.thread().items)).not.toContain("kept here");
    await tab.replica.close();
  });

  it("[CL14] none is kept when one of them cannot be", async () => {
    const { tab, browser } = await offlineTab();
    const tooLong = note("x".repeat(20_001));
    await expect(tab.replica.writeChain([note("first"), tooLong])).rejects.toMatchObject({ code: "malformed" });
    expect(await openJournal(browser.prefix, anna.id).count()).toBe(0);
    expect(tab.view.unsent).toEqual([]);
    await tab.replica.write({ kind: "note", thread: DIALOG, text: "the queue goes on" });
    await tab.replica.close();
  });

  it("[I3] what replaces a refused item takes its place in one step, also over a crash", async () => {
    const parts = await offlineTab();
    const { world, browser, person, tab } = parts;
    world.desk.refusals.set("bad", "forbidden");
    const bad = await tab.replica.write({ kind: "note", thread: DIALOG, text: "bad" });
    world.desk.weather = "fine";
    await browser.crank(5_000);
    await until(() => tab.states().includes("note refused"), "the refusal");
    world.desk.weather = "down";
    world.desk.cutLines();
    await tab.replica.writeChain([note("good")], { replaces: [bad] });
    tab.tab.kill();
    const again = await world.open(browser, person);
    again.replica.watch(DIALOG);
    await goOnline(parts, again);
    expect(noteTexts(world)).toEqual(["good"]);
    expect((await openJournal(browser.prefix, anna.id).load()).rows).toEqual([]);
    await again.replica.close();
  });
});

describe("unsent work carried to another device", () => {
  async function carried() {
    const parts = await offlineTab();
    const { tab } = parts;
    const photo = await tab.replica.attach(new Blob(["a photo"], { type: "image/jpeg" }), "meter.jpg");
    await tab.replica.writeChain([{ ...note("from the basement"), companion: { edits: [1] } }]);
    await tab.replica.write({ kind: "note", thread: DIALOG, text: "with a photo", files: [photo] });
    const { file, items, files } = await tab.replica.exportUnsent(PASS);
    expect({ items, files }).toEqual({ items: 2, files: 1 });
    const phone = parts.world.browser();
    return { ...parts, file, photo, phone };
  }

  it("[U9] goes out from there once, signed by the first device, with its files and what stands beside it", async () => {
    const { world, file, photo, phone, tab, browser } = await carried();
    const other = await world.open(phone, await world.person(phone, anna));
    other.replica.watch(DIALOG);
    expect(await other.replica.importUnsent(file, PASS)).toMatchObject({
      ok: true,
      value: { items: 2, known: 0, files: 1 },
    });
    expect(await other.replica.importUnsent(file, PASS)).toMatchObject({ ok: true, value: { items: 0, known: 2 } });
    const { rows } = await openJournal(phone.prefix, anna.id).load();
    expect(rows.map(({ item }) => typeof item.sig)).toEqual(["string", "string"]);
    expect(rows[0]?.companion).toEqual({ edits: [1] });
    expect(await (await openFileKeep(phone.prefix, anna.id).bytes(photo.sha, 1))?.text()).toBe("a photo");
    world.desk.weather = "fine";
    await phone.crank(40_000);
    await until(() => other.connection.unsent === 0, "the phone's empty outbox");
    // The first device was not dead after all.
    await browser.crank(40_000);
    await until(() => tab.connection.unsent === 0, "the first device's empty outbox");
    expect(noteTexts(world)).toEqual(["from the basement", "with a photo"]);
    await tab.replica.close();
    await other.replica.close();
  });

  it("[U9] a wrong passphrase, a broken, a foreign and another person's file are told apart, and nothing is taken", async () => {
    const { world, file, phone, tab } = await carried();
    const other = await world.open(phone, await world.person(phone, anna));
    const take = (given: Blob, passphrase = PASS) => other.replica.importUnsent(given, passphrase);
    expect(await take(file, "wrong")).toEqual({ ok: false, error: "wrong-passphrase" });
    const bytes = new Uint8Array(await file.arrayBuffer());
    expect(await take(new Blob([bytes.slice(0, -3)]))).toEqual({ ok: false, error: "broken" });
    const turned = bytes.slice();
    turned[80] = (turned[80] ?? 0) ^ 1;
    expect(await take(new Blob([turned]))).toEqual({ ok: false, error: "broken" });
    expect(await take(new Blob(["a shopping list, long enough to be a file of ours if it were one"]))).toEqual({
      ok: false,
      error: "foreign-file",
    });
    const newer = bytes.slice();
    newer[7] = 9;
    expect(await take(new Blob([newer]))).toEqual({ ok: false, error: "newer-format" });
    const borisPhone = world.browser();
    const his = await world.open(borisPhone, await world.person(borisPhone, boris));
    expect(await his.replica.importUnsent(file, PASS)).toEqual({ ok: false, error: "other-person" });
    expect(await openJournal(phone.prefix, anna.id).count()).toBe(0);
    expect(await openJournal(borisPhone.prefix, boris.id).count()).toBe(0);
    for (const { replica } of [tab, other, his]) await replica.close();
  });
});
