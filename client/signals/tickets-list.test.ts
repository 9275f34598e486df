import { describe, expect, it } from "vitest";
import type { AuthorId, TeamId } from "../../shared/kernel/ids.ts";
import { derivedThreadId } from "../../shared/kernel/ids.ts";
import type { Me } from "../../shared/protocol/desk-socket.ts";
import { emptyHead } from "../../shared/thread/fold.ts";
import { type DeviceHead, deviceHead } from "../../shared/thread/head.ts";
import { DEFAULT_TICKET_TYPE, DEFAULT_TICKET_TYPE_ID, statusOf, type TicketType } from "../../shared/ticket/type.ts";
import { searchWords } from "./inbox-list.ts";
import { planBulk } from "./ticket-bulk.ts";
import { missingWords, statusChoices, statusRight } from "./ticket-status.ts";
import { parseViews, VIEWS_KEPT, withView } from "./ticket-views.ts";
import {
  countTickets,
  FIRST_LOOK,
  isLate,
  isNarrowed,
  isSameLook,
  NO_FILTER,
  nextDue,
  selectTickets,
  type TicketLook,
  type TicketViewer,
} from "./tickets-list.ts";

const NOW = 1_700_000_000_000;
const HOUR = 3_600_000;
const author = (name: string): AuthorId => derivedThreadId("agent", name) as string as AuthorId; // his thread's id
const ME = author("me");
const OTHER = author("other");
const TEAM: TeamId = derivedThreadId("team", "mine");
const FOREIGN: TeamId = derivedThreadId("team", "theirs");
const me = (role: Me["role"] = "agent"): Me => ({
  id: ME,
  agent: derivedThreadId("agent", "me"),
  name: "Анна",
  role,
  teams: [TEAM],
  device: "0000000001" as Me["device"], // a device's id as it is made
});

function ticket(name: string, facts: Partial<DeviceHead> = {}): DeviceHead {
  const base = deviceHead(emptyHead(derivedThreadId("ticket", name)));
  return { ...base, team: TEAM, status: "new", lastAt: NOW - HOUR, ...facts };
}
const waits: Record<string, number> = {};
const viewer: TicketViewer = {
  me: ME,
  teams: [TEAM],
  now: NOW,
  statusOf: (head) => statusOf(DEFAULT_TICKET_TYPE, head.status),
  typeOf: () => DEFAULT_TICKET_TYPE_ID,
  waitingSince: (head) => waits[head._id] ?? null,
};

const all = {
  mine: ticket("mine", { owner: ME, number: 1003, status: "in-work", priority: 2, lastAt: NOW - 3 * HOUR }),
  mineLate: ticket("mineLate", { owner: ME, number: 1001, status: "in-work", due: { resolve: NOW - 1 } }),
  mineDone: ticket("mineDone", {
    owner: ME,
    number: 1002,
    status: "done",
    due: { resolve: NOW - HOUR },
    lastAt: NOW - 60_000,
  }),
  mineClosed: ticket("mineClosed", { owner: ME, number: 990, status: "closed", state: "closed" }),
  free: ticket("free", { number: 1004, due: { respond: NOW + HOUR, resolve: NOW + 9 * HOUR }, tags: ["сеть"] }),
  unsent: ticket("unsent", { lastAt: NOW }),
  theirs: ticket("theirs", { owner: OTHER, team: FOREIGN, number: 1005, watchers: [ME], priority: 3 }),
};
const heads = Object.values(all);
waits[all.theirs._id] = NOW - 5 * HOUR;
waits[all.mine._id] = NOW - HOUR;
const nameOf = (head: DeviceHead): string => Object.entries(all).find(([, one]) => one === head)?.[0] ?? "?";
const texts = (head: DeviceHead): string => `${head.number ?? "к-3"} ${nameOf(head)}`.toLowerCase();
function select(look: Partial<TicketLook> & { readonly search?: string } = {}): readonly string[] {
  const { search = "", ...rest } = look;
  return selectTickets(heads, { ...FIRST_LOOK, ...rest, words: searchWords(search) }, viewer, texts).map(nameOf);
}
const only = (filter: Partial<TicketLook["filter"]>): readonly string[] =>
  select({ tab: "all", filter: { ...NO_FILTER, ...filter } });

