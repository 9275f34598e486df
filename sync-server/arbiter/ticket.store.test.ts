import { describe, expect, it } from "vitest";
import type { ItemKind } from "../../shared/items/registry.ts";
import { deviceHash } from "../../shared/items/revision.ts";
import type { ItemAnswer, StampedItem } from "../../shared/items/stamp.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import { derivedThreadId } from "../../shared/kernel/ids.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import type { Given } from "../../shared/testing/thread-world.ts";
import { agent, DIALOG, OTHER_TEAM, system, TEAM, TICKET, user } from "../../shared/testing/thread-world.ts";
import { toyContents } from "../../shared/testing/toy-content.ts";
import { DEFAULT_TICKET_TYPE, DEFAULT_TICKET_TYPE_ID } from "../../shared/ticket/type.ts";
import { openMemoryStore } from "../stores/memory/memory-store.ts";
import { ArbiterWorld } from "./arbiter-world.contract.ts";
import type { ArbiterDeps } from "./settings.ts";

const anna = agent("anna");
const boris = agent("boris");
const root = agent("root", "admin", [TEAM, OTHER_TEAM]);
const tom = agent("tom", "technician", [OTHER_TEAM]);
const masha = user("masha");
const toy: Partial<ArbiterDeps> = { contents: toyContents };

async function openWorld(deps: Partial<ArbiterDeps> = {}, world = new ArbiterWorld()): Promise<ArbiterWorld> {
  await world.boot({ ...toy, ...deps });
  return world;
}

const nth = (count: number): ThreadId => derivedThreadId("ticket", `t${count}`);
const open = (world: ArbiterWorld, thread: ThreadId = TICKET, who: Actor = anna): Promise<StampedItem> =>
  world.write(who, "open", { thread, team: TEAM, dialog: DIALOG });
const change = (world: ArbiterWorld, data: string, who: Actor = anna, thread = TICKET): Promise<ItemAnswer> =>
  world.send(who, world.make(who, "change", { thread, data }));
const onTicket = <Kind extends ItemKind>(world: ArbiterWorld, who: Actor, kind: Kind, given: Given<Kind>) =>
  world.write(who, kind, { ...given, thread: TICKET });
const base = async (world: ArbiterWorld) => {
  const { inc, epoch } = (await world.arbiter.head(TICKET)) ?? raise();
  return { inc, epoch };
};

describe("a ticket's number", () => {
  it("begins at 1001 and goes on, for tickets that begin at once too", async () => {
    const world = await openWorld();
    expect((await open(world)).stamp.number).toBe(1001);
    const answers = await world.sendAll(
      [1, 2, 3, 4].map((i) => ({ actor: anna, item: world.make(anna, "open", { thread: nth(i), team: TEAM }) })),
    );
    const numbers = answers.map((answer) => (answer.answer === "ok" ? answer.item.stamp.number : 0));
    expect(new Set(numbers)).toEqual(new Set([1002, 1003, 1004, 1005]));
    expect((await world.storedHead(nth(3))).number).toBe(numbers[2]);
  });

  it("goes on with the next one after an orderly end", async () => {
    const world = await openWorld();
    await open(world);
    await world.arbiter.close();
    await openWorld({ wasClosed: true }, world);
    expect((await open(world, nth(3))).stamp.number).toBe(1002);
  });

  it("goes on a little further after a crash, and a refusal takes none", async () => {
    const world = await openWorld();
    await open(world);
    const refusedOpen = world.make(masha, "open", { thread: nth(1), team: TEAM });
    expect(await world.send(masha, refusedOpen)).toMatchObject({ code: "forbidden" });
    expect((await open(world, nth(2))).stamp.number).toBe(1002);
    await world.timers.advance(10_000);
    await openWorld({}, world);
    expect((await open(world, nth(3))).stamp.number).toBe(1012);
    expect((await open(world, nth(3), boris)).stamp).not.toHaveProperty("number");
    expect((await world.storedHead(nth(3))).number).toBe(1012);
  });

  it("[CL27] after a restore goes on beyond what may come back, also over a restart; what comes back keeps its own", async () => {
    const world = await openWorld();
    await open(world);
    await world.timers.advance(10_000);
    const image = world.store.takeImage();
    const lost = await open(world, nth(1));
    expect(lost.stamp.number).toBe(1002);
    const restored = new ArbiterWorld(openMemoryStore({ image }));
    restored.writer.now = world.timers.now;
    await restored.begin({ ...toy, inc: 2 });
    await restored.arbiter.restore();
    await restored.arbiter.start();
    await openWorld({ inc: 2 }, restored); // nothing was numbered in between
    expect((await open(restored, nth(2))).stamp.number).toBe(1200);
    expect(await restored.arbiter.giveBack([lost])).toMatchObject([
      { answer: "ok", item: { stamp: { number: 1002, was: { inc: 1, n: 1 } } } },
    ]);
    expect(await restored.arbiter.head(nth(1))).toMatchObject({ number: 1002, status: "new", team: TEAM });
    await restored.timers.advance(10_000);
    await openWorld({ inc: 2 }, restored);
    expect((await open(restored, nth(3))).stamp.number).toBe(1210);
    expect(await restored.faults(nth(1))).toEqual([]);
  });

  it("[CL27] after restores of a store without tickets it does not begin anew", async () => {
    const numbers: (number | undefined)[] = [];
    for (const inc of [1, 2, 3]) {
      const world = await openWorld({ inc });
      numbers.push((await open(world)).stamp.number);
    }
    expect(numbers).toEqual([1001, 1200, 1300]);
  });
});

