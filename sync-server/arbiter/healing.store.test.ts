import { describe, expect, it } from "vitest";
import type { Item } from "../../shared/items/registry.ts";
import type { ItemAnswer } from "../../shared/items/stamp.ts";
import type { Actor } from "../../shared/policy/actor.ts";
import { agent, DIALOG, OTHER_TEAM, TEAM, user } from "../../shared/testing/thread-world.ts";
import type { Head } from "../../shared/thread/head.ts";
import { ArbiterWorld } from "./arbiter-world.contract.ts";

const anna = agent("anna");
const boris = agent("boris");
const carl = agent("carl");
const masha = user("masha");

async function openWorld(): Promise<ArbiterWorld> {
  const world = new ArbiterWorld();
  await world.boot();
  await world.openDialog(masha);
  await world.timers.advance(10_000);
  return world;
}

/** The answer, if there is one without the passing of time. */
async function answeredAtOnce(world: ArbiterWorld, actor: Actor, item: Item): Promise<ItemAnswer | undefined> {
  let given: ItemAnswer | undefined;
  void world.arbiter.submit([{ actor, item }]).then(([answer]) => {
    given = answer;
  });
  await world.timers.advance(0);
  return given;
}

/** Verdicts as they come, by author. */
function claimVerdicts(world: ArbiterWorld, claims: readonly (readonly [Actor, Item])[]): string[] {
  const verdicts: string[] = [];
  for (const [actor, item] of claims) {
    void world.arbiter.submit([{ actor, item }]).then(([answer]) => {
      if (answer?.answer === "ok") verdicts.push(`${actor.id} ${answer.item.stamp.verdict}`);
    });
  }
  return verdicts;
}

describe("after down time", () => {
  it("[CL11] a thread's items are collected for two seconds and ranked by their chains' first command", async () => {
    const world = await openWorld();
    const early = world.make(anna, "claim", { mode: "offline" });
    await world.timers.advance(60_000);
    const late = world.make(boris, "claim", { mode: "offline" });
    await world.timers.advance(60_000);
    await world.boot({ settings: { collectMs: 2_000 } });
    const answers: string[] = [];
    void world.arbiter.submit([{ actor: boris, item: late }]).then(([answer]) => {
      if (answer?.answer === "ok") answers.push(`boris ${answer.item.stamp.verdict}`);
    });
    await world.timers.advance(1_000);
    void world.arbiter.submit([{ actor: anna, item: early }]).then(([answer]) => {
      if (answer?.answer === "ok") answers.push(`anna ${answer.item.stamp.verdict}`);
    });
    await world.timers.advance(900);
    expect(answers).toEqual([]);
    await world.timers.advance(200);
    expect(answers.sort()).toEqual(["anna won", "boris lost"]);
    expect(await world.faults()).toEqual([]);
  });

  it("[CL11] a thread is collected once; new threads and later items go by arrival at once", async () => {
    const world = await openWorld();
    await world.boot({ settings: { collectMs: 2_000 } });
    void world.arbiter.submit([{ actor: anna, item: world.make(anna, "claim", {}) }]);
    await world.timers.advance(2_000);
    let isAnswered = false;
    void world.arbiter.submit([{ actor: anna, item: world.make(anna, "note", { text: "x" }) }]).then(() => {
      isAnswered = true;
    });
    await world.timers.advance(0);
    expect(isAnswered).toBe(true);
  });

  it("[CL11] what is written on line after the start does not wait, and leaves the collection to what did", async () => {
    const world = await openWorld();
    const early = world.make(anna, "claim", { mode: "offline" });
    await world.timers.advance(5_000);
    const late = world.make(boris, "claim", { mode: "offline" });
    await world.boot({ settings: { collectMs: 2_000 } });
    await world.timers.advance(10);
    expect((await answeredAtOnce(world, masha, world.make(masha, "message", { text: "Are you there?" })))?.answer).toBe(
      "ok",
    );
    const verdicts = claimVerdicts(world, [
      [boris, late],
      [anna, early],
    ]);
    await world.timers.advance(1_900);
    expect(verdicts).toEqual([]);
    await world.timers.advance(200);
    expect(verdicts.sort()).toEqual([`${anna.id} won`, `${boris.id} lost`].sort());
    expect(await world.faults()).toEqual([]);
  });

  it("[CL11] a claim is collected also when it is new: one who is not back yet may have asked earlier", async () => {
    const world = await openWorld();
    const early = world.make(anna, "claim", { mode: "offline" });
    await world.timers.advance(5_000);
    await world.boot({ settings: { collectMs: 2_000 } });
    await world.timers.advance(10);
    const verdicts = claimVerdicts(world, [[boris, world.make(boris, "claim", {})]]);
    await world.timers.advance(1_000);
    expect(verdicts).toEqual([]);
    claimVerdicts(world, [[anna, early]]);
    await world.timers.advance(1_100);
    expect((await world.storedHead()).owner).toBe(anna.id);
  });

  it("[CL11] a message waits for an owner who is not back: he may hold an answer that came before it", async () => {
    const world = await openWorld();
    await world.write(anna, "claim", {});
    const head = await world.storedHead();
    const under = { inc: head.inc, epoch: head.epoch };
    const reply = world.make(anna, "reply", {
      text: "It is the cable.",
      under,
      seen: { inc: head.inc, n: head.n },
      mode: "offline",
    });
    await world.timers.advance(5_000);
    await world.boot({ settings: { collectMs: 2_000 } });
    await world.timers.advance(10);
    const message = world.make(masha, "message", { text: "And now?" });
    expect(await answeredAtOnce(world, masha, message)).toBeUndefined();
    world.arbiter.heard(anna.id);
    const [answer] = await world.sendAll([{ actor: anna, item: reply }]);
    expect(answer).toMatchObject({ answer: "ok", item: { stamp: { verdict: "sent", n: head.n + 1 } } });
    await world.timers.advance(2_000);
    // He is back: what is said now is heard at once.
    const next = world.make(masha, "message", { text: "It prints." });
    expect((await answeredAtOnce(world, masha, next))?.answer).toBe("ok");
  });

  it("[CL11] a message of the user's that waited for the line is collected", async () => {
    const world = await openWorld();
    const waited = world.make(masha, "message", { text: "Hello?" });
    await world.timers.advance(5_000);
    await world.boot({ settings: { collectMs: 2_000 } });
    await world.timers.advance(10);
    expect(await answeredAtOnce(world, masha, waited)).toBeUndefined();
    const clockAhead = { ...world.make(masha, "message", { text: "From tomorrow." }), offset: 20_000 };
    expect(await answeredAtOnce(world, masha, clockAhead)).toBeUndefined();
  });

  it("[CL11] a desk that was never down collects nothing", async () => {
    const world = new ArbiterWorld();
    await world.boot({ settings: { collectMs: 2_000 } });
    const open = world.make(masha, "open", { team: TEAM, user: masha.id, channel: "link" });
    const message = world.make(masha, "message", { text: "hi" });
    let answered = 0;
    void world.arbiter.submit([open, message].map((item) => ({ actor: masha, item }))).then(() => (answered += 1));
    await world.timers.advance(0);
    expect(answered).toBe(1);
  });
});