describe("the list of tickets", () => {
  it("tabs: what is on me, what is free on my teams, what I watch, all; counters count what is open and what is late", () => {
    expect(select({ tab: "me" })).toEqual(["mineDone", "mineLate", "mine"]);
    expect(select({ tab: "team" })).toEqual(["unsent", "free"]);
    expect(select({ tab: "watched" })).toEqual(["theirs"]);
    expect(select({ tab: "all" })).not.toContain("mineClosed");
    expect(countTickets(heads, viewer)).toEqual({
      me: { open: 3, late: 1 },
      team: { open: 2, late: 0 },
      watched: { open: 1, late: 0 },
      all: { open: 6, late: 1 },
    });
  });

  it("each filter narrows by itself and together with the others", () => {
    expect(only({ status: "done" })).toEqual(["mineDone"]);
    expect(only({ status: "closed" })).toEqual(["mineClosed"]);
    expect(only({ status: "any" })).toHaveLength(heads.length);
    expect(only({ team: FOREIGN })).toEqual(["theirs"]);
    expect(only({ owner: "nobody" })).toEqual(["unsent", "free"]);
    expect(only({ owner: OTHER })).toEqual(["theirs"]);
    expect(only({ priority: 2 })).toEqual(["mine"]);
    expect(only({ overdue: true })).toEqual(["mineLate"]);
    expect(only({ tag: "сеть" })).toEqual(["free"]);
    expect(only({ tag: "сеть", owner: ME })).toEqual([]);
    expect(only({ type: derivedThreadId("ticket-type", "visit") })).toEqual([]);
  });

  it("a search finds the number, the provisional alias, and looks through the closed", () => {
    expect(select({ tab: "all", search: "1004" })).toEqual(["free"]);
    expect(select({ tab: "all", search: "К-3" })).toEqual(["unsent"]);
    expect(select({ tab: "all", search: "990" })).toEqual(["mineClosed"]);
    expect(select({ tab: "all", search: "990", filter: { ...NO_FILTER, status: "new" } })).toEqual([]);
  });

  it("orders: one without a number is the newest; no time and nobody waiting come last; each turns round", () => {
    const by = (sort: TicketLook["sort"], reversed = false) => select({ tab: "all", sort, reversed });
    expect(by("number")).toEqual(["unsent", "theirs", "free", "mine", "mineDone", "mineLate"]);
    expect(by("number", true).at(-1)).toBe("unsent");
    expect(by("priority").slice(0, 2)).toEqual(["theirs", "mine"]);
    expect(by("due").slice(0, 2)).toEqual(["mineLate", "free"]);
    expect(by("waiting").slice(0, 2)).toEqual(["theirs", "mine"]);
    expect(by("updated")[0]).toBe("unsent");
    expect(by("updated", true).at(-1)).toBe("unsent");
  });

  it("the next time: the first answer while it is new, then the end, none when the work is done", () => {
    expect(nextDue(all.free, viewer.statusOf(all.free))).toEqual({ what: "respond", at: NOW + HOUR });
    const answered = { ...all.free, status: "in-work" };
    expect(nextDue(answered, viewer.statusOf(answered))).toEqual({ what: "resolve", at: NOW + 9 * HOUR });
    expect(isLate(all.mineDone, viewer)).toBe(false);
    expect(isLate(all.mineLate, viewer)).toBe(true);
  });
});

describe("saved views", () => {
  const look: TicketLook = { tab: "all", filter: { ...NO_FILTER, overdue: true }, sort: "due", reversed: true };

  it("what was kept is read back; what somebody else wrote there is left out", () => {
    const views = withView([], { name: " Горит ", look }) ?? [];
    expect(parseViews(JSON.stringify(views))).toEqual([{ name: "Горит", look }]);
    expect(parseViews("not json")).toEqual([]);
    expect(parseViews('[{"name":"x"},{"name":"","look":{}},7]')).toEqual([]);
    const spoiled = JSON.stringify([{ name: "a", look: { ...look, filter: { team: "x'", owner: 7, status: "<b>" } } }]);
    expect(parseViews(spoiled)[0]?.look.filter).toEqual(NO_FILTER);
  });

  it("the same name replaces, and there is an end to them", () => {
    let views = withView([], { name: "a", look }) ?? [];
    views = withView(views, { name: "a", look: FIRST_LOOK }) ?? [];
    expect(views).toEqual([{ name: "a", look: FIRST_LOOK }]);
    const many = Array.from({ length: VIEWS_KEPT }, (_, nth) => ({ name: String(nth), look }));
    expect(withView(many, { name: "one more", look })).toBeUndefined();
    expect(withView(many, { name: "3", look })).toHaveLength(VIEWS_KEPT);
  });

  it("a look is the same only with all its parts", () => {
    expect(isSameLook(look, { ...look, filter: { ...look.filter } })).toBe(true);
    expect(isSameLook(look, { ...look, filter: NO_FILTER })).toBe(false);
    expect(isNarrowed(look.filter)).toBe(true);
    expect(isNarrowed(NO_FILTER)).toBe(false);
  });
});

const VISIT: TicketType = {
  ...DEFAULT_TICKET_TYPE,
  fields: [
    { id: "cause", kind: "text", name: { ru: "Причина", en: "Cause" }, requiredBy: ["done"] },
    { id: "old", kind: "text", name: { ru: "Старое", en: "Old" }, requiredBy: ["done"], archived: true },
  ],
  transitions: [
    { from: "new", to: "in-work" },
    { from: "in-work", to: "*" },
    { from: "*", to: "closed", roles: ["lead"] },
  ],
};
const ids = (head: DeviceHead, role?: Me["role"]): readonly string[] =>
  statusChoices(head, VISIT, me(role)).map(({ status }) => status.id);

