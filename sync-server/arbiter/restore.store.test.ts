import { describe, expect, it } from "vitest";
import type { StampedItem } from "../../shared/items/stamp.ts";
import { agent, DIALOG, user } from "../../shared/testing/thread-world.ts";
import { openMemoryStore } from "../stores/memory/memory-store.ts";
import { ArbiterWorld } from "./arbiter-world.contract.ts";

const anna = agent("anna");
const boris = agent("boris");
const masha = user("masha");

/** A dialog with two items, a backup of it, and more work after the backup. */
async function lostWork(): Promise<{ world: ArbiterWorld; restored: ArbiterWorld; lost: readonly StampedItem[] }> {
  const world = new ArbiterWorld();
  await world.boot();
  await world.openDialog(masha);
  await world.timers.advance(10_000);
  const image = world.store.takeImage();
  const claim = await world.write(anna, "claim", {});
  const seen = { inc: 1, n: 2 };
  const reply = await world.write(anna, "reply", { text: "On my way.", under: { inc: 1, epoch: 1 }, seen });
  const held = await world.write(boris, "reply", { text: "Mine.", under: { inc: 1, epoch: 1 }, seen });
  const close = await world.write(anna, "close", { base: { inc: 1, epoch: 1 }, seen });
  const message = await world.write(masha, "message", { text: "Thanks, one more thing." });
  await world.timers.advance(10_000);
  const restored = new ArbiterWorld(openMemoryStore({ image }));
  return { world, restored, lost: [claim, reply, held, close, message] };
}

