import { describe, expect, it } from "vitest";
import type { StampedItem } from "../items/stamp.ts";
import type { ThreadWorld } from "../testing/thread-world.ts";
import { agent, OTHER_TEAM, openDialog, openTicket, user } from "../testing/thread-world.ts";

const anna = agent("anna");
const boris = agent("boris");
const lead = agent("vera", "lead");
const tech = agent("tom", "technician");
const away = agent("away", "technician", [OTHER_TEAM]);
const guest = agent("guest", "agent", [OTHER_TEAM]);
const masha = user("masha");

function owned(): ThreadWorld {
  const world = openDialog(masha);
  world.write(anna, "claim", {});
  return world;
}

const reply = (world: ThreadWorld, who = anna, more: object = {}): StampedItem =>
  world.write(who, "reply", { text: "Try now.", under: world.base, seen: world.seen, ...more });

describe("reply", () => {
  it("[CL21] the owner's, under the present epoch, is sent: n + 1, u + 1", () => {
    const world = owned();
    expect(reply(world).stamp).toMatchObject({ verdict: "sent", n: 4, u: 2 });
    expect(world.at).toMatchObject({ lastReply: { n: 4, author: anna.id }, waitingSince: null });
  });

  it("[CL21] a late one is held, with n and without u, and counts nowhere", () => {
    const world = owned();
    expect(reply(world, boris).stamp).toMatchObject({ verdict: "held", reason: "not-owner", owner: anna.id, n: 4 });
    expect(world.at.u).toBe(1);
    expect(world.at.lastReply).toBeNull();
    expect(world.at.held.map(({ author }) => author)).toEqual([boris.id]);
    expect(reply(world, anna, { under: { inc: 1, epoch: 0 } }).stamp.reason).toBe("epoch");
    expect(reply(world, anna, { under: { inc: 2, epoch: 1 } }).stamp.reason).toBe("epoch");
  });

  it("[CL3] under an own claim that was not won it is held; under one that was won it goes", () => {
    const world = openDialog(masha);
    const claim = world.write(anna, "claim", {});
    const lost = world.write(boris, "claim", {});
    expect(reply(world, boris, { under: { after: lost.id } }).stamp.verdict).toBe("held");
    expect(reply(world, anna, { under: { after: claim.id } }).stamp.verdict).toBe("sent");
  });

  it("[CL10] to a closed thread it is held(closed)", () => {
    const world = owned();
    world.write(anna, "close", { base: world.base, seen: world.seen });
    expect(reply(world).stamp).toMatchObject({ verdict: "held", reason: "closed" });
  });

  it("[CL21] behind a held one of the same author it is held with it", () => {
    const world = owned();
    const held = reply(world, anna, { under: { inc: 1, epoch: 0 } });
    expect(reply(world, anna, { after: [held.id] }).stamp).toMatchObject({ verdict: "held", reason: "after-held" });
    expect(reply(world).stamp.verdict).toBe("sent");
  });

  it("[CL22] another's reply newer than seen holds it, on line too", () => {
    const world = owned();
    const { seen } = world;
    reply(world);
    world.write(boris, "note", { text: "I take it" });
    world.write(lead, "assign", { base: world.base, to: boris.id });
    expect(reply(world, boris, { seen }).stamp).toMatchObject({ verdict: "held", reason: "unseen-reply" });
    expect(reply(world, boris).stamp.verdict).toBe("sent");
  });

  it("[CL22] the shield remembers the other's reply behind one's own", () => {
    const world = owned();
    const { seen } = world;
    reply(world);
    world.write(lead, "assign", { base: world.base, to: boris.id });
    reply(world, boris);
    expect(reply(world, boris, { seen }).stamp).toMatchObject({ verdict: "held", reason: "unseen-reply" });
  });

  it("[CL22] a user's message newer than seen holds only what was written off line", () => {
    for (const mode of ["online", "offline"] as const) {
      const world = owned();
      const { seen } = world;
      world.write(masha, "message", { text: "It works again!" });
      expect(reply(world, anna, { seen, mode }).stamp.verdict).toBe(mode === "online" ? "sent" : "held");
    }
  });

  it("[CL22] so do an edit and a deletion; a notice never does", () => {
    for (const kind of ["edit", "erase"] as const) {
      const world = owned();
      const { seen } = world;
      const of = world.items[1]?.id ?? world.items[0]?.id;
      if (of === undefined) throw new Error("no message");
      if (kind === "edit") world.write(masha, "edit", { of, text: "no, the scanner" });
      else world.write(masha, "erase", { of });
      expect(reply(world, anna, { seen, mode: "offline" }).stamp.reason).toBe("unseen-message");
    }
    const world = owned();
    const { seen } = world;
    world.write({ kind: "system", id: "system" as never }, "notice", { code: "queue-place" });
    expect(reply(world, anna, { seen, mode: "offline" }).stamp.verdict).toBe("sent");
  });

  it("[CL3] a `seen` of before a restore counts up to where the incarnation began", () => {
    const world = owned();
    const seen = { inc: 1, n: 9 };
    world.head = { ...world.at, inc: 2, starts: [3] };
    world.write(masha, "message", { text: "?" });
    expect(reply(world, anna, { seen, mode: "offline" }).stamp.reason).toBe("unseen-message");
    expect(reply(world, anna, { seen: { inc: 3, n: 99 }, mode: "offline" }).stamp.reason).toBe("unseen-message");
    expect(reply(world, anna, { mode: "offline" }).stamp.verdict).toBe("sent");
  });

  it("[CL28] by a ticket it is fenced by the ticket's owner and epoch, which the stamp keeps", () => {
    const world = owned();
    const ticket = openTicket(guest);
    const via = ticket.at._id;
    ticket.write(boris, "claim", {});
    world.write(anna, "link", { to: via, relation: "ticket" });
    world.via = ticket.at;
    const { inc, epoch, v } = ticket.at;
    expect(reply(world, boris, { via, under: ticket.base }).stamp).toMatchObject({
      verdict: "sent",
      via: { inc, epoch, v },
    });
    expect(reply(world, anna, { via, under: ticket.base }).stamp).toMatchObject({
      verdict: "held",
      reason: "not-owner",
    });
    expect(reply(world, boris, { via, under: { inc, epoch: 0 } }).stamp.reason).toBe("epoch");
  });

  it("[CL28] by a ticket that is not this dialog's, or is not there, it is refused", () => {
    const world = owned();
    const ticket = openTicket(boris);
    ticket.write(boris, "claim", {});
    const item = world.make(boris, "reply", {
      text: "x",
      via: ticket.at._id,
      under: ticket.base,
      seen: world.seen,
    });
    expect(world.submit(boris, item)).toEqual({ answer: "refused", code: "no-thread" });
    const restored = owned();
    restored.head = { ...restored.at, inc: 2, starts: [restored.at.n] };
    expect(restored.submit(boris, item)).toMatchObject({ stamp: { verdict: "held", reason: "not-owner" } });
    // What the ticket says of itself is not enough.
    world.via = ticket.at;
    expect(ticket.at.links).toHaveLength(1);
    expect(world.submit(boris, item)).toEqual({ answer: "refused", code: "forbidden" });
    world.write(anna, "close", { base: world.base, seen: world.seen });
    expect(world.submit(boris, item)).toEqual({ answer: "refused", code: "forbidden" });
    world.write(anna, "reopen", {});
    world.write(anna, "link", { to: ticket.at._id, relation: "ticket" });
    expect(world.submit(boris, item)).toMatchObject({ stamp: { verdict: "sent" } });
  });

  it("[CL28] [S21] a held one by a ticket is sent by the ticket's owner, or by the dialog's", () => {
    for (const sender of [boris, anna]) {
      const world = owned();
      const ticket = openTicket(guest);
      ticket.write(boris, "claim", {});
      world.via = ticket.at;
      const via = ticket.at._id;
      world.write(anna, "link", { to: via, relation: "ticket" });
      const seen = world.seen;
      reply(world);
      const held = reply(world, boris, { via, under: ticket.base, seen });
      expect(held.stamp).toMatchObject({ verdict: "held", reason: "unseen-reply" });
      expect(world.at.held).toMatchObject([{ id: held.id, via }]);
      const stranger = world.write(lead, "resend", { of: held.id, seen: world.seen });
      expect(stranger.stamp).toMatchObject({ verdict: "stale", reason: "not-owner" });
      const { epoch, inc, v } = ticket.at;
      expect(world.write(sender, "resend", { of: held.id, seen: world.seen }).stamp).toMatchObject({
        verdict: "sent",
        via: { epoch, inc, v },
      });
      expect(world.at.held).toEqual([]);
    }
  });

  it("[CL24] [CL28] by a ticket that was his once it is held, though he does not see the dialog any more", () => {
    const world = owned();
    const ticket = openTicket(boris);
    ticket.write(lead, "assign", { base: ticket.base, to: away.id });
    const under = ticket.base;
    ticket.write(lead, "assign", { base: ticket.base, to: boris.id });
    world.write(anna, "link", { to: ticket.at._id, relation: "ticket" });
    world.via = ticket.at;
    expect(reply(world, away, { via: ticket.at._id, under }).stamp).toMatchObject({ verdict: "held", reason: "visit" });
    const stranger = world.make(guest, "reply", { text: "x", via: ticket.at._id, under, seen: world.seen });
    expect(world.submit(guest, stranger)).toEqual({ answer: "refused", code: "forbidden" });
  });

  it("[CL24] a technician's who is no longer the owner is held as the result of a visit", () => {
    const world = openDialog(masha);
    world.write(tech, "claim", {});
    world.write(lead, "assign", { base: world.base, to: anna.id });
    expect(reply(world, tech).stamp).toMatchObject({ verdict: "held", reason: "visit" });
    const away = { ...tech, teams: [] } as typeof tech;
    expect(
      world.submit(away, world.make(away, "reply", { text: "x", under: world.base, seen: world.seen })),
    ).toMatchObject({
      stamp: { reason: "visit" },
    });
  });
});

