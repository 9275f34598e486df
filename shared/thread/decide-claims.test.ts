import { describe, expect, it } from "vitest";
import { agent, deviceFor, OTHER_TEAM, openDialog, TEAM, user } from "../testing/thread-world.ts";

const anna = agent("anna");
const boris = agent("boris");
const lead = agent("vera", "lead");
const guest = agent("guest", "agent", [OTHER_TEAM]);
const masha = user("masha");

describe("claim", () => {
  it("[CL6] a free thread is won: owner and a new epoch", () => {
    const world = openDialog(masha);
    const claim = world.write(anna, "claim", {});
    expect(claim.stamp).toMatchObject({ verdict: "won", epoch: 1, owner: anna.id, since: world.now });
    expect(world.at).toMatchObject({ owner: anna.id, epoch: 1, by: claim.id, ownerSince: world.now });
  });

  it("[CL6] an own thread is noop at the present epoch", () => {
    const world = openDialog(masha);
    world.write(anna, "claim", {});
    expect(world.write(anna, "claim", {}).stamp).toMatchObject({ verdict: "noop", epoch: 1 });
    expect(world.at.epoch).toBe(1);
  });

  it("[CL6] another's thread is lost, naming owner and since when", () => {
    const world = openDialog(masha);
    world.write(anna, "claim", {});
    const since = world.now;
    world.now += 5_000;
    expect(world.write(boris, "claim", {}).stamp).toMatchObject({
      verdict: "lost",
      reason: "owned",
      owner: anna.id,
      since,
      epoch: 1,
    });
    expect(world.at.owner).toBe(anna.id);
  });

  it("[CL6] when lease and grace have run out it is lost(away)", () => {
    const world = openDialog(masha);
    world.write(anna, "claim", {});
    world.lease = "grace";
    expect(world.write(boris, "claim", {}).stamp.reason).toBe("owned");
    world.lease = "out";
    expect(world.write(boris, "claim", {}).stamp).toMatchObject({ verdict: "lost", reason: "away" });
  });

  it("[CL10] on a closed thread a claim is stale and names the closing, also the owner's own", () => {
    const world = openDialog(masha);
    world.write(anna, "claim", {});
    world.write(anna, "close", { base: world.base, seen: world.seen });
    const closedAt = world.now;
    world.now += 1_000;
    for (const who of [anna, boris]) {
      expect(world.write(who, "claim", {}).stamp).toMatchObject({
        verdict: "stale",
        reason: "closed",
        since: closedAt,
      });
    }
  });

  it("a person of another team is refused", () => {
    const world = openDialog(masha);
    expect(world.submit(guest, world.make(guest, "claim", {}))).toEqual({ answer: "refused", code: "forbidden" });
  });
});

describe("takeover", () => {
  it("[CL7] is won when lease and grace have run out and the base is the head's", () => {
    const world = openDialog(masha);
    world.write(anna, "claim", {});
    for (const lease of ["live", "grace"] as const) {
      world.lease = lease;
      expect(world.write(boris, "takeover", { base: world.base }).stamp).toMatchObject({
        verdict: "lost",
        reason: "live",
        owner: anna.id,
      });
    }
    world.lease = "out";
    expect(world.write(boris, "takeover", { base: { inc: 1, epoch: 0 } }).stamp).toMatchObject({
      verdict: "lost",
      reason: "epoch",
    });
    expect(world.write(boris, "takeover", { base: world.base, from: anna.id }).stamp).toMatchObject({
      verdict: "won",
      epoch: 2,
      owner: boris.id,
    });
    expect(world.at.lastOwner).toBe(anna.id);
  });

  it("[CL7] a lead takes over from a live owner, on line only [CL9]", () => {
    const world = openDialog(masha);
    world.write(anna, "claim", {});
    const offline = world.make(lead, "takeover", { base: world.base, mode: "offline" });
    expect(world.submit(lead, offline)).toMatchObject({ stamp: { verdict: "lost", reason: "offline" } });
    expect(world.write(lead, "takeover", { base: world.base }).stamp.verdict).toBe("won");
  });

  it("[CL9] what is older than two minutes when decided counts as off line", () => {
    const world = openDialog(masha);
    world.write(anna, "claim", {});
    const item = world.make(lead, "takeover", { base: world.base });
    world.now += 120_001;
    expect(world.submit(lead, item)).toMatchObject({ stamp: { verdict: "lost", reason: "offline" } });
  });

  it("[CL9] a device without an offset to the server's clock counts as off line", () => {
    const world = openDialog(masha);
    world.write(anna, "claim", {});
    const { offset: _offset, ...item } = world.make(lead, "takeover", { base: world.base });
    expect(world.submit(lead, item)).toMatchObject({ stamp: { verdict: "lost", reason: "offline" } });
  });

  it("[CL5] a base of another incarnation wins a free thread only", () => {
    const world = openDialog(masha);
    world.lease = "out";
    expect(world.write(boris, "takeover", { base: { inc: 9, epoch: 0 } }).stamp.verdict).toBe("won");
    expect(world.write(anna, "takeover", { base: { inc: 9, epoch: 1 } }).stamp).toMatchObject({
      verdict: "lost",
      reason: "epoch",
    });
  });
});

