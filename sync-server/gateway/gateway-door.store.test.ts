import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Item } from "../../shared/items/registry.ts";
import { deviceRev, signedText, stampText, storedItem } from "../../shared/items/revision.ts";
import type { ItemAnswer, Stamp, StampedItem } from "../../shared/items/stamp.ts";
import { derivedThreadId, itemDocId, SYSTEM, SYSTEM_DEVICE } from "../../shared/kernel/ids.ts";
import { dialog, type TestPerson, team } from "./contract-desk.ts";
import { openServedDesk, type ServedDesk, signStamp, testUser } from "./contract-served.ts";

const ours = team("one");
const theirs = team("two");
const maria = testUser("maria");
const thread = dialog("help");

let desk: ServedDesk;
let anna: TestPerson;
let boris: TestPerson;
beforeEach(async () => {
  desk = await openServedDesk();
  anna = desk.identity.agent("anna", [ours]);
  boris = desk.identity.agent("boris", [theirs]);
  const begun = await desk.gateway.receive(
    [
      desk.say(maria, { kind: "open", thread, team: ours, user: maria.author, channel: "link" }),
      desk.say(maria, { kind: "message", thread, text: "The printer is silent." }),
    ],
    maria.who,
  );
  if (begun.some(({ answer }) => answer !== "ok")) throw new Error("the dialog has not begun");
});
afterEach(() => desk.close());

const send = async (from: { readonly who: TestPerson["who"] }, ...items: unknown[]): Promise<readonly ItemAnswer[]> =>
  desk.gateway.receive(items, from.who);
/** What became of one item: `ok`, or the code of its refusal. */
const fate = async (from: { readonly who: TestPerson["who"] }, item: unknown): Promise<string> => {
  const [answer] = await send(from, item);
  return answer?.answer === "refused" ? answer.code : (answer?.answer ?? "nothing");
};
const note = (from: TestPerson = anna, text = "hello"): Item => desk.write(from, { kind: "note", thread, text });
/** Signed anew, so that only what was changed is wrong with it. */
const signed = (from: TestPerson, item: object): object => {
  const { sig: _sig, ...body } = item as Item;
  return { ...body, sig: from.sign(signedText(body)) };
};