describe("a ticket's change", () => {
  it("[I12] is admitted when all that it depends on is; its values stand in the head", async () => {
    const world = await openWorld();
    await open(world);
    expect(await change(world, "b-a")).toMatchObject({ answer: "retry", why: "deps" });
    expect(await change(world, "a")).toMatchObject({ answer: "ok", item: { stamp: { set: { title: "a" } } } });
    expect(await change(world, "b-a")).toMatchObject({ item: { stamp: { set: { title: "a b" } } } });
    expect(await change(world, "broken1-a")).toMatchObject({ answer: "refused", code: "change-broken" });
    expect(await change(world, "a")).toMatchObject({ answer: "ok" });
    expect((await world.storedHead(TICKET)).fields["title"]).toMatchObject({ value: "a b", n: 3 });
    expect(await world.faults(TICKET)).toEqual([]);
  });

  it("[I12] in one batch with the ticket's beginning and with what asks for its fields", async () => {
    const world = await openWorld();
    const fields = [{ id: "fuse", kind: "text" as const, name: { ru: "", en: "" }, requiredBy: ["done"] }];
    const { id: _id, ...type } = { ...DEFAULT_TICKET_TYPE, fields };
    await world.write(root, "open", { thread: DEFAULT_TICKET_TYPE_ID, set: type });
    const place = { thread: TICKET, mode: "offline" as const };
    const claim = world.make(anna, "claim", place);
    const done = { ...place, base: { after: claim.id }, status: "done" };
    const items = [
      world.make(anna, "open", { ...place, team: TEAM }),
      world.make(anna, "change", { ...place, data: "a" }),
      claim,
      world.make(anna, "status", done),
      world.make(anna, "change", { ...place, data: "fuse-a" }),
      world.make(anna, "status", done),
    ];
    const answers = await world.sendAll(items.map((item) => ({ actor: anna, item })));
    const stamps = answers.map((answer) => (answer.answer === "ok" ? answer.item.stamp : undefined));
    expect(stamps.map((stamp) => stamp?.reason ?? stamp?.verdict)).toEqual([
      "noted",
      "noted",
      "won",
      "required",
      "noted",
      "won",
    ]);
    expect(await world.storedHead(TICKET)).toMatchObject({ status: "done", number: 1001 });
  });

  it("holds up what stands on it, and nothing of another device [CL19]", async () => {
    const world = await openWorld();
    await open(world);
    await onTicket(world, boris, "claim", {});
    const items = [
      { actor: anna, item: world.make(anna, "change", { thread: TICKET, data: "b-a" }) },
      { actor: anna, item: world.make(anna, "note", { thread: TICKET, text: "x" }) },
      { actor: boris, item: world.make(boris, "note", { thread: TICKET, text: "y" }) },
    ];
    expect((await world.sendAll(items)).map(({ answer }) => answer)).toEqual(["retry", "retry", "ok"]);
  });

  it("[I12] is judged by the content as it is in the store and in pend, after a restart and with little memory", async () => {
    const world = await openWorld({ settings: { cachedContents: 1 } });
    await open(world);
    await open(world, nth(1));
    for (const name of ["a", "b-a", "c-b"]) {
      expect(await change(world, name)).toMatchObject({ answer: "ok" });
      await onTicket(world, anna, "note", { text: "between" });
      expect(await change(world, name, anna, nth(1))).toMatchObject({ answer: "ok" });
    }
    expect((await world.storedHead(TICKET)).pend.length).toBeGreaterThan(0);
    await openWorld({}, world);
    expect(await change(world, "d-c")).toMatchObject({ item: { stamp: { set: { title: "a b c d" } } } });
    expect(await world.faults(TICKET)).toEqual([]);
  });

  it("[CL15] after another's head came between, it is judged by what that holds", async () => {
    const world = await openWorld();
    await open(world);
    await change(world, "a");
    await world.timers.advance(10_000);
    const first = world.arbiter;
    await openWorld({}, world);
    await change(world, "b-a");
    const item = world.make(anna, "change", { thread: TICKET, data: "c-a" });
    let answer: ItemAnswer | undefined;
    void first.submit([{ actor: anna, item }]).then(([given]) => {
      answer = given;
    });
    await world.timers.advance(1_000);
    expect(answer).toMatchObject({ answer: "ok", item: { stamp: { n: 4, set: { title: "a b c" } } } });
    expect(await world.faults(TICKET)).toEqual([]);
  });

  it("is put off where the arbiter cannot read contents, and the rest of the ticket goes on", async () => {
    const world = new ArbiterWorld();
    await world.boot();
    await open(world);
    expect(await change(world, "a")).toMatchObject({ answer: "retry", why: "deps" });
    const broken: unknown[] = [];
    const failing = { open: async () => Promise.reject(new Error("no reader")) };
    await world.boot({ contents: failing, onBroken: (error) => broken.push(error) });
    expect(await change(world, "a")).toMatchObject({ answer: "retry", why: "deps" });
    expect((await onTicket(world, boris, "claim", {})).stamp.verdict).toBe("won");
    expect(broken).toHaveLength(1);
  });

  it("[CL27] given back, it counts again: its values are what the content says now", async () => {
    const world = await openWorld();
    await open(world);
    await change(world, "a");
    await world.timers.advance(10_000);
    const image = world.store.takeImage();
    const lost: StampedItem[] = [];
    for (const name of ["b-a", "c-b"]) {
      const answer = await change(world, name);
      if (answer.answer === "ok") lost.push(answer.item);
    }
    const [b, c] = lost;
    if (b === undefined || c === undefined) throw new Error("no changes");
    const restored = new ArbiterWorld(openMemoryStore({ image }));
    restored.writer.now = world.timers.now;
    await restored.begin({ ...toy, inc: 2 });
    await restored.arbiter.restore();
    await restored.arbiter.start();
    expect((await restored.storedHead(TICKET)).fields["title"]?.value).toBe("a");
    const anew = (data: string) => restored.send(anna, world.make(anna, "change", { thread: TICKET, data }));
    await anew("x-a");
    expect(await restored.arbiter.giveBack([c])).toMatchObject([{ answer: "retry", why: "deps" }]);
    const answers = await restored.arbiter.giveBack([c, b]);
    expect(answers.map((answer) => (answer.answer === "ok" ? answer.item.stamp.set : answer))).toEqual([
      { title: "a b c x" },
      { title: "a b x" },
    ]);
    expect(await anew("d-c-x")).toMatchObject({ answer: "ok" });
    await restored.timers.advance(10_000);
    expect(await restored.faults(TICKET)).toEqual([]);
    expect((await restored.storedHead(TICKET)).fields["title"]?.value).toBe("a b c d x");
  });

  it("[CL27] stored above the restored head, it comes back by itself with the values of now", async () => {
    const world = await openWorld();
    await open(world);
    await change(world, "a");
    await world.timers.advance(10_000);
    const head = world.store.takeImage();
    await change(world, "b-a");
    await world.timers.advance(10_000);
    const late = await world.storedItems(TICKET);
    const restored = new ArbiterWorld(openMemoryStore({ image: head }));
    const database = await restored.store.open("desk");
    await database.bulkRevisions(late.slice(2).map((item) => ({ ...item, ...revision(item) })));
    await restored.begin({ ...toy, inc: 2 });
    expect(await restored.arbiter.restore()).toMatchObject({ takenBack: 1 });
    await restored.arbiter.start();
    expect((await restored.storedHead(TICKET)).fields["title"]?.value).toBe("a b");
    const next = world.make(anna, "change", { thread: TICKET, data: "c-b" });
    expect(await restored.send(anna, next)).toMatchObject({ answer: "ok" });
    await restored.timers.advance(10_000);
    expect(await restored.faults(TICKET)).toEqual([]);
  });
});

