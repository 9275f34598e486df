import { describe, expect, it } from "vitest";
import type { AuthorId, ItemId, TeamId, ThreadId } from "../../shared/kernel/ids.ts";
import { derivedThreadId } from "../../shared/kernel/ids.ts";
import { callOf } from "../../shared/thread/attention.ts";
import { emptyHead } from "../../shared/thread/fold.ts";
import { type DeviceHead, deviceHead } from "../../shared/thread/head.ts";
import { countTabs, foldText, neighbourOf, searchWords, selectInbox, type Viewer } from "./inbox-list.ts";

const NOW = 1_700_000_000_000;
const MINUTE = 60_000;
const ME = derivedThreadId("agent", "me") as string as AuthorId; // an agent's author id is his thread's
const OTHER = derivedThreadId("agent", "other") as string as AuthorId; // as above
const TEAM: TeamId = derivedThreadId("team", "mine");
const FOREIGN: TeamId = derivedThreadId("team", "theirs");
const viewer: Viewer = {
  me: ME,
  teams: [TEAM],
  now: NOW,
  alarmMs: (team) => (team === TEAM ? 10 * MINUTE : 60 * MINUTE),
};

function dialog(name: string, facts: Partial<DeviceHead> = {}): DeviceHead {
  const base = deviceHead(emptyHead(derivedThreadId("dialog", name)));
  return { ...base, team: TEAM, lastAt: NOW - MINUTE, lastUser: 2, ...facts };
}
const waiting = (minutes: number): Partial<DeviceHead> => ({ waitingSince: NOW - minutes * MINUTE });
const names = (list: readonly DeviceHead[], all: Readonly<Record<string, DeviceHead>>): readonly string[] =>
  list.map((head) => Object.entries(all).find(([, one]) => one === head)?.[0] ?? "?");

const all = {
  mineWaits: dialog("mineWaits", { owner: ME, ...waiting(12) }),
  mineAnswered: dialog("mineAnswered", { owner: ME }),
  mineAsleep: dialog("mineAsleep", { owner: ME, state: "snoozed", lastAt: NOW }),
  free: dialog("free", waiting(3)),
  freeOld: dialog("freeOld", waiting(30)),
  freeAnswered: dialog("freeAnswered"),
  others: dialog("others", { owner: OTHER, ...waiting(11) }),
  foreign: dialog("foreign", { team: FOREIGN, ...waiting(20) }),
  closed: dialog("closed", { owner: ME, state: "closed" }),
};
const heads = Object.values(all);
const textOf = (head: DeviceHead): string => foldText(names([head], all)[0] ?? "");
const select = (
  tab: "me" | "team" | "all" | "missed",
  more: { team?: TeamId; search?: string; state?: "open" | "any" } = {},
) =>
  names(
    selectInbox(
      heads,
      { tab, team: more.team ?? null, state: more.state ?? "open", search: searchWords(more.search ?? "") },
      viewer,
      textOf,
    ),
    all,
  );