describe("statuses of a ticket", () => {
  it("[S50] only those that type and role let through, and the present one", () => {
    expect(ids(all.free)).toEqual(["new", "in-work"]);
    expect(ids(all.free, "lead")).toEqual(["new", "in-work", "closed"]);
    expect(ids(all.mine)).toHaveLength(VISIT.statuses.length);
  });

  it("[S50] fields that a status asks for are named while they are empty; put-away ones are not asked for", () => {
    const missing = (head: DeviceHead) =>
      statusChoices(head, VISIT, me())
        .find(({ status }) => status.id === "done")
        ?.missing.map(({ id }) => id);
    expect(missing(all.mine)).toEqual(["cause"]);
    const field = { value: "пыль", by: ME, n: 3, at: NOW };
    expect(missing({ ...all.mine, fields: { "f.cause": field } })).toEqual([]);
  });

  it("[S50] a checklist that a status asks for is filled when all of it is ticked; until then its name tells how far it is", () => {
    const works = { id: "works", kind: "checklist", name: { ru: "Работы", en: "Work" }, requiredBy: ["done"] } as const;
    const type: TicketType = { ...VISIT, fields: [{ ...works, requiredBy: ["done"] }] };
    const said = (score: string | null) => {
      const head = { ...all.mine, fields: { "f.works": { value: score, by: ME, n: 3, at: NOW } } };
      const choice = statusChoices(head, type, me()).find(({ status }) => status.id === "done");
      return choice && missingWords(choice, head);
    };
    expect([said(null), said("0/2"), said("1/2"), said("2/2")]).toEqual(["Work", "Work 0/2", "Work 1/2", ""]);
  });

  it("[CL24] the owner's is decided, a former owner's visit waits for acceptance, a stranger's is not offered", () => {
    expect(statusRight(all.mine, me())).toBe("own");
    expect(statusRight(all.free, me())).toBe("own");
    expect(statusRight({ ...all.mine, owner: OTHER }, me())).toBeUndefined();
    expect(statusRight({ ...all.mine, owner: OTHER }, me("lead"))).toBe("own");
    expect(statusRight({ ...all.mine, owner: OTHER, formerOwners: [ME] }, me("technician"))).toBe("visit");
  });
});

describe("acts on several tickets", () => {
  const from = (role?: Me["role"]) => ({ me: me(role), typeOf: () => VISIT });
  const chosen = [all.mine, all.free, all.theirs];

  it("taking what is free, by a claim; what is mine already and what is another's is left out and counted", () => {
    const plan = planBulk(chosen, { act: "assign", to: ME }, from());
    expect(plan.steps).toEqual([{ thread: all.free._id, kind: "claim" }]);
    expect(plan.undo).toEqual([{ thread: all.free._id, kind: "release" }]);
    expect(plan.skipped).toEqual({ same: 1, right: 1, required: 0 });
  });

  it("giving: a lead names, an owner hands over; what cannot be taken back has no way back", () => {
    const lead = planBulk(chosen, { act: "assign", to: OTHER }, from("lead"));
    expect(lead.steps.map(({ kind }) => kind)).toEqual(["handover", "assign"]);
    expect(lead.undo).toEqual([
      { thread: all.mine._id, kind: "assign", to: ME },
      { thread: all.free._id, kind: "release" },
    ]);
    const owner = planBulk([all.mine], { act: "assign", to: OTHER }, from());
    expect(owner.steps).toEqual([{ thread: all.mine._id, kind: "handover", to: OTHER }]);
    expect(owner.undo).toEqual([]);
  });

  it("a status goes only where type, role and required fields allow it", () => {
    const plan = planBulk([all.mine, all.free, all.theirs], { act: "status", status: "in-work" }, from());
    expect(plan.steps).toEqual([{ thread: all.free._id, kind: "status", status: "in-work" }]);
    expect(plan.undo).toEqual([{ thread: all.free._id, kind: "status", status: "new" }]);
    expect(plan.skipped).toEqual({ same: 1, right: 1, required: 0 });
    expect(planBulk([all.mine], { act: "status", status: "done" }, from()).skipped.required).toBe(1);
  });

  it("priority and tags come back as they were; what has them already is left alone", () => {
    const priority = planBulk([all.mine, all.free], { act: "priority", value: 2 }, from());
    expect(priority.undo).toEqual([{ thread: all.free._id, kind: "priority", value: 1 }]);
    expect(priority.skipped.same).toBe(1);
    const tag = planBulk([all.mine, all.free], { act: "tag", tag: "сеть" }, from());
    expect(tag.steps).toEqual([{ thread: all.mine._id, kind: "tag", add: "сеть" }]);
    expect(tag.undo).toEqual([{ thread: all.mine._id, kind: "tag", remove: "сеть" }]);
  });
});