describe("a ticket's type", () => {
  it("[S50] is its directory thread as it is now; one that cannot be read leaves it on the default", async () => {
    const world = await openWorld();
    const thread = derivedThreadId("ticket-type", "repair");
    const { id: _id, ...type } = DEFAULT_TICKET_TYPE;
    const statuses = [...type.statuses, { id: "parts", name: { ru: "", en: "" }, category: "waiting" as const }];
    await world.write(root, "open", { thread, set: { ...type, statuses } });
    await world.write(anna, "open", { thread: TICKET, team: TEAM, set: { type: thread } });
    await onTicket(world, anna, "claim", {});
    const to = async (status: string) => onTicket(world, anna, "status", { base: await base(world), status });
    expect((await to("parts")).stamp.verdict).toBe("won");
    await world.write(root, "set-field", { thread, set: { statuses: type.statuses } });
    expect((await to("parts")).stamp).toMatchObject({ verdict: "stale", reason: "no-status" });
    expect((await to("done")).stamp.verdict).toBe("won");
    await world.write(root, "set-field", { thread, set: { statuses: [] } });
    expect((await to("in-work")).stamp.verdict).toBe("won");
    await onTicket(world, anna, "set-field", { set: { type: "nonsense" } });
    expect((await to("waiting-for-user")).stamp.verdict).toBe("won");
  });
});

