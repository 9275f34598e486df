import { describe, expect, it } from "vitest";
import type { ItemKind } from "../items/registry.ts";
import type { StampedItem } from "../items/stamp.ts";
import type { ItemId } from "../kernel/ids.ts";
import { derivedThreadId } from "../kernel/ids.ts";
import type { Actor } from "../policy/actor.ts";
import type { Given, ThreadWorld } from "../testing/thread-world.ts";
import { agent, DIALOG, OTHER_TEAM, openDialog, openTicket, system, TEAM, user } from "../testing/thread-world.ts";
import type { TicketType } from "../ticket/type.ts";
import { DEFAULT_TICKET_TYPE } from "../ticket/type.ts";
import { hasRequired } from "./decide-ticket.ts";

const anna = agent("anna");
const boris = agent("boris");
const lead = agent("vera", "lead");
const tom = agent("tom", "technician", [OTHER_TEAM]);
const guest = agent("guest", "agent", [OTHER_TEAM]);
const masha = user("masha");

const status = (world: ThreadWorld, who: Actor, to: string, more: Partial<Given<"status">> = {}): StampedItem =>
  world.write(who, "status", { base: world.base, status: to, ...more });
const refusal = <Kind extends ItemKind>(world: ThreadWorld, who: Actor, kind: Kind, given: Given<Kind>) =>
  world.submit(who, world.make(who, kind, given));

/** Anna's ticket; Tom, a technician of another team, had it before her. */
function afterVisit(): ThreadWorld {
  const world = openTicket(guest);
  world.write(lead, "assign", { base: world.base, to: tom.id });
  world.write(lead, "assign", { base: world.base, to: anna.id });
  return world;
}

function owned(type?: TicketType): ThreadWorld {
  const world = openTicket(guest);
  if (type !== undefined) world.more = { ...world.more, ticketType: type };
  world.write(anna, "claim", {});
  return world;
}

const typed = (part: Partial<TicketType>): TicketType => ({ ...DEFAULT_TICKET_TYPE, ...part });
const named = (id: string) => ({ id, kind: "text" as const, name: { ru: id, en: id } });

describe("a ticket begins", () => {
  it("[S17] [S40] with number, first status, its dialog, the teams that see it, and its maker as watcher", () => {
    const world = openTicket(guest, { user: masha.id, shared: [OTHER_TEAM], set: { alias: "K-3" } });
    expect(world.items[0]?.stamp).toMatchObject({ verdict: "noted", number: 1001, status: "new" });
    expect(world.at).toMatchObject({
      number: 1001,
      status: "new",
      team: TEAM,
      user: masha.id,
      sharedWith: [OTHER_TEAM],
      watchers: [guest.id],
      formerOwners: [],
      links: [{ to: DIALOG, relation: "dialog" }],
    });
    expect(world.at.fields["alias"]?.value).toBe("K-3");
  });

  it("[S18] its user is to be told, with the true time of what was done off line", () => {
    const world = openTicket(guest);
    const at = world.now;
    expect(world.at.untold).toEqual([{ id: world.items[0]?.id, what: "created", at, admittedAt: at, offline: false }]);
    const late = openTicket(guest, { mode: "offline", at: at - 3_600_000 });
    expect(late.at.untold).toMatchObject([{ at: at - 3_600_000, admittedAt: at, offline: true }]);
  });

  it("[S50] in the first status of its own type", () => {
    const statuses = [
      { id: "born", name: { ru: "", en: "" }, category: "new" as const },
      { id: "gone", name: { ru: "", en: "" }, category: "closed" as const },
    ];
    const world = openTicket(guest);
    world.head = undefined;
    world.more = { ticketType: typed({ statuses }) };
    expect(world.write(guest, "open", { team: TEAM }).stamp.status).toBe("born");
    expect(world.at.status).toBe("born");
  });

  it("by any agent for any team, by no user, and for a team that is one", () => {
    const world = openTicket(system);
    world.head = undefined;
    expect(refusal(world, masha, "open", { team: TEAM, user: masha.id })).toMatchObject({ code: "forbidden" });
    expect(refusal(world, guest, "open", {})).toMatchObject({ code: "forbidden" });
    expect(refusal(world, guest, "open", { team: DIALOG })).toMatchObject({ code: "malformed" });
    expect(refusal(world, guest, "open", { team: TEAM, dialog: TEAM })).toMatchObject({ code: "malformed" });
    expect(refusal(world, guest, "open", { team: TEAM, shared: [DIALOG] })).toMatchObject({ code: "malformed" });
  });
});