describe("cursors", () => {
  it("are written with the next commit or after two seconds, cumulative, within the thread, once", async () => {
    const world = await openWorld();
    const { v } = await world.storedHead();
    world.arbiter.advance(DIALOG, { side: "team", read: 2 });
    world.arbiter.advance(DIALOG, { side: "team", delivered: 1 });
    world.arbiter.advance(DIALOG, { side: "user", delivered: 99 });
    await world.timers.advance(1_900);
    expect((await world.storedHead()).v).toBe(v);
    await world.timers.advance(200);
    const head = await world.storedHead();
    expect(head.v).toBe(v + 1);
    expect(head.cursors).toMatchObject({
      teamRead: { upTo: 2 },
      teamDelivered: { upTo: 2 },
      userDelivered: { upTo: 1 },
      userRead: { upTo: 0 },
    });
    expect(world.commits.at(-1)).toMatchObject({ items: [], head: { v: v + 1 } });
    world.arbiter.advance(DIALOG, { side: "team", read: 1 });
    await world.timers.advance(10_000);
    expect((await world.storedHead()).v).toBe(v + 1);
  });

  it("survive a store that fails", async () => {
    const world = await openWorld();
    world.store.setFaults({ before: ({ kind }) => (kind === "put" || kind === "get" ? "refuse" : "go") });
    world.arbiter.advance(DIALOG, { side: "user", read: 1 });
    await world.timers.advance(5_000);
    world.store.setFaults(undefined);
    await world.timers.advance(5_000);
    expect((await world.storedHead()).cursors.userRead.upTo).toBe(1);
  });
});

describe("pend", () => {
  it("[CL15] a row leaves after a while without a new version: for devices nothing has changed", async () => {
    const world = await openWorld();
    await world.write(anna, "claim", {});
    await world.timers.advance(0);
    const before = await world.storedHead();
    expect(before.pend).toHaveLength(1);
    const told = world.commits.length;
    await world.timers.advance(6_000);
    expect(await world.storedHead()).toEqual({ ...before, pend: [] });
    expect(world.commits).toHaveLength(told);
  });
});

describe("leases", () => {
  const ownedBy = (owner: typeof anna, team = TEAM): Head => ({ owner: owner.id, lastOwner: null, team }) as Head;

  it("[CL13] one who is not in memory is granted a full period when he is first looked at", async () => {
    const world = await openWorld();
    expect(world.arbiter.leaseOf(ownedBy(anna))).toBe("live");
    await world.timers.advance(90_000);
    expect(world.arbiter.leaseOf(ownedBy(anna))).toBe("live");
    await world.timers.advance(1);
    expect(world.arbiter.leaseOf(ownedBy(anna))).toBe("grace");
    await world.timers.advance(600_000);
    expect(world.arbiter.leaseOf(ownedBy(anna))).toBe("out");
  });

  it("[CL12] stand still while fewer than half of the team is heard; another team's do not", async () => {
    const world = await openWorld();
    for (const who of [anna, boris, carl]) world.arbiter.heard(who.id, { teams: [TEAM] });
    const lone = agent("lone", "agent", [OTHER_TEAM]);
    world.arbiter.heard(lone.id, { teams: [OTHER_TEAM] });
    const other = agent("other", "agent", [OTHER_TEAM]);
    for (let i = 0; i < 100; i += 1) {
      await world.timers.advance(20_000);
      world.arbiter.heard(other.id, { teams: [OTHER_TEAM] });
      if (i < 50) world.arbiter.heard(carl.id);
    }
    expect(world.arbiter.leaseOf(ownedBy(anna))).toBe("live");
    expect(world.arbiter.leaseOf(ownedBy(lone, OTHER_TEAM))).toBe("out");
  });
});