describe("a held reply", () => {
  it("[CL21] is ended once: by a resend of the new owner", () => {
    const world = owned();
    const held = reply(world, boris);
    const resend = world.write(anna, "resend", { of: held.id, seen: world.seen, text: "Try again." });
    expect(resend.stamp).toMatchObject({ verdict: "sent", u: 2 });
    expect(world.at).toMatchObject({ held: [], lastReply: { author: anna.id } });
    expect(world.write(boris, "discard", { of: held.id }).stamp).toMatchObject({
      verdict: "stale",
      reason: "already-ended",
    });
    expect(world.write(anna, "resend", { of: held.id, seen: world.seen }).stamp.reason).toBe("already-ended");
  });

  it("[CL21] a resend that would be held is stale, and its reply stays held", () => {
    const world = owned();
    const held = reply(world, boris);
    const { seen } = world;
    reply(world);
    world.write(lead, "assign", { base: world.base, to: boris.id });
    expect(world.write(anna, "resend", { of: held.id, seen: world.seen }).stamp.reason).toBe("not-owner");
    expect(world.write(boris, "resend", { of: held.id, seen }).stamp).toMatchObject({
      verdict: "stale",
      reason: "unseen-reply",
    });
    expect(world.at.held).toHaveLength(1);
    expect(world.write(boris, "resend", { of: held.id, seen: world.seen }).stamp.verdict).toBe("sent");
  });

  it("[CL21] is discarded by its author or the owner, by nobody else", () => {
    const world = owned();
    const held = reply(world, boris);
    expect(world.write(lead, "discard", { of: held.id }).stamp.reason).toBe("not-allowed");
    expect(world.write(boris, "discard", { of: held.id }).stamp.verdict).toBe("won");
    expect(world.at.held).toEqual([]);
    const again = reply(world, boris);
    expect(world.write(anna, "discard", { of: again.id }).stamp.verdict).toBe("won");
  });

  it("[CL21] only what is held can be ended", () => {
    const world = owned();
    const sent = reply(world);
    expect(world.write(anna, "discard", { of: sent.id }).stamp).toMatchObject({ verdict: "stale", reason: "not-held" });
  });

  it("[CL10] a resend into a closed thread is stale", () => {
    const world = owned();
    const held = reply(world, boris);
    world.write(anna, "close", { base: world.base, seen: world.seen });
    expect(world.write(anna, "resend", { of: held.id, seen: world.seen }).stamp.reason).toBe("closed");
    expect(world.write(anna, "discard", { of: held.id }).stamp.verdict).toBe("won");
  });
});