describe("what a ticket takes", () => {
  it("nothing from its user, and nothing that belongs into its dialog", () => {
    const world = openTicket(guest, { user: masha.id });
    world.write(anna, "claim", {});
    const { base, seen } = world;
    expect(refusal(world, masha, "message", { text: "x" })).toMatchObject({ code: "forbidden" });
    expect(refusal(world, masha, "reopen", {})).toMatchObject({ code: "forbidden" });
    expect(refusal(world, anna, "close", { base, seen })).toMatchObject({ code: "forbidden" });
    expect(refusal(world, anna, "reopen", {})).toMatchObject({ code: "forbidden" });
    expect(refusal(world, anna, "reply", { text: "x", under: base, seen })).toMatchObject({ code: "forbidden" });
    expect(refusal(world, system, "auto-close", { v: world.at.v })).toMatchObject({ code: "forbidden" });
    expect(refusal(world, system, "notice", { code: "x-y" })).toMatchObject({ code: "forbidden" });
    expect(world.write(anna, "snooze", { base, seen, until: world.now }).stamp.verdict).toBe("won");
  });

  it("[S17] notes from whoever sees it, commands from its own team only", () => {
    const world = openTicket(guest, { shared: [OTHER_TEAM] });
    const other = agent("other", "lead", [OTHER_TEAM]);
    expect(world.write(other, "note", { text: "seen" }).stamp.verdict).toBe("noted");
    expect(refusal(world, other, "claim", {})).toMatchObject({ code: "forbidden" });
    expect(refusal(world, other, "status", { base: world.base, status: "done" })).toMatchObject({ code: "forbidden" });
    expect(refusal(world, agent("far", "agent", []), "note", { text: "x" })).toMatchObject({ code: "forbidden" });
  });

  it("no field that its content projects, by hand", () => {
    const world = openTicket(anna);
    for (const name of ["title", "f.serial", "checks", "conflicts", "finishedAt"]) {
      expect(refusal(world, anna, "set-field", { set: { [name]: "x" } })).toMatchObject({ code: "forbidden" });
    }
    expect(world.write(anna, "set-field", { set: { type: "x" } }).stamp.verdict).toBe("noted");
  });

  it("no status, change or told in a dialog", () => {
    const world = openDialog(masha);
    const { base } = world;
    expect(refusal(world, anna, "status", { base, status: "done" })).toMatchObject({ code: "forbidden" });
    expect(refusal(world, anna, "change", { data: "AA" })).toMatchObject({ code: "forbidden" });
    expect(refusal(world, system, "told", { of: [world.items[0]?.id ?? none()] })).toMatchObject({ code: "forbidden" });
  });

  it("[CL8] an owner by its lead, by its owner, and by any member while nobody owns it; from any team", () => {
    const world = openTicket(guest);
    expect(world.write(boris, "assign", { base: world.base, to: tom.id }).stamp.verdict).toBe("won");
    expect(world.write(boris, "assign", { base: world.base, to: anna.id }).stamp).toMatchObject({
      verdict: "stale",
      reason: "not-allowed",
    });
    expect(world.write(tom, "assign", { base: world.base, to: anna.id }).stamp.verdict).toBe("won");
    expect(world.write(lead, "assign", { base: world.base, to: boris.id }).stamp.verdict).toBe("won");
    expect(world.at).toMatchObject({ owner: boris.id, formerOwners: [tom.id, anna.id] });
  });

  it("[CL24] thirty-two former owners are remembered, each once, also over a transfer", () => {
    const world = openTicket(guest);
    for (let i = 0; i < 34; i += 1) world.write(lead, "assign", { base: world.base, to: agent(`a${i}`).id });
    world.write(lead, "assign", { base: world.base, to: agent("a5").id });
    world.write(lead, "transfer", { base: world.base, team: OTHER_TEAM });
    expect(world.at.formerOwners).toHaveLength(32);
    expect(world.at.formerOwners?.at(-1)).toBe(agent("a5").id);
    expect(world.at.formerOwners).not.toContain(agent("a0").id);
    expect(world.at.lastOwner).toBeNull();
  });
});