describe("the inbox's list", () => {
  it("[S12] what somebody owns stands on him and on nobody's team", () => {
    expect(select("me")).toEqual(["mineWaits", "mineAnswered", "mineAsleep"]);
    expect(select("team")).toEqual(["freeOld", "free", "freeAnswered"]);
  });

  it("[S26] missed are those whose user waits longer than his team's limit, the longest first", () => {
    expect(select("missed")).toEqual(["freeOld", "mineWaits", "others"]);
  });

  it("[S26] a badge counts who waits; an answer takes it away, a look does not", () => {
    const before = countTabs(heads, viewer);
    expect(before.me).toEqual({ waiting: 1, total: 3 });
    expect(before.team).toEqual({ waiting: 2, total: 3 });
    expect(before.missed).toEqual({ waiting: 3, total: 3 });
    const looked = heads.map((head) => ({ ...head, cursors: { ...head.cursors, teamRead: { upTo: 99, at: NOW } } }));
    expect(countTabs(looked, viewer)).toEqual(before);
    const answered = heads.map((head) => (head === all.mineWaits ? { ...head, waitingSince: null } : head));
    expect(countTabs(answered, viewer).me.waiting).toBe(0);
    expect(countTabs(answered, viewer).missed.waiting).toBe(2);
  });

  it("a search in All finds closed ones, with ё as е, by every word", () => {
    expect(select("all", { search: "closed" })).toEqual(["closed"]);
    expect(select("all", { search: "free old" })).toEqual(["freeOld"]);
    expect(searchWords("  Ёлка  Мёд ")).toEqual(["елка", "мед"]);
  });

  it("a filter by team holds in every tab", () => {
    expect(select("all", { team: FOREIGN })).toEqual(["foreign"]);
    expect(select("missed", { team: FOREIGN })).toEqual([]);
  });

  it("[S1] a filter by channel shows what came by that bot or mailbox only", () => {
    const bot = derivedThreadId("channel", "bot");
    const byBot = dialog("byBot", { link: bot });
    const filter = { tab: "all", team: null, state: "open", search: [] } as const;
    const shown = (channel: ThreadId | null) => selectInbox([...heads, byBot], { ...filter, channel }, viewer, textOf);
    expect(shown(bot)).toEqual([byBot]);
    expect(shown(null)).toContain(byBot);
    expect(shown(null).length).toBeGreaterThan(1);
  });

  it("next and previous stop at the ends and begin at the first", () => {
    const list = [all.free, all.freeOld];
    expect(neighbourOf(list, undefined, 1)).toBe(all.free._id);
    expect(neighbourOf(list, all.free._id, 1)).toBe(all.freeOld._id);
    expect(neighbourOf(list, all.freeOld._id, 1)).toBe(all.freeOld._id);
    expect(neighbourOf(list, all.free._id, -1)).toBe(all.free._id);
    expect(neighbourOf([], "dialog.0" as ThreadId, 1)).toBeUndefined();
  });
});

describe("attention", () => {
  const mine = { me: ME, teams: [TEAM] };
  const wrote = (head: DeviceHead): DeviceHead => ({ ...head, lastUser: head.lastUser + 1, waitingSince: NOW });

  it("[S12] a message in what another owns is silent; in what is free or mine it calls", () => {
    expect(callOf(all.others, wrote(all.others), mine)).toBeUndefined();
    expect(callOf(all.free, wrote(all.free), mine)).toBe("message");
    expect(callOf(all.mineAnswered, wrote(all.mineAnswered), mine)).toBe("message");
    expect(callOf(all.foreign, wrote(all.foreign), mine)).toBeUndefined();
  });

  it("[U11] an answer that did not leave calls its owner once, and nobody else", () => {
    const row = { id: "x" as ItemId, outcome: "failed", at: NOW, tries: 0 } as const;
    const failed = (head: DeviceHead): DeviceHead => ({ ...head, undelivered: [row] });
    expect(callOf(all.mineAnswered, failed(all.mineAnswered), mine)).toBe("undelivered");
    expect(callOf(failed(all.mineAnswered), failed(all.mineAnswered), mine)).toBeUndefined();
    expect(callOf(all.others, failed(all.others), mine)).toBeUndefined();
    expect(callOf(undefined, failed(all.mineAnswered), mine)).toBeUndefined();
    const again = { ...all.mineAnswered, undelivered: [{ ...row, outcome: "again" as const }] };
    expect(callOf(all.mineAnswered, again, mine)).toBeUndefined();
    expect(callOf(again, failed(all.mineAnswered), mine)).toBe("undelivered");
  });

  it("a new dialog of the team calls, one that is handed over too, an own reply does not", () => {
    expect(callOf(undefined, all.free, mine)).toBe("dialog");
    expect(callOf(all.others, { ...all.others, owner: ME }, mine)).toBe("assigned");
    expect(callOf(all.mineWaits, { ...all.mineWaits, waitingSince: null }, mine)).toBeUndefined();
  });
});
