import { describe, expect, it } from "vitest";
import { deviceHash } from "../../shared/items/revision.ts";
import { derivedThreadId, itemDocId } from "../../shared/kernel/ids.ts";
import { agent, DIALOG, TEAM, user } from "../../shared/testing/thread-world.ts";
import { openMemoryStore } from "../stores/memory/memory-store.ts";
import { ArbiterWorld, turn } from "./arbiter-world.contract.ts";

const anna = agent("anna");
const boris = agent("boris");
const masha = user("masha");

async function openWorld(): Promise<ArbiterWorld> {
  const world = new ArbiterWorld();
  await world.boot();
  await world.openDialog(masha);
  return world;
}

describe("a commit", () => {
  it("[CL15] admits, numbers, answers, tells listeners once and stores the item as revision 2", async () => {
    const world = await openWorld();
    const item = world.make(anna, "claim", {});
    const answer = await world.send(anna, item);
    expect(answer).toMatchObject({
      id: itemDocId(DIALOG, item.id),
      answer: "ok",
      item: { stamp: { n: 3, verdict: "won", epoch: 1, inc: 1 } },
    });
    expect(world.commits.filter(({ items }) => items.some(({ id }) => id === item.id))).toHaveLength(1);
    await world.timers.advance(0);
    const doc = await world.database?.get(itemDocId(DIALOG, item.id), { revisions: true });
    expect(doc?._revisions).toMatchObject({ start: 2 });
    expect(doc?._revisions?.ids[1]).toBe(deviceHash(item));
    expect("rev" in answer && answer.rev).toBe(doc?._rev);
    expect(await world.faults()).toEqual([]);
  });

  it("[CL15] costs one write of the head, and the item's own after the answer", async () => {
    const world = await openWorld();
    const calls: string[] = [];
    world.store.setFaults({
      before: ({ kind, ids }) => {
        calls.push(`${kind} ${ids.map((id) => (id.includes(":") ? "item" : "head")).join()}`);
        return "go";
      },
    });
    await world.send(anna, world.make(anna, "claim", {}));
    await turn();
    expect(calls).toEqual(["put head", "bulkRevisions item"]);
  });

  it("[CL4] the same item again is a dup with the same stamp: from pend, and from the store", async () => {
    const world = await openWorld();
    const item = world.make(anna, "claim", {});
    const first = await world.send(anna, item);
    const again = await world.send(anna, item);
    expect(again).toEqual({ ...first, answer: "dup" });
    for (let i = 0; i < 80; i += 1) await world.write(masha, "message", { text: `${i}` });
    expect((await world.storedHead()).decided.some(({ id }) => id === item.id)).toBe(false);
    expect(await world.send(anna, item)).toEqual({ ...first, answer: "dup" });
    await world.boot();
    expect(await world.send(anna, item)).toEqual({ ...first, answer: "dup" });
    expect(await world.faults()).toEqual([]);
  });

  it("the same id with other content is refused", async () => {
    const world = await openWorld();
    const item = world.make(anna, "note", { text: "one" });
    await world.send(anna, item);
    expect(await world.send(anna, { ...item, text: "two" })).toMatchObject({ answer: "refused", code: "id-taken" });
  });

  it("a whole chain in one call is decided in its order; a twin in it is a dup", async () => {
    const world = await openWorld();
    const claim = world.make(anna, "claim", {});
    const seen = { inc: 1, n: 2 };
    const reply = world.make(anna, "reply", { text: "Try now.", under: { after: claim.id }, seen, after: [claim.id] });
    const close = world.make(anna, "close", { base: { after: claim.id }, seen, after: [claim.id, reply.id] });
    const answers = await world.sendAll([claim, reply, close, reply].map((item) => ({ actor: anna, item })));
    expect(answers.map(({ answer }) => answer)).toEqual(["ok", "ok", "ok", "dup"]);
    expect(await world.arbiter.head(DIALOG)).toMatchObject({ state: "closed", n: 5, u: 2, owner: anna.id });
    await world.timers.advance(10_000);
    expect(await world.faults()).toEqual([]);
  });

  it("[CL19] what must wait makes its device's later items in that call wait; a refused one refuses its chain", async () => {
    const world = await openWorld();
    const missing = world.make(anna, "claim", {});
    const waiting = world.make(anna, "note", { text: "a", after: [missing.id] });
    const behind = world.make(anna, "note", { text: "b" });
    const other = world.make(boris, "note", { text: "c" });
    const answers = await world.sendAll([
      { actor: anna, item: waiting },
      { actor: anna, item: behind },
      { actor: boris, item: other },
    ]);
    expect(answers.map(({ answer }) => answer)).toEqual(["retry", "retry", "ok"]);
    const forbidden = world.make(anna, "wake", { v: 1 });
    const dependent = world.make(anna, "note", { text: "d", after: [forbidden.id] });
    expect(await world.sendAll([forbidden, dependent].map((item) => ({ actor: anna, item })))).toMatchObject([
      { answer: "refused", code: "forbidden" },
      { answer: "refused", code: "depends-on-refused" },
    ]);
    expect(await world.send(anna, world.make(anna, "note", { text: "e", after: [forbidden.id] }))).toMatchObject({
      answer: "refused",
    });
  });

  it("commits of different threads in one turn share one call", async () => {
    const world = await openWorld();
    const threads = Array.from({ length: 20 }, (_, i) => derivedThreadId("dialog", `t${i}`));
    const calls: string[] = [];
    world.store.setFaults({
      before: ({ kind, ids }) => {
        if (kind === "bulk" || kind === "put") calls.push(`${kind} ${ids.length}`);
        return "go";
      },
    });
    const answers = await world.sendAll(
      threads.map((thread) => ({
        actor: masha,
        item: world.make(masha, "open", { thread, team: TEAM, user: masha.id, channel: "link" }),
      })),
    );
    expect(answers.every(({ answer }) => answer === "ok")).toBe(true);
    expect(calls).toEqual(["bulk 20"]);
  });
});