describe("status", () => {
  it("[S50] one that the type does not have, or has put away, is stale(no-status)", () => {
    const world = owned();
    expect(status(world, anna, "no-such").stamp).toMatchObject({ verdict: "stale", reason: "no-status" });
    world.more = {
      ticketType: typed({
        statuses: DEFAULT_TICKET_TYPE.statuses.map((row) => (row.id === "done" ? { ...row, archived: true } : row)),
      }),
    };
    expect(status(world, anna, "done").stamp.reason).toBe("no-status");
    expect(world.at.status).toBe("new");
  });

  it("[S50] goes where the type lets the role go", () => {
    const world = owned(
      typed({
        transitions: [
          { from: "new", to: "in-work" },
          { from: "in-work", to: "done", roles: ["lead"] },
        ],
      }),
    );
    expect(status(world, anna, "done").stamp).toMatchObject({ verdict: "stale", reason: "not-allowed" });
    expect(status(world, anna, "in-work").stamp.verdict).toBe("won");
    expect(status(world, anna, "done").stamp.reason).toBe("not-allowed");
    expect(status(world, lead, "done").stamp.verdict).toBe("won");
    expect(status(world, system, "closed").stamp.verdict).toBe("won");
  });

  it("[S50] a field that it asks for must be filled", () => {
    const world = owned(
      typed({
        fields: [
          { ...named("serial"), requiredBy: ["done"] },
          { ...named("old"), requiredBy: ["done"], archived: true },
        ],
      }),
    );
    expect(status(world, anna, "done").stamp).toMatchObject({ verdict: "stale", reason: "required" });
    expect(status(world, anna, "in-work").stamp.verdict).toBe("won");
    const check = (value: string | null) => ({ check: () => ({ ok: true as const, set: { "f.serial": value } }) });
    world.more = { ...world.more, content: check(" ") };
    world.write(anna, "change", { data: "AA" });
    expect(status(world, anna, "done").stamp.reason).toBe("required");
    world.more = { ...world.more, content: check("SN 12") };
    world.write(anna, "change", { data: "AB" });
    expect(status(world, anna, "done").stamp.verdict).toBe("won");
  });

  it("[S50] a checklist is filled when all of it is done, files when there is one", () => {
    const fields = [
      { ...named("steps"), kind: "checklist" as const, requiredBy: ["done"] },
      { ...named("photo"), kind: "file" as const, requiredBy: ["done"] },
      { ...named("count"), kind: "number" as const, requiredBy: ["done"] },
    ];
    const base = owned(typed({ fields })).at;
    const filled = (steps: string | null, photo: number | null, count: number | null): boolean => {
      const values = { "f.steps": steps, "f.photo": photo, "f.count": count };
      const rows = Object.entries(values).map(([name, value]) => [name, { value, by: anna.id, n: 1, at: 1 }]);
      return hasRequired({ ...base, fields: Object.fromEntries(rows) }, "done", typed({ fields }));
    };
    expect(filled("3/3", 1, 0)).toBe(true);
    expect([filled("2/3", 1, 0), filled("13/3", 1, 0), filled(null, 1, 0)]).toEqual([false, false, false]);
    expect([filled("3/3", 0, 0), filled("3/3", 1, null)]).toEqual([false, false]);
  });

  it("[CL8] is the owner's, a lead's, the desk's; on a ticket that nobody owns any member's", () => {
    const world = openTicket(guest);
    expect(status(world, boris, "in-work").stamp.verdict).toBe("won");
    world.write(anna, "claim", {});
    expect(status(world, boris, "done").stamp).toMatchObject({ verdict: "stale", reason: "not-owner", owner: anna.id });
    expect(status(world, anna, "waiting-for-user").stamp.verdict).toBe("won");
    expect(status(world, lead, "in-work").stamp.verdict).toBe("won");
    expect(status(world, anna, "done", { base: { inc: 1, epoch: 0 } }).stamp.reason).toBe("epoch");
    expect(status(world, system, "done", { base: { inc: 1, epoch: 0 } }).stamp.verdict).toBe("won");
    expect(world.at).toMatchObject({ status: "done", epoch: 1 });
  });

  it("closes and opens the ticket with its category; the owner and the epoch stay [I1]", () => {
    const world = owned();
    const closing = status(world, anna, "closed");
    expect(closing.stamp).toMatchObject({ verdict: "won", state: "closed", epoch: 1 });
    expect(world.at).toMatchObject({ state: "closed", closedAt: world.now, owner: anna.id });
    expect(world.write(boris, "claim", {}).stamp).toMatchObject({ verdict: "stale", reason: "closed" });
    expect(status(world, anna, "spam").stamp).not.toHaveProperty("state");
    expect(status(world, anna, "in-work").stamp).toMatchObject({ verdict: "won", state: "open" });
    expect(world.at).toMatchObject({ state: "open", owner: anna.id });
    expect(world.at).not.toHaveProperty("closedAt");
    world.write(anna, "snooze", { base: world.base, seen: world.seen, until: world.now });
    expect(status(world, anna, "done").stamp.state).toBe("open");
  });

  it("[S20] its user is told of each that was won, but not of a quiet one, nor twice of the same", () => {
    const world = owned();
    const won = status(world, anna, "in-work");
    expect(status(world, anna, "in-work").stamp.verdict).toBe("noop");
    status(world, boris, "done");
    expect(status(world, anna, "spam").stamp).toMatchObject({ verdict: "won", quiet: true });
    expect(world.at.untold?.map(({ what, status: to }) => to ?? what)).toEqual(["created", "in-work"]);
    world.write(system, "told", { of: [world.items[0]?.id ?? none(), won.id] });
    expect(world.at.untold).toEqual([]);
    expect(refusal(world, anna, "told", { of: [won.id] })).toMatchObject({ code: "forbidden" });
  });

  it("[CL3] a chain of them stands on the one before", () => {
    const world = openTicket(guest);
    const claim = world.write(anna, "claim", { mode: "offline" });
    const first = status(world, anna, "in-work", { base: { after: claim.id }, mode: "offline" });
    expect(status(world, anna, "done", { base: { after: first.id }, mode: "offline" }).stamp.verdict).toBe("won");
  });
});