describe("the door", () => {
  test("answers stand in the order of the items, and a bad neighbour spoils nothing", async () => {
    const good = [note(), note()];
    const answers = await send(anna, good[0], { nonsense: true }, "text", null, 7, [], good[1]);
    expect(answers.map((row) => (row.answer === "refused" ? row.code : row.answer))).toEqual([
      "ok",
      "malformed",
      "malformed",
      "malformed",
      "malformed",
      "malformed",
      "ok",
    ]);
    expect(desk.gateway.head(thread)?.n).toBe(4);
  });

  test.each<[string, string, (item: Item) => object]>([
    ["a missing field", "malformed", ({ ...item }) => ({ ...item, text: undefined })],
    ["a field too many", "malformed", (item) => ({ ...item, owner: anna.who.actor.id })],
    ["an attachment", "malformed", (item) => ({ ...item, _attachments: {} })],
    ["a deletion", "malformed", (item) => ({ ...item, _deleted: true })],
    ["an id of another device", "malformed", (item) => ({ ...item, id: `zzzzzzzzzz${item.id.slice(10)}` })],
    ["an _id of another thread", "malformed", (item) => ({ ...item, _id: itemDocId(dialog("x"), item.id) })],
    ["an unknown kind", "unknown-kind", (item) => ({ ...item, kind: "teleport" })],
    ["a text too long", "malformed", (item) => ({ ...item, text: "x".repeat(20_001) })],
    ["an item too large", "too-large", (item) => ({ ...item, text: "x".repeat(100_000) })],
    ["an item too large in bytes only", "too-large", (item) => ({ ...item, text: "щ".repeat(60_000) })],
    ["an item too deep", "too-deep", (item) => ({ ...item, text: [[[[[[[[["deep"]]]]]]]]] })],
    ["another's name", "foreign-author", (item) => ({ ...item, author: boris.who.actor.id })],
    ["the desk's own name", "foreign-author", (item) => ({ ...item, author: SYSTEM })],
  ])("%s is %s", async (_what, code, change) => {
    expect(await fate(anna, signed(anna, change(note())))).toBe(code);
    expect(desk.gateway.head(thread)?.n).toBe(2);
    expect(desk.refused).toEqual([code]);
  });

  test.each<[string, string, (item: Item) => object]>([
    ["changed after signing", "bad-signature", (item) => ({ ...item, text: "other" })],
    ["unsigned", "bad-signature", ({ sig: _sig, ...item }) => item],
    ["signed with nonsense", "bad-signature", (item) => ({ ...item, sig: "AAAA" })],
    ["signed by another's key", "bad-signature", (item) => signed(boris, item)],
    ["a head", "forbidden", () => ({ _id: thread, kind: "dialog", v: 99 })],
    ["a revision of its own choice", "bad-revision", (item) => ({ ...item, _rev: `999999999-${"f".repeat(32)}` })],
    ["a later generation", "bad-revision", (item) => ({ ...item, _rev: deviceRev(item).replace("1-", "2-") })],
    [
      "made-up ancestors",
      "bad-revision",
      (item) => ({ ...item, _rev: deviceRev(item), _revisions: { start: 1, ids: [deviceRev(item).slice(2), "a"] } }),
    ],
    ["a stamp of its own making", "bad-revision", (item) => ({ ...item, _rev: "2-a", stamp: madeUpStamp })],
  ])("%s is %s", async (_what, code, change) => {
    expect(await fate(anna, change(note()))).toBe(code);
    expect(desk.gateway.head(thread)?.n).toBe(2);
  });

  test("its own revision is welcome, and the same item again is a dup with the same stamp", async () => {
    const item = note();
    const rev = deviceRev(item);
    const [first] = await send(anna, { ...item, _rev: rev, _revisions: { start: 1, ids: [rev.slice(2)] } });
    const [again] = await send(anna, item);
    expect(first).toMatchObject({ answer: "ok", item: { stamp: { n: 3 } } });
    expect(again).toMatchObject({ answer: "dup", item: { stamp: { n: 3 } } });
    expect(desk.gateway.head(thread)?.n).toBe(3);
  });

  test("the same id with another content is id-taken", async () => {
    const item = note();
    await send(anna, item);
    expect(await fate(anna, signed(anna, { ...item, text: "something else" }))).toBe("id-taken");
  });

  test("[U9] what a dead phone wrote comes in by its owner's other device, once, under the phone's own signature", async () => {
    const phone = desk.identity.deviceOf(anna.who.actor.id, "anna's phone");
    const saved = [note(phone, "from the basement"), note(phone, "done")];
    const carried = await send(anna, ...saved);
    expect(carried.map(({ answer }) => answer)).toEqual(["ok", "ok"]);
    // The phone was not dead after all.
    const again = await send(phone, ...saved);
    expect(again.map(({ answer }) => answer)).toEqual(["dup", "dup"]);
    expect(desk.gateway.head(thread)?.n).toBe(4);
    expect(await fate(boris, note(phone))).toBe("foreign-author");
    expect(await fate(anna, signed(anna, note(phone)))).toBe("bad-signature");
  });

  test("an item of a device that nobody registered is refused", async () => {
    const item = note();
    const id = `unknowndev${item.id.slice(10)}`;
    expect(await fate(anna, signed(anna, { ...item, device: "unknowndev", id, _id: `${thread}:${id}` }))).toBe(
      "unknown-device",
    );
  });

  test("[I11] a thread out of sight is answered like one that is not there", async () => {
    const gone = dialog("never there");
    const [hidden] = await send(boris, note(boris));
    const [absent] = await send(boris, desk.write(boris, { kind: "claim", thread: gone }));
    expect(hidden).toMatchObject({ answer: "refused", code: "no-thread" });
    expect({ ...hidden, id: "" }).toEqual({ ...absent, id: "" });
    const mine = { kind: "open", thread, team: theirs } as const;
    expect(await fate(boris, desk.write(boris, mine))).toBe("no-thread");
  });

  test("[CL4] what was decided keeps its answer when the thread has left the author's sight", async () => {
    const item = note();
    await send(anna, item);
    const head = desk.gateway.head(thread);
    const lead = desk.identity.agent("lena", [ours, theirs], "lead");
    const base = { inc: head?.inc ?? 0, epoch: head?.epoch ?? 0 };
    await send(lead, desk.write(lead, { kind: "transfer", thread, base, team: theirs }));
    expect(await fate(anna, item)).toBe("dup");
    expect(await fate(anna, note())).toBe("no-thread");
    expect(await fate(anna, signed(anna, { ...item, text: "something else" }))).toBe("no-thread");
  });

  test("a right taken away counts for the next item, also of a connection that stays open", async () => {
    expect(await fate(anna, note())).toBe("ok");
    desk.identity.setTeams(anna.who.actor.id, []);
    expect(await fate(anna, note())).toBe("no-thread");
  });

  test("users write in their own dialogs only, what users write, and nothing in the desk's name", async () => {
    const other = testUser("other");
    const text = "Is it plugged in?";
    expect(await fate(other, desk.say(other, { kind: "message", thread, text }))).toBe("no-thread");
    expect(await fate(maria, desk.say(maria, { kind: "note", thread, text }))).toBe("forbidden");
    expect(await fate(maria, desk.say(maria, { kind: "claim", thread }))).toBe("forbidden");
    expect(await fate(maria, desk.say(other, { kind: "message", thread, text }))).toBe("foreign-author");
    const asSystem = desk.say({ ...maria, device: SYSTEM_DEVICE }, { kind: "message", thread, text });
    expect(await fate(maria, asSystem)).toBe("foreign-author");
    const withSignature = { ...desk.say(maria, { kind: "message", thread, text }), sig: "AAAA" };
    expect(await fate(maria, withSignature)).toBe("bad-signature");
    const forAnother = desk.say(maria, { kind: "open", thread: dialog("not mine"), team: ours, user: other.author });
    expect(await fate(maria, forAnother)).toBe("forbidden");
  });

  test("a member may not do what only the desk does", async () => {
    expect(await fate(anna, desk.write(anna, { kind: "route", thread, v: 1, team: theirs }))).toBe("forbidden");
    expect(await fate(anna, desk.write(anna, { kind: "message", thread, text: "as the user" }))).toBe("forbidden");
    expect(await fate(anna, desk.write(anna, { kind: "open", thread: dialog("new"), team: theirs }))).toBe("forbidden");
  });

  test("an emoji alone, 4,000 characters without a space and a clock a day off are admitted as they are", async () => {
    const texts = ["👩‍🔧", "a".repeat(4_000)];
    for (const text of texts) expect(await fate(maria, desk.say(maria, { kind: "message", thread, text }))).toBe("ok");
    const honest = desk.clock.now;
    for (const days of [1, -1]) {
      desk.clock.now = () => honest() + days * 86_400_000;
      const item = desk.say(maria, { kind: "message", thread, text: "on time" });
      desk.clock.now = honest;
      const [answer] = await send(maria, item);
      expect(answer).toMatchObject({ answer: "ok", item: { at: item.at } });
      const at = answer?.answer === "ok" ? answer.item.stamp.at : 0;
      expect(Math.abs(at - honest())).toBeLessThan(60_000);
    }
  });

  test("a flood is told to come later and loses nothing; the bulk of a day off line passes", async () => {
    const many = Array.from({ length: 200 }, () => desk.say(maria, { kind: "message", thread, text: "again" }));
    const answers = await send(maria, ...many);
    const later = answers.filter(({ answer }) => answer === "retry");
    expect(later.length).toBeGreaterThan(0);
    expect(answers.filter(({ answer }) => answer === "ok").length).toBeGreaterThanOrEqual(100);
    expect(later[0]).toMatchObject({ why: "busy" });
    expect(answers.filter(({ answer }) => answer === "refused")).toEqual([]);
    const offline = Array.from({ length: 400 }, () => note());
    expect((await send(anna, ...offline)).filter(({ answer }) => answer === "ok")).toHaveLength(400);
  });

  test("[CL27] a stamped item is known, taken back when it was lost, and refused when the stamp is not the server's", async () => {
    const item = note();
    const [answer] = await send(anna, item);
    if (answer?.answer !== "ok") throw new Error("not admitted");
    // A second device of the team brings what it pulled.
    expect(await fate(anna, { ...answer.item, _rev: answer.rev })).toBe("dup");
    const { sig: _sig, ...bare } = answer.item.stamp;
    const forged = { ...answer.item, stamp: { ...bare, verdict: "won", sig: "AAAA" } };
    expect(await fate(anna, { ...forged, _rev: storedItem(forged as StampedItem)._rev })).toBe("bad-revision");
    // One that only a lost incarnation knew.
    const lost = note(anna, "lost by a restore");
    const stamp: Stamp = { inc: 1, n: 40, at: 1, verdict: "noted", epoch: 0 };
    const given = { ...lost, stamp: { ...stamp, sig: signStamp(stampText(lost, stamp)) } };
    const [taken] = await send(anna, { ...given, _rev: storedItem(given)._rev });
    expect(taken).toMatchObject({ answer: "ok", item: { stamp: { was: { inc: 1, n: 40 } } } });
    expect(await fate(boris, { ...given, _rev: storedItem(given)._rev })).toBe("no-thread");
  });
});