describe("a visit's result at the arbiter", () => {
  it("[CL24] is accepted once, also long after the ring has forgotten it", async () => {
    const world = await openWorld();
    await open(world);
    await onTicket(world, root, "assign", { base: await base(world), to: tom.id });
    const under = await base(world);
    await onTicket(world, root, "assign", { base: await base(world), to: anna.id });
    const held = await onTicket(world, tom, "status", { base: under, status: "done", mode: "offline" });
    expect(held.stamp).toMatchObject({ verdict: "held", reason: "visit" });
    const accept = async () =>
      onTicket(world, anna, "status", { base: await base(world), status: "done", of: held.id });
    expect((await accept()).stamp.verdict).toBe("won");
    for (let i = 0; i < 70; i += 1) await onTicket(world, anna, "note", { text: "x" });
    await world.timers.advance(10_000);
    await openWorld({}, world);
    expect((await accept()).stamp).toMatchObject({ verdict: "stale", reason: "already-ended" });
    expect(await world.faults(TICKET)).toEqual([]);
  });

  it("[S22] the user's answer is about a notice of his dialog and a ticket of it", async () => {
    const world = await openWorld();
    await world.openDialog(masha);
    await open(world);
    await world.write(anna, "link", { to: TICKET, relation: "ticket" });
    const notice = await world.write(system, "notice", { code: "ticket-done", via: TICKET });
    const message = (await world.storedItems())[1] ?? raise();
    await world.timers.advance(10_000);
    await openWorld({}, world);
    const given = { via: TICKET, answer: "accept" as const };
    const wrong = world.make(masha, "accept", { ...given, of: message.id });
    expect(await world.send(masha, wrong)).toMatchObject({ answer: "refused", code: "forbidden" });
    const other = world.make(masha, "accept", { ...given, of: notice.id, via: nth(1) });
    expect(await world.send(masha, other)).toMatchObject({ answer: "refused", code: "no-thread" });
    expect((await world.write(masha, "accept", { ...given, of: notice.id })).stamp.verdict).toBe("noted");
  });

  it("[CL28] [S21] a held reply by a ticket is sent by the ticket's owner", async () => {
    const world = await openWorld();
    await world.openDialog(masha);
    await world.write(anna, "claim", {});
    await open(world);
    await world.write(anna, "link", { to: TICKET, relation: "ticket" });
    await onTicket(world, boris, "claim", {});
    const seen = { inc: 1, n: 3 };
    await world.write(anna, "reply", { text: "We look at it.", under: { inc: 1, epoch: 1 }, seen });
    const under = await base(world);
    const held = await world.write(boris, "reply", { text: "Done.", via: TICKET, under, seen });
    expect(held.stamp).toMatchObject({ verdict: "held", reason: "unseen-reply" });
    const sent = await world.write(boris, "resend", { of: held.id, seen: { inc: 1, n: 6 } });
    expect(sent.stamp).toMatchObject({ verdict: "sent", via: { epoch: 1 } });
  });
});

const revision = (item: StampedItem) => {
  const { stamp: _stamp, ...bare } = item;
  return { _rev: `2-${"0".repeat(32)}`, _revisions: { start: 2, ids: ["0".repeat(32), deviceHash(bare)] } };
};

const raise = (): never => {
  throw new Error("not there");
};
