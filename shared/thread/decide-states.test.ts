import { describe, expect, it } from "vitest";
import type { ThreadWorld } from "../testing/thread-world.ts";
import { agent, OTHER_TEAM, openDialog, system, user } from "../testing/thread-world.ts";

const anna = agent("anna");
const boris = agent("boris");
const lead = agent("vera", "lead");
const masha = user("masha");
const petya = user("petya");

function owned(): ThreadWorld {
  const world = openDialog(masha);
  world.write(anna, "claim", {});
  return world;
}

function closed(): ThreadWorld {
  const world = owned();
  world.write(anna, "close", { base: world.base, seen: world.seen });
  return world;
}

describe("close and snooze", () => {
  it("[CL8] by the owner or a lead, with the head's base; the owner stays", () => {
    const world = owned();
    expect(world.write(boris, "close", { base: world.base, seen: world.seen }).stamp.reason).toBe("not-allowed");
    expect(world.write(anna, "close", { base: { inc: 1, epoch: 0 }, seen: world.seen }).stamp.reason).toBe("epoch");
    expect(world.write(lead, "close", { base: world.base, seen: world.seen }).stamp.verdict).toBe("won");
    expect(world.at).toMatchObject({ state: "closed", owner: anna.id, epoch: 1, closedAt: world.now });
  });

  it("[CL8] with a user's message newer than seen it is stale", () => {
    for (const kind of ["close", "snooze"] as const) {
      const world = owned();
      const { base, seen } = world;
      world.write(masha, "message", { text: "wait" });
      const item =
        kind === "close" ? world.make(anna, kind, { base, seen }) : world.make(anna, kind, { base, seen, until: 1 });
      expect(world.submit(anna, item)).toMatchObject({ stamp: { verdict: "stale", reason: "unseen-message" } });
      expect(world.at.state).toBe("open");
    }
  });

  it("[CL8] after a reply that was held it is stale; after one that was sent it is won", () => {
    const world = owned();
    const { base, seen } = world;
    const held = world.write(anna, "reply", { text: "x", under: { inc: 1, epoch: 0 }, seen });
    expect(world.write(anna, "close", { base, seen, after: [held.id] }).stamp.reason).toBe("after-held");
    const stale = world.write(anna, "resend", { of: held.id, seen: { inc: 1, n: 0 }, mode: "offline" });
    expect(world.write(anna, "close", { base, seen, after: [stale.id] }).stamp.reason).toBe("after-held");
    const sent = world.write(anna, "reply", { text: "x", under: base, seen });
    expect(world.write(anna, "close", { base, seen, after: [sent.id] }).stamp.verdict).toBe("won");
  });

  it("[I1] a snooze raises no epoch, a message wakes it with the same owner [CL23]", () => {
    const world = owned();
    world.write(anna, "snooze", { base: world.base, seen: world.seen, until: world.now + 1 });
    expect(world.at).toMatchObject({ state: "snoozed", epoch: 1, snoozedUntil: world.now + 1 });
    world.lease = "out";
    world.write(masha, "message", { text: "and?" });
    expect(world.at).toMatchObject({ state: "open", owner: anna.id, epoch: 1 });
    expect(world.at).not.toHaveProperty("snoozedUntil");
  });
});