describe("restore", () => {
  it("[CL27] raises inc before anybody is answered, and a `seen` of before counts up to where it began", async () => {
    const { restored } = await lostWork();
    await restored.begin({ inc: 2 });
    expect(await restored.arbiter.restore()).toEqual({ threads: 1, takenBack: 0, gaps: 0 });
    await restored.arbiter.start();
    expect(await restored.arbiter.head(DIALOG)).toMatchObject({ inc: 2, n: 2, starts: [2], epoch: 0 });
  });

  it("[CL5] a base of before the restore is unknown: a close with it is stale", async () => {
    const { restored } = await lostWork();
    await restored.begin({ inc: 2 });
    await restored.arbiter.restore();
    await restored.arbiter.start();
    await restored.write(anna, "claim", {});
    const close = await restored.write(anna, "close", { base: { inc: 1, epoch: 1 }, seen: { inc: 1, n: 7 } });
    expect(close.stamp).toMatchObject({ verdict: "stale", reason: "epoch" });
  });

  it("[CL27] what devices give back keeps verdict and epoch, gets new numbers, and changes no owner", async () => {
    const { restored, lost } = await lostWork();
    await restored.begin({ inc: 2 });
    await restored.arbiter.restore();
    await restored.arbiter.start();
    await restored.write(boris, "claim", {});
    const answers = await restored.arbiter.giveBack([...lost].reverse());
    expect(answers.map(({ answer }) => answer)).toEqual(["ok", "ok", "ok", "ok", "ok"]);
    await restored.timers.advance(10_000);
    const items = await restored.storedItems();
    expect(items.slice(3).map(({ id }) => id)).toEqual(lost.map(({ id }) => id));
    for (const item of lost) {
      const now = items.find(({ id }) => id === item.id);
      const { verdict, epoch, n } = item.stamp;
      expect(now?.stamp).toMatchObject({ verdict, epoch, inc: 2, was: { inc: 1, n } });
    }
    const head = await restored.storedHead();
    expect(head).toMatchObject({ owner: boris.id, epoch: 1, state: "open", n: 8, u: 3, lastUser: 8 });
    expect(head.lastReply).toEqual({ n: 5, author: anna.id });
    expect(head.held.map(({ author }) => author)).toEqual([boris.id]);
    expect(await restored.faults()).toEqual([]);
  });

  it("[CL4] given back twice, or by its author as new, it stays one item", async () => {
    const { restored, lost } = await lostWork();
    await restored.begin({ inc: 2 });
    await restored.arbiter.restore();
    await restored.arbiter.start();
    const [claim] = lost;
    if (claim === undefined) throw new Error("no claim");
    const { stamp: _stamp, ...fresh } = claim;
    expect(await restored.send(anna, fresh)).toMatchObject({ answer: "ok", item: { stamp: { inc: 2, n: 3 } } });
    expect(await restored.arbiter.giveBack([claim])).toMatchObject([
      { answer: "dup", item: { stamp: { inc: 2, n: 3 } } },
    ]);
    await restored.arbiter.giveBack(lost);
    expect(await restored.arbiter.giveBack(lost)).toMatchObject(lost.map(() => ({ answer: "dup" })));
    await restored.timers.advance(10_000);
    expect(await restored.faults()).toEqual([]);
  });

  it("[CL27] a held reply whose ending was given back before it is not held again", async () => {
    const { world, restored, lost } = await lostWork();
    const held = lost[2];
    if (held === undefined) throw new Error("no held reply");
    const discard = await world.write(boris, "discard", { of: held.id });
    expect(discard.stamp.verdict).toBe("won");
    await restored.begin({ inc: 2 });
    await restored.arbiter.restore();
    await restored.arbiter.start();
    await restored.arbiter.giveBack([discard]);
    await restored.timers.advance(10_000);
    expect(await restored.arbiter.giveBack([held])).toMatchObject([{ item: { stamp: { ended: true } } }]);
    await restored.timers.advance(10_000);
    expect((await restored.storedHead()).held).toEqual([]);
    expect(await restored.faults()).toEqual([]);
  });

  it("[CL27] stored items above the restored head come back by themselves, and rows of pend are stored first", async () => {
    const { world } = await lostWork();
    await world.timers.advance(10_000);
    // A backup that caught the head early and the items late; the head holds a row that was never stored.
    const old = await world.storedItems();
    const store = openMemoryStore();
    const database = await store.open("desk");
    const other = new ArbiterWorld(store);
    let isDown = true;
    store.setFaults({ before: ({ kind }) => (kind === "bulkRevisions" && isDown ? "refuse" : "go") });
    await other.boot();
    void other.openDialog(masha);
    await other.timers.advance(1_000);
    isDown = false;
    const head = await other.storedHead();
    expect(head.pend).toHaveLength(2);
    const lost = old.slice(2);
    const { storedItem } = await import("../../shared/items/revision.ts");
    await database.bulkRevisions(lost.map((item) => storedItem(item)));
    const restored = new ArbiterWorld(store);
    await restored.begin({ inc: 2 });
    expect(await restored.arbiter.restore()).toEqual({ threads: 1, takenBack: 5, gaps: 0 });
    expect(await restored.arbiter.restore()).toEqual({ threads: 1, takenBack: 0, gaps: 0 });
    await restored.arbiter.start();
    expect(await restored.storedHead()).toMatchObject({ inc: 2, n: 7, owner: null, state: "open" });
    expect(await restored.faults()).toEqual([]);
    // Two stamps of one item: the later incarnation is the one that every store shows.
    expect(await database.conflicts()).toBe(5);
  });

  it("[CL27] a thread that the backup does not know begins again with its `open`", async () => {
    const { world } = await lostWork();
    const items = await world.storedItems();
    const restored = new ArbiterWorld();
    await restored.boot({ inc: 3 });
    const answers = await restored.arbiter.giveBack([...items].reverse());
    expect(answers.every(({ answer }) => answer === "ok")).toBe(true);
    await restored.timers.advance(10_000);
    expect(await restored.storedHead()).toMatchObject({ inc: 3, starts: [0, 0], n: 7, user: masha.id, owner: null });
    expect(await restored.faults()).toEqual([]);
  });

  it("an arbiter of an earlier incarnation decides nothing any more", async () => {
    const { world } = await lostWork();
    const moved = new ArbiterWorld(world.store);
    await moved.begin({ inc: 2 });
    await moved.arbiter.restore();
    await moved.arbiter.start();
    expect(await world.send(anna, world.make(anna, "claim", {}))).toMatchObject({ answer: "retry", why: "not-ready" });
  });
});
