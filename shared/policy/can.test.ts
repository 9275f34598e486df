import { describe, expect, it } from "vitest";
import { ITEM_KINDS } from "../items/registry.ts";
import { derivedThreadId } from "../kernel/ids.ts";
import { agent, OTHER_TEAM, openDialog, system, TEAM, ThreadWorld, user } from "../testing/thread-world.ts";
import type { Actor } from "./actor.ts";
import { can, isTeamLead, mayOpen, mayWrite } from "./can.ts";

const anna = agent("anna");
const guest = agent("guest", "agent", [OTHER_TEAM]);
const lead = agent("vera", "lead");
const admin = agent("root", "admin", []);
const masha = user("masha");
const petya = user("petya");

const dialog = openDialog(masha).at;
const allowed = (actor: Actor): readonly string[] => ITEM_KINDS.filter((kind) => mayWrite(actor, kind, dialog));

describe("who may write into a dialog", () => {
  it("a user: his own kinds, in his own dialog only", () => {
    expect([...allowed(masha)].sort()).toEqual(
      ["accept", "edit", "erase", "message", "open", "rating", "reopen"].sort(),
    );
    expect(allowed(petya)).toEqual([]);
  });

  it("an agent of the team: everything but the user's and the desk's own", () => {
    for (const kind of ["message", "edit", "erase", "rating", "accept", "wake", "route", "auto-close", "notice"]) {
      expect(allowed(anna)).not.toContain(kind);
    }
    expect(allowed(anna)).toContain("claim");
  });

  it("an agent of another team: nothing that touches the thread", () => {
    expect([...allowed(guest)].sort()).toEqual(["ack", "discard", "resend"]);
    expect([...allowed(admin)].sort()).toEqual(["ack", "discard", "resend"]);
  });

  it("a watcher: words, but no commands", () => {
    const watched = { ...dialog, watchers: [guest.id] };
    expect(mayWrite(guest, "note", watched)).toBe(true);
    expect(mayWrite(guest, "reply", watched)).toBe(true);
    expect(mayWrite(guest, "claim", watched)).toBe(false);
  });

  it("the desk itself takes nobody's thread", () => {
    for (const kind of ["claim", "takeover", "assign", "release", "message"] as const) {
      expect(mayWrite(system, kind, dialog)).toBe(false);
    }
  });
});

describe("what a screen offers", () => {
  it("follows ownership and lead", () => {
    const owned = { ...dialog, owner: anna.id };
    expect(can(anna, "close", owned)).toBe(true);
    expect(can(anna, "close", dialog)).toBe(false);
    expect(can(lead, "close", owned)).toBe(true);
    expect(can(lead, "handover", owned)).toBe(false);
    expect(can(lead, "assign", owned)).toBe(true);
    expect(can(anna, "assign", owned)).toBe(false);
    expect(isTeamLead(agent("other", "lead", [OTHER_TEAM]), owned)).toBe(false);
    expect(isTeamLead({ ...admin, teams: [TEAM] } as Actor, owned)).toBe(true);
  });
});

describe("the directory", () => {
  const place = (kind: "team" | "agent" | "link" | "settings" | "asset" | "template", set = {}) => {
    const world = new ThreadWorld();
    const thread = kind === "team" ? TEAM : derivedThreadId(kind, "x");
    world.write(agent("root", "admin"), "open", { thread, set, ...(kind === "link" ? { team: TEAM } : {}) });
    return world.at;
  };
  const may = (actor: Actor, head: ReturnType<typeof place>): boolean => mayWrite(actor, "set-field", head);

  it("settings: admins; teams, links and their agents: leads of the team too", () => {
    const [settings, team, link] = [place("settings"), place("team"), place("link")];
    const [mine, other] = [place("agent", { teams: [TEAM] }), place("agent", { teams: [OTHER_TEAM] })];
    expect([settings, team, link, mine, other].map((head) => may(admin, head))).toEqual(Array(5).fill(true));
    expect([settings, team, link, mine, other].map((head) => may(lead, head))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
    expect([settings, team, link, mine, other].map((head) => may(anna, head))).toEqual(Array(5).fill(false));
  });

  it("assets and templates: every agent; users: nothing; and nobody claims a template", () => {
    expect(may(anna, place("asset"))).toBe(true);
    expect(may(guest, place("template"))).toBe(true);
    expect(may(masha, place("template"))).toBe(false);
    expect(mayWrite(admin, "claim", place("template"))).toBe(false);
  });

  it("a user opens only his own dialog, an agent only in his team", () => {
    const world = new ThreadWorld();
    expect(mayOpen(masha, world.make(masha, "open", { user: masha.id, team: TEAM }))).toBe(true);
    expect(mayOpen(masha, world.make(masha, "open", { user: petya.id, team: TEAM }))).toBe(false);
    expect(mayOpen(masha, world.make(masha, "open", { thread: TEAM, user: masha.id }))).toBe(false);
    expect(mayOpen(anna, world.make(anna, "open", { team: TEAM }))).toBe(true);
    expect(mayOpen(anna, world.make(anna, "open", { team: OTHER_TEAM }))).toBe(false);
  });

  it("a field keeps what it overwrote, for undo", () => {
    const world = new ThreadWorld();
    const thread = derivedThreadId("asset", "laptop");
    world.write(anna, "open", { thread, set: { room: "301" } });
    world.write(guest, "set-field", { thread, set: { room: "302", name: null } });
    expect(world.at.fields).toMatchObject({
      room: { value: "302", before: "301", by: guest.id, n: 2 },
      name: { value: null },
    });
  });
});
