import { describe, expect, it } from "vitest";
import type { Item } from "../items/registry.ts";
import type { Actor } from "../policy/actor.ts";
import { agent, deviceFor, openDialog, openTicket, TEAM, user } from "../testing/thread-world.ts";
import { DEFAULT_TICKET_TYPE } from "../ticket/type.ts";
import { writtenAt } from "./context.ts";
import { raiseInc } from "./fold.ts";
import { deviceHead } from "./head.ts";
import { orderItems } from "./order.ts";
import { provisionalHead, provisionalTicket } from "./provisional.ts";
import { rankBatch } from "./rank.ts";
import { newerView } from "./view.ts";

const anna = agent("anna");
const boris = agent("boris");
const masha = user("masha");

describe("rank", () => {
  it("[CL11] chains by the clock of their first command, whole, in their own order", () => {
    const world = openDialog(masha);
    const at = (who: Actor, ms: number, kind: "note" | "claim"): Item =>
      kind === "note"
        ? world.make(who, "note", { text: "x", hlc: [ms, 0] })
        : world.make(who, "claim", { hlc: [ms, 0] });
    const annas = [at(anna, 10, "note"), at(anna, 50, "claim"), at(anna, 60, "note")];
    const borises = [at(boris, 20, "note"), at(boris, 40, "claim")];
    expect(rankBatch([...annas, ...borises].reverse(), 1_000)).toEqual([...borises, ...annas]);
  });

  it("[CL11] clocks of the future are clamped to one instant, ties go by device", () => {
    const world = openDialog(masha);
    const one = world.make(anna, "claim", { hlc: [5_000, 3] });
    const two = world.make(boris, "claim", { hlc: [9_000, 1] });
    const [first] = [deviceFor(anna), deviceFor(boris)].sort();
    const ranked = rankBatch([one, two], 1_000);
    expect(ranked[0]?.device).toBe(first);
    expect(rankBatch([two, one], 1_000)).toEqual(ranked);
  });
});

describe("order", () => {
  it("shows admitted items by n, then the journal; the highest incarnation of an item, each once", () => {
    const world = openDialog(masha);
    const [open, message] = world.items;
    if (open === undefined || message === undefined) throw new Error("no items");
    const again = { ...message, stamp: { ...message.stamp, inc: 2, n: 3 } };
    const unsent = world.make(anna, "note", { text: "x" });
    const { stamp: _stamp, ...sent } = open;
    expect(orderItems([again, message, open], [unsent, sent])).toEqual([open, again, unsent]);
  });
});

describe("view", () => {
  it("[CL16] [I10] is the maximum by (inc, v), however old ones arrive", () => {
    const views = [
      { inc: 1, v: 3 },
      { inc: 2, v: 1 },
      { inc: 1, v: 9 },
      { inc: 2, v: 0 },
    ];
    let shown: (typeof views)[number] | undefined;
    for (const view of views) shown = newerView(shown, view);
    expect(shown).toEqual({ inc: 2, v: 1 });
  });
});

describe("times", () => {
  it("[CL2] stay as written; only a future one is clamped to the admission", () => {
    const world = openDialog(masha);
    const early = world.write(anna, "note", { text: "x", at: world.now - 60_000 });
    const late = world.write(anna, "note", { text: "x", at: world.now + 86_400_000 });
    expect(late.at).toBe(world.now + 86_400_000);
    expect([writtenAt(early), writtenAt(late)]).toEqual([world.now - 60_000, world.now]);
  });
});