describe("assign, handover, transfer, release", () => {
  it("[CL8] a lead assigns; anybody else is stale(not-allowed)", () => {
    const world = openDialog(masha);
    expect(world.write(anna, "assign", { base: world.base, to: boris.id }).stamp).toMatchObject({
      verdict: "stale",
      reason: "not-allowed",
    });
    expect(world.write(lead, "assign", { base: world.base, to: boris.id }).stamp).toMatchObject({
      verdict: "won",
      owner: boris.id,
      epoch: 1,
    });
    expect(world.write(lead, "assign", { base: { inc: 1, epoch: 0 }, to: anna.id }).stamp).toMatchObject({
      verdict: "stale",
      reason: "epoch",
      owner: boris.id,
    });
  });

  it("[I1] assigning to the present owner changes no epoch", () => {
    const world = openDialog(masha);
    world.write(anna, "claim", {});
    expect(world.write(lead, "assign", { base: world.base, to: anna.id }).stamp).toMatchObject({
      verdict: "noop",
      epoch: 1,
    });
  });

  it("[CL8] the owner hands over, nobody else", () => {
    const world = openDialog(masha);
    world.write(anna, "claim", {});
    expect(world.write(boris, "handover", { base: world.base, to: boris.id }).stamp.reason).toBe("not-owner");
    expect(world.write(anna, "handover", { base: world.base, to: boris.id }).stamp.verdict).toBe("won");
    expect(world.at).toMatchObject({ owner: boris.id, lastOwner: anna.id, epoch: 2 });
  });

  it("[CL9] off line nothing displaces an owner with a live lease; his own release goes", () => {
    const world = openDialog(masha);
    world.write(anna, "claim", {});
    const offline = { base: world.base, mode: "offline" } as const;
    const stale = { verdict: "stale", reason: "offline" };
    expect(world.write(lead, "assign", { ...offline, to: boris.id }).stamp).toMatchObject(stale);
    expect(world.write(anna, "handover", { ...offline, to: boris.id }).stamp).toMatchObject(stale);
    expect(world.write(lead, "transfer", { ...offline, team: OTHER_TEAM }).stamp).toMatchObject(stale);
    expect(world.write(lead, "release", offline).stamp).toMatchObject(stale);
    expect(world.at.owner).toBe(anna.id);
    expect(world.write(anna, "release", offline).stamp).toMatchObject({ verdict: "won", owner: null, epoch: 2 });
  });

  it("transfer: the other team, nobody's, and a new epoch only when somebody owned it [I1]", () => {
    const world = openDialog(masha);
    const wide = agent("wide", "lead", [TEAM, OTHER_TEAM]);
    world.write(wide, "transfer", { base: world.base, team: OTHER_TEAM });
    expect(world.at).toMatchObject({ team: OTHER_TEAM, owner: null, epoch: 0 });
    world.write(wide, "claim", {});
    expect(world.write(wide, "transfer", { base: world.base, team: TEAM }).stamp.verdict).toBe("won");
    expect(world.at).toMatchObject({ team: TEAM, owner: null, epoch: 2, lastOwner: null });
  });

  it("[CL8] release: owner or lead; of a free thread noop", () => {
    const world = openDialog(masha);
    expect(world.write(lead, "release", { base: world.base }).stamp.verdict).toBe("noop");
    world.write(anna, "claim", {});
    expect(world.write(boris, "release", { base: world.base }).stamp.reason).toBe("not-allowed");
    expect(world.write(lead, "release", { base: world.base }).stamp).toMatchObject({ verdict: "won", owner: null });
  });
});

describe("bases", () => {
  it("[CL3] `after` a claim that was won means the epoch it was decided at", () => {
    const world = openDialog(masha);
    const claim = world.write(anna, "claim", {});
    expect(world.write(anna, "release", { base: { after: claim.id } }).stamp.verdict).toBe("won");
    expect(world.write(anna, "release", { base: { after: claim.id } }).stamp).toMatchObject({
      verdict: "stale",
      reason: "epoch",
    });
  });

  it("[CL3] `after` a claim that was not won is lost", () => {
    const world = openDialog(masha);
    world.write(boris, "claim", {});
    const claim = world.write(anna, "claim", {});
    expect(world.write(anna, "release", { base: { after: claim.id } }).stamp).toMatchObject({
      verdict: "lost",
      owner: boris.id,
    });
  });

  it("[CL19] `after` an undecided item must wait; after a refused one it is refused", () => {
    const world = openDialog(masha);
    const claim = world.make(anna, "claim", {});
    const close = world.make(anna, "close", { base: { after: claim.id }, seen: world.seen });
    expect(world.submit(anna, close)).toEqual({ answer: "retry", why: "after-undecided" });
    const refusedOne = { ...world.context(anna), earlier: () => "refused" as const };
    expect(world.submitIn(refusedOne, close)).toEqual({ answer: "refused", code: "depends-on-refused" });
    const note = world.make(anna, "note", { text: "x", after: [claim.id] });
    expect(world.submit(anna, note)).toEqual({ answer: "retry", why: "after-undecided" });
  });

  it("[CL2] `after` names items of the same author only", () => {
    const world = openDialog(masha);
    const claim = world.write(boris, "claim", {});
    const note = world.make(anna, "note", { text: "x", after: [claim.id] });
    expect(world.submit(anna, note)).toEqual({ answer: "refused", code: "malformed" });
  });

  it("an item in another's name is refused", () => {
    const world = openDialog(masha);
    const item = world.make(anna, "claim", { device: deviceFor(boris) });
    expect(world.submit(boris, item)).toEqual({ answer: "refused", code: "foreign-author" });
  });
});