describe("the result of a visit", () => {
  it("[CL24] of a technician who owned it once is held, and accepted in one click", () => {
    const world = afterVisit();
    const held = status(world, tom, "done", { base: { inc: 1, epoch: 1 }, mode: "offline" });
    expect(held.stamp).toMatchObject({ verdict: "held", reason: "visit", owner: anna.id });
    expect(world.at).toMatchObject({ status: "new", held: [{ id: held.id, author: tom.id, status: "done" }] });
    expect(status(world, boris, "done", { of: held.id }).stamp.reason).toBe("not-owner");
    expect(status(world, anna, "in-work", { of: held.id }).stamp.reason).toBe("not-allowed");
    expect(status(world, anna, "done", { of: held.id }).stamp.verdict).toBe("won");
    expect(world.at).toMatchObject({ status: "done", held: [] });
    expect(status(world, anna, "done", { of: held.id }).stamp.reason).toBe("already-ended");
  });

  it("[CL24] is taken also after the ticket went to another team, with what he changed and noted", () => {
    const world = afterVisit();
    world.write(lead, "transfer", { base: world.base, team: THIRD_TEAM });
    expect(status(world, tom, "done", { base: { inc: 1, epoch: 1 } }).stamp.verdict).toBe("held");
    expect(world.write(tom, "change", { data: "AA" }).stamp.verdict).toBe("noted");
    expect(world.write(tom, "note", { text: "the fuse" }).stamp.verdict).toBe("noted");
    const release = world.write(tom, "release", { base: { inc: 1, epoch: 1 } });
    expect(release.stamp).toMatchObject({ verdict: "stale", reason: "epoch" });
    expect(refusal(world, tom, "claim", {})).toMatchObject({ code: "forbidden" });
    expect(refusal(world, tom, "tag", { add: ["x"] })).toMatchObject({ code: "forbidden" });
    // Anna owned it as well; what she writes is answered, but she was on no visit.
    expect(status(world, anna, "done", { base: { inc: 1, epoch: 2 } }).stamp).toMatchObject({ verdict: "stale" });
  });

  it("[CL24] his later result stands for his earlier one: one answer ends the visit", () => {
    const world = afterVisit();
    const first = status(world, tom, "in-work");
    const last = status(world, tom, "done", { base: { after: first.id }, after: [first.id] });
    expect(world.at.held.map(({ id }) => id)).toEqual([last.id]);
    expect(status(world, anna, "in-work", { of: first.id }).stamp.reason).toBe("already-ended");
  });

  it("[CL24] is dropped by the owner, by himself, or by a member while nobody owns it", () => {
    for (const who of [anna, tom, lead]) {
      const world = afterVisit();
      const held = status(world, tom, "done");
      expect(world.write(boris, "discard", { of: held.id }).stamp.reason).toBe("not-allowed");
      expect(world.write(who, "discard", { of: held.id }).stamp.verdict).toBe("won");
      expect(world.at.held).toEqual([]);
    }
    const world = afterVisit();
    world.write(anna, "release", { base: world.base });
    const held = status(world, tom, "done");
    expect(status(world, boris, "done", { of: held.id }).stamp.verdict).toBe("won");
  });

  it("[CL24] acceptance goes where technicians may go, and is told once when the ticket stands there already", () => {
    const world = afterVisit();
    world.more = { ticketType: typed({ transitions: [{ from: "*", to: "done", roles: ["technician"] }] }) };
    const held = status(world, tom, "done");
    expect(status(world, anna, "done").stamp.reason).toBe("not-allowed");
    expect(status(world, anna, "done", { of: held.id }).stamp).toMatchObject({ verdict: "won" });
    const again = status(world, tom, "done");
    expect(status(world, anna, "done", { of: again.id }).stamp).toMatchObject({ verdict: "won", quiet: true });
    expect(world.at.untold?.filter(({ what }) => what === "status")).toHaveLength(1);
    expect(world.at.held).toEqual([]);
  });

  it("[S50] in a status that the type no longer has is answered, and holds nothing up", () => {
    const world = afterVisit();
    expect(status(world, tom, "no-such").stamp).toMatchObject({ verdict: "stale", reason: "no-status" });
    expect(world.at.held).toEqual([]);
  });
});