const madeUpStamp = { inc: 1, n: 3, at: 1, verdict: "noted", epoch: 0, sig: "AAAA" };

describe("a ticket at the door", () => {
  const ticket = derivedThreadId("ticket", "repair");
  const base = () => {
    const head = desk.gateway.head(ticket);
    return { inc: head?.inc ?? 0, epoch: head?.epoch ?? 0 };
  };
  const begin = async (from: TestPerson): Promise<string> =>
    fate(from, desk.write(from, { kind: "open", thread: ticket, team: ours, dialog: thread }));

  test("[S17] any agent opens one for any team and goes on seeing it; no user does, and none writes into it", async () => {
    expect(await fate(maria, desk.say(maria, { kind: "open", thread: ticket, team: ours, user: maria.author }))).toBe(
      "forbidden",
    );
    expect(await begin(boris)).toBe("ok");
    expect(await fate(boris, desk.write(boris, { kind: "note", thread: ticket, text: "x" }))).toBe("ok");
    expect(await fate(boris, desk.write(boris, { kind: "claim", thread: ticket }))).toBe("forbidden");
    expect(await fate(maria, desk.say(maria, { kind: "message", thread: ticket, text: "x" }))).toBe("no-thread");
    const head = desk.gateway.head(ticket);
    expect(head).toMatchObject({ number: 1001, status: "new", links: [{ to: thread, relation: "dialog" }] });
  });

  test("[CL24] one who owned it brings what he did there, though it and its dialog are out of his sight", async () => {
    const tom = desk.identity.agent("tom", [theirs], "technician");
    const stranger = desk.identity.agent("fred", [theirs], "technician");
    await begin(anna);
    await send(anna, desk.write(anna, { kind: "link", thread, to: ticket, relation: "ticket" }));
    await send(anna, desk.write(anna, { kind: "assign", thread: ticket, base: base(), to: tom.who.actor.id }));
    const under = base();
    await send(tom, desk.write(tom, { kind: "assign", thread: ticket, base: under, to: anna.who.actor.id }));
    const status = (from: TestPerson) =>
      desk.write(from, { kind: "status", thread: ticket, base: under, status: "done" });
    const reply = (from: TestPerson) =>
      desk.write(from, { kind: "reply", thread, text: "Done.", via: ticket, under, seen: { inc: 1, n: 2 } });
    expect(await send(tom, status(tom))).toMatchObject([{ answer: "ok", item: { stamp: { reason: "visit" } } }]);
    expect(await send(tom, reply(tom))).toMatchObject([{ answer: "ok", item: { stamp: { reason: "visit" } } }]);
    expect(await fate(tom, desk.write(tom, { kind: "tag", thread: ticket, add: ["x"] }))).toBe("forbidden");
    expect(await fate(stranger, status(stranger))).toBe("no-thread");
    expect(await fate(stranger, reply(stranger))).toBe("no-thread");
  });
});