describe("provisional head", () => {
  it("[CL18] an off-line chain stands under the own name, unconfirmed, with confirmed numbers", () => {
    const world = openDialog(masha);
    const head = deviceHead(world.at);
    const claim = world.make(anna, "claim", { mode: "offline" });
    const seen = world.seen;
    const reply = world.make(anna, "reply", { text: "x", under: { after: claim.id }, seen, after: [claim.id] });
    const close = world.make(anna, "close", { base: { after: claim.id }, seen, after: [reply.id] });
    const claimed = provisionalHead(head, [claim], anna, world.now);
    expect(claimed).toMatchObject({ unconfirmed: true, head: { owner: anna.id, state: "open", n: 2, epoch: 0 } });
    const closed = provisionalHead(head, [claim, reply, close], anna, world.now);
    expect(closed).toMatchObject({ unconfirmed: true, head: { owner: anna.id, state: "closed" } });
    expect(closed.head).not.toHaveProperty("pend");
  });

  it("[CL18] another's thread is not promised, and what changes neither owner nor state is confirmed", () => {
    const world = openDialog(masha);
    world.write(boris, "claim", {});
    const head = deviceHead(world.at);
    const claim = world.make(anna, "claim", { mode: "offline" });
    const takeover = world.make(anna, "takeover", { base: world.base, mode: "offline" });
    const note = world.make(anna, "note", { text: "x" });
    expect(provisionalHead(head, [claim, takeover, note], anna, world.now)).toMatchObject({
      unconfirmed: false,
      head: { owner: boris.id },
    });
  });

  it("[CL18] what follows an item that was sent meanwhile stands on the head", () => {
    const world = openDialog(masha);
    const claim = world.write(anna, "claim", {});
    const close = world.make(anna, "close", { base: { after: claim.id }, seen: world.seen, after: [claim.id] });
    expect(provisionalHead(deviceHead(world.at), [close], anna, world.now).head.state).toBe("closed");
  });

  it("[CL18] a thread that only this device knows", () => {
    const world = openDialog(masha);
    const open = world.make(anna, "open", { team: TEAM, set: { subject: "New notebook" } });
    const claim = world.make(anna, "claim", { after: [open.id] });
    expect(provisionalHead(undefined, [open, claim], anna, world.now)).toMatchObject({
      unconfirmed: true,
      head: { owner: anna.id, team: TEAM, n: 0 },
    });
  });
});

describe("provisional ticket", () => {
  it("[CL18] stands in its unsent status, by its own type, without a number until the desk gives it one", () => {
    const world = openTicket(anna);
    const open = world.make(anna, "open", { team: TEAM });
    const change = world.make(anna, "change", { data: "AA" });
    const claim = world.make(anna, "claim", { after: [open.id] });
    const done = world.make(anna, "status", { base: { after: claim.id }, status: "done" });
    const shown = provisionalHead(undefined, [open, change, claim, done], anna, world.now);
    expect(shown).toMatchObject({ unconfirmed: true, head: { status: "done", owner: anna.id, n: 0 } });
    expect(shown.head).not.toHaveProperty("number");
    const head = deviceHead(world.at);
    const parts = world.make(anna, "status", { base: world.base, status: "parts" });
    expect(provisionalHead(head, [parts], anna, world.now)).toMatchObject({ unconfirmed: false });
    const status = { id: "parts", name: { ru: "", en: "" }, category: "waiting" as const };
    const ticketType = { ...DEFAULT_TICKET_TYPE, statuses: [...DEFAULT_TICKET_TYPE.statuses, status] };
    expect(provisionalTicket(head, [parts], anna, { now: world.now, ticketType })).toMatchObject({
      unconfirmed: true,
      head: { status: "parts", number: 1001 },
    });
  });

  it("[S50] [CL18] what a status asks for may stand in own unsent changes, which nobody can read here", () => {
    const world = openTicket(anna);
    const head = deviceHead(world.at);
    const cause = { id: "cause", kind: "text" as const, name: { ru: "", en: "" }, requiredBy: ["done"] };
    const from = { now: world.now, ticketType: { ...DEFAULT_TICKET_TYPE, fields: [cause] } };
    const change = world.make(anna, "change", { data: "AA" });
    const done = world.make(anna, "status", { base: world.base, status: "done" });
    expect(provisionalTicket(head, [done], anna, from).head.status).toBe("new");
    expect(provisionalTicket(head, [change, done], anna, from).head.status).toBe("done");
  });
});

describe("incarnations", () => {
  it("[CL3] raising notes where each later one began", () => {
    const world = openDialog(masha);
    const raised = raiseInc(world.at, 3);
    expect(raised).toMatchObject({ inc: 3, starts: [2, 2] });
    expect(raiseInc(raised, 2)).toBe(raised);
  });
});