describe("change", () => {
  it("[I12] is admitted when its content can take it, and brings the values that lists show", () => {
    const world = openTicket(guest);
    world.more = { content: { check: () => ({ ok: true, set: { title: "Printer" } }) } };
    expect(world.write(guest, "change", { data: "AA" }).stamp).toMatchObject({
      verdict: "noted",
      set: { title: "Printer" },
    });
    expect(world.at.fields["title"]?.value).toBe("Printer");
    world.more = { content: { check: () => ({ ok: true, set: {} }) } };
    expect(world.write(guest, "change", { data: "AB" }).stamp).not.toHaveProperty("set");
  });

  it("[I12] waits for what it depends on, and is refused with its fault", () => {
    const world = openTicket(guest);
    world.more = { content: { check: () => ({ retry: "deps" }) } };
    expect(refusal(world, guest, "change", { data: "AA" })).toEqual({ answer: "retry", why: "deps" });
    world.more = { content: { check: () => ({ ok: false, code: "change-schema" }) } };
    expect(refusal(world, guest, "change", { data: "AA" })).toEqual({ answer: "refused", code: "change-schema" });
    expect(world.at.n).toBe(1);
  });
});

describe("accept", () => {
  it("[S22] answers a notice, about a ticket of this dialog", () => {
    const ticket = openTicket(anna);
    const via = ticket.at._id;
    const world = openDialog(masha);
    const notice = world.write(system, "notice", { code: "ticket-done", via });
    expect(refusal(world, masha, "accept", { of: notice.id, via, answer: "accept" })).toMatchObject({
      code: "no-thread",
    });
    world.via = ticket.at;
    expect(refusal(world, masha, "accept", { of: notice.id, via })).toMatchObject({ code: "forbidden" });
    world.write(anna, "link", { to: via, relation: "ticket" });
    expect(world.write(masha, "accept", { of: notice.id, via, answer: "reopen", text: "no" }).stamp).toMatchObject({
      verdict: "noted",
      u: 3,
    });
    expect(refusal(world, masha, "accept", { of: world.items[1]?.id ?? none(), via })).toMatchObject({
      code: "forbidden",
    });
    expect(world.write(masha, "accept", { of: notice.id, via }).stamp.verdict).toBe("noted");
  });
});

const THIRD_TEAM = derivedThreadId("team", "third");
const none = (): ItemId => {
  throw new Error("no item");
};