describe("a store that fails", () => {
  it("[CL15] 409: the head is read again and the item decided again", async () => {
    const world = await openWorld();
    const other = new ArbiterWorld(world.store);
    await other.begin();
    const won = world.make(boris, "claim", {});
    expect(await other.send(boris, won)).toMatchObject({ answer: "ok", item: { stamp: { n: 3, verdict: "won" } } });
    const lost = await world.write(anna, "claim", {});
    expect(lost.stamp).toMatchObject({ verdict: "lost", owner: boris.id, n: 4 });
    await world.timers.advance(10_000);
    await other.timers.advance(10_000);
    expect(world.commits.some(({ items }) => items.some(({ id }) => id === won.id))).toBe(true);
    expect(await world.faults()).toEqual([]);
  });

  it.each(["uncertain-written", "uncertain-lost"] as const)(
    "[CL15] %s is never acknowledged unread: decided once, told once",
    async (verdict) => {
      const world = await openWorld();
      let left = 1;
      world.store.setFaults({
        before: ({ kind }) => {
          if ((kind !== "put" && kind !== "bulk") || left === 0) return "go";
          left -= 1;
          return verdict;
        },
      });
      const item = world.make(anna, "claim", {});
      const answer = await world.send(anna, item);
      expect(["ok", "dup"]).toContain(answer.answer);
      await world.timers.advance(10_000);
      expect(world.commits.filter(({ items }) => items.some(({ id }) => id === item.id))).toHaveLength(1);
      expect(await world.faults()).toEqual([]);
    },
  );

  it("surely refused for long: the device is told to come again, nothing is lost", async () => {
    const world = await openWorld();
    world.store.setFaults({ before: ({ kind }) => (kind === "put" || kind === "bulk" ? "refuse" : "go") });
    const item = world.make(anna, "claim", {});
    expect(await world.send(anna, item)).toMatchObject({ answer: "retry", why: "store" });
    world.store.setFaults(undefined);
    expect(await world.send(anna, item)).toMatchObject({ answer: "ok" });
  });

  it("an uncertain write that was made is told even when nothing else comes to the thread", async () => {
    const world = await openWorld();
    let broken = true;
    world.store.setFaults({
      before: ({ kind }) => {
        if (!broken) return "go";
        return kind === "put" || kind === "bulk" ? "uncertain-written" : "refuse";
      },
    });
    const item = world.make(anna, "claim", {});
    expect(await world.send(anna, item)).toMatchObject({ answer: "retry" });
    broken = false;
    await world.timers.advance(5_000);
    expect(world.commits.at(-1)?.head.owner).toBe(anna.id);
    expect(await world.send(anna, item)).toMatchObject({ answer: "dup" });
  });

  it("[CL1] rows stay in ring and list until their item is stored; a full list makes the queue wait", async () => {
    const world = await openWorld();
    let isDown = true;
    world.store.setFaults({ before: ({ kind }) => (kind === "bulkRevisions" && isDown ? "refuse" : "go") });
    const items = Array.from({ length: 40 }, (_, i) => world.make(masha, "message", { text: `${i}` }));
    let answered = 0;
    for (const item of items) void world.arbiter.submit([{ actor: masha, item }]).then(() => (answered += 1));
    await world.timers.advance(1_000);
    expect(answered).toBe(32);
    expect((await world.storedHead()).pend).toHaveLength(32);
    isDown = false;
    await world.timers.advance(60_000);
    expect(answered).toBe(40);
    expect((await world.storedHead()).pend).toEqual([]);
    expect(await world.faults()).toEqual([]);
  });

  it("a closed arbiter answers what it took, flushes, and takes no more", async () => {
    const world = await openWorld();
    const item = world.make(anna, "claim", {});
    const answer = world.arbiter.submit([{ actor: anna, item }]);
    await world.arbiter.close();
    expect(await answer).toMatchObject([{ answer: "ok" }]);
    expect((await world.storedHead()).pend).toEqual([]);
    expect(await world.arbiter.submit([{ actor: anna, item }])).toMatchObject([{ answer: "retry", why: "not-ready" }]);
  });
});

describe("a store with a broken answer at every call", () => {
  it("[I9] numbers stay without gaps whatever fails", async () => {
    const world = new ArbiterWorld(openMemoryStore());
    await world.boot();
    await world.openDialog(masha);
    const faults = ["uncertain-written", "refuse", "go", "uncertain-lost", "conflict", "go", "go"] as const;
    let call = 0;
    world.store.setFaults({ before: () => faults[(call += 1) % faults.length] ?? "go" });
    for (let i = 0; i < 20; i += 1) {
      const item = world.make(masha, "message", { text: `${i}` });
      for (let attempt = 0; attempt < 50; attempt += 1) {
        const { answer } = await world.send(masha, item);
        if (answer === "ok" || answer === "dup") break;
      }
    }
    world.store.setFaults(undefined);
    await world.timers.advance(60_000);
    expect(await world.faults()).toEqual([]);
    expect((await world.storedHead()).n).toBe(22);
  });
});