describe("a user's message to a closed thread", () => {
  it("[CL23] reopens it for the owner when his lease is live, without a new epoch", () => {
    for (const lease of ["live", "grace"] as const) {
      const world = closed();
      world.lease = lease;
      expect(world.write(masha, "message", { text: "again" }).stamp).toMatchObject({
        verdict: "noted",
        owner: anna.id,
        epoch: 1,
      });
      expect(world.at).toMatchObject({ state: "open", owner: anna.id, waitingSince: world.now });
      expect(world.at).not.toHaveProperty("closedAt");
    }
  });

  it("[CL23] reopens it for nobody when it has run out, in a new epoch", () => {
    const world = closed();
    world.lease = "out";
    expect(world.write(masha, "message", { text: "again" }).stamp).toMatchObject({ owner: null, epoch: 2 });
    expect(world.at).toMatchObject({ state: "open", owner: null, lastOwner: anna.id });
  });

  it("[CL23] a thread closed while nobody owned it goes to the last owner when he is there", () => {
    const world = owned();
    world.write(anna, "release", { base: world.base });
    world.write(lead, "close", { base: world.base, seen: world.seen });
    world.write(masha, "message", { text: "again" });
    expect(world.at).toMatchObject({ owner: anna.id, epoch: 3 });
  });

  it("a transfer forgets the last owner: the thread does not spring back to him", () => {
    const wide = agent("wide", "lead", [OTHER_TEAM]);
    const world = owned();
    world.write(anna, "transfer", { base: world.base, team: OTHER_TEAM });
    world.write(wide, "close", { base: world.base, seen: world.seen });
    world.write(masha, "message", { text: "again" });
    expect(world.at).toMatchObject({ owner: null, team: OTHER_TEAM });
  });

  it("[CL23] after the reopen window it moves on: n, no u, the next thread named once", () => {
    const world = closed();
    world.now += world.reopenWindowMs + 1;
    const moved = world.write(masha, "message", { text: "a year later" });
    expect(moved.stamp).toMatchObject({ verdict: "moved", n: 5 });
    expect(moved.stamp).not.toHaveProperty("u");
    expect(moved.stamp.to).toBeDefined();
    expect(world.at).toMatchObject({ state: "closed", next: moved.stamp.to, lastUser: 2, waitingSince: null });
    expect(world.write(masha, "message", { text: "more" }).stamp.to).toBe(moved.stamp.to);
  });

  it("[I15] whatever the lease and the window, none stays in a closed thread", () => {
    for (const lease of ["live", "grace", "out", "none"] as const) {
      for (const passed of [0, 10_000_000_000]) {
        const world = closed();
        world.lease = lease;
        world.now += passed;
        const { stamp } = world.write(masha, "message", { text: "x" });
        expect(stamp.verdict === "moved" || world.at.state === "open").toBe(true);
      }
    }
  });
});

describe("reopen", () => {
  it("by a member: the owner stays, whatever his lease", () => {
    const world = closed();
    world.lease = "out";
    expect(world.write(boris, "reopen", {}).stamp).toMatchObject({ verdict: "won", epoch: 1 });
    expect(world.at).toMatchObject({ state: "open", owner: anna.id });
    expect(world.write(boris, "reopen", {}).stamp.verdict).toBe("noop");
  });

  it("[CL23] by the user as by his message, with a u", () => {
    const world = closed();
    world.lease = "out";
    expect(world.write(masha, "reopen", {}).stamp).toMatchObject({ verdict: "won", owner: null, epoch: 2, u: 2 });
  });
});

describe("wake, route, auto-close", () => {
  it("are won with v as the head stands, stale otherwise", () => {
    const world = owned();
    world.write(anna, "snooze", { base: world.base, seen: world.seen, until: 1 });
    expect(world.write(system, "wake", { v: 1 }).stamp).toMatchObject({ verdict: "stale", reason: "version" });
    expect(world.write(system, "wake", { v: world.at.v }).stamp.verdict).toBe("won");
    expect(world.at.state).toBe("open");
    expect(world.write(system, "route", { v: world.at.v, team: OTHER_TEAM }).stamp.reason).toBe("owned");
    world.write(anna, "release", { base: world.base });
    expect(world.write(system, "route", { v: world.at.v, team: OTHER_TEAM }).stamp.verdict).toBe("won");
    expect(world.at.team).toBe(OTHER_TEAM);
    expect(world.write(system, "auto-close", { v: 1 }).stamp.reason).toBe("version");
    expect(world.write(system, "auto-close", { v: world.at.v }).stamp.verdict).toBe("won");
    expect(world.at.state).toBe("closed");
  });
});

describe("corrections", () => {
  it("a user changes his own message and nobody else's words", () => {
    const world = owned();
    const mine = world.items[1];
    const reply = world.write(anna, "reply", { text: "ok", under: world.base, seen: world.seen });
    if (mine === undefined) throw new Error("no message");
    expect(world.write(masha, "edit", { of: mine.id, text: "the scanner" }).stamp).toMatchObject({
      verdict: "noted",
      u: 3,
    });
    expect(world.submit(masha, world.make(masha, "edit", { of: reply.id, text: "I was rude" }))).toEqual({
      answer: "refused",
      code: "forbidden",
    });
    expect(world.submit(petya, world.make(petya, "erase", { of: mine.id }))).toMatchObject({ code: "forbidden" });
  });

  it("[CL10] nothing that is only noted minds a closed thread", () => {
    const world = closed();
    expect(world.write(masha, "rating", { score: 5 }).stamp.verdict).toBe("noted");
    expect(world.at).toMatchObject({ state: "closed", rating: { score: 5 } });
  });
});
