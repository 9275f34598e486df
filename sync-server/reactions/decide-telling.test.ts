import { describe, expect, it } from "vitest";
import { derivedItemId, derivedThreadId } from "../../shared/kernel/ids.ts";
import { readTicketNotice } from "../../shared/protocol/ticket-notice.ts";
import type { Untold } from "../../shared/thread/head.ts";
import { DEFAULT_TICKET_TYPE } from "../../shared/ticket/type.ts";
import { decideTelling, LONGEST_WAIT_MS, noticeOfEvents, QUIET_MS, withoutCheck } from "./decide-telling.ts";

const NOW = 1_700_000_000_000;
const ticket = { _id: derivedThreadId("ticket", "one"), number: 1042 };

function event(name: string, given: Partial<Untold> = {}): Untold {
  return {
    id: derivedItemId(name),
    what: "status",
    status: "in-work",
    at: NOW,
    admittedAt: NOW,
    offline: false,
    ...given,
  };
}
const offline = (name: string, admittedAt: number, given: Partial<Untold> = {}): Untold =>
  event(name, { offline: true, at: admittedAt - 86_400_000, admittedAt, ...given });
const head = (...untold: readonly Untold[]) => ({
  untold,
  lastAt: Math.max(0, ...untold.map((row) => row.admittedAt)),
});
const told = (telling: ReturnType<typeof decideTelling>): readonly string[] =>
  telling.t === "tell" ? telling.events.map(({ id }) => id) : [];

describe("[S20] when the user is told", () => {
  it("nothing is told where nothing happened", () => {
    expect(decideTelling({ lastAt: NOW }, NOW)).toEqual({ t: "nothing" });
    expect(decideTelling(head(), NOW)).toEqual({ t: "nothing" });
  });

  it("an event on line is told at once, each by itself, oldest first", () => {
    const [a, b] = [event("a"), event("b")];
    expect(told(decideTelling(head(a, b), NOW))).toEqual([a.id]);
    expect(told(decideTelling(head(b), NOW))).toEqual([b.id]);
  });

  it("what was done off line waits until the ticket is quiet and is told together", () => {
    const rows = [offline("a", NOW), offline("b", NOW + 1_000), offline("c", NOW + 2_500)];
    expect(decideTelling(head(...rows), NOW + 2_600)).toEqual({ t: "wait", ms: QUIET_MS - 100 });
    expect(told(decideTelling(head(...rows), NOW + 2_500 + QUIET_MS))).toEqual(rows.map(({ id }) => id));
  });

  it("a technician's checklist that goes on arriving keeps it waiting, but not for ever", () => {
    const row = offline("a", NOW);
    const busy = { untold: [row], lastAt: NOW + LONGEST_WAIT_MS - 100 };
    expect(decideTelling(busy, NOW + LONGEST_WAIT_MS - 50)).toEqual({ t: "wait", ms: 50 });
    expect(told(decideTelling(busy, NOW + LONGEST_WAIT_MS))).toEqual([row.id]);
  });

  it("an event on line behind one that waits does not overtake it", () => {
    const [a, b] = [offline("a", NOW), event("b", { admittedAt: NOW + 10 })];
    expect(decideTelling(head(a, b), NOW + 20).t).toBe("wait");
    expect(told(decideTelling(head(a, b), NOW + 10 + QUIET_MS))).toEqual([a.id, b.id]);
  });

  it("an event on line before those that wait goes at once and alone", () => {
    const [a, b] = [event("a"), offline("b", NOW)];
    expect(told(decideTelling(head(a, b), NOW))).toEqual([a.id]);
  });

  it("a clock that went back makes it wait no longer than usual", () => {
    const telling = decideTelling(head(offline("a", NOW)), NOW - 3_600_000);
    expect(telling).toEqual({ t: "wait", ms: QUIET_MS });
  });

  it("a notice names 64 events at most; the rest is told by the next one", () => {
    const rows = Array.from({ length: 70 }, (_, i) => offline(`e${i}`, NOW));
    expect(told(decideTelling(head(...rows), NOW + QUIET_MS))).toEqual(rows.slice(0, 64).map(({ id }) => id));
  });
});

describe("[S18] [S22] what the user is told", () => {
  const notice = (...events: readonly [Untold, ...Untold[]]) => {
    const made = noticeOfEvents(ticket, DEFAULT_TICKET_TYPE, events);
    // Whatever is written must be what both programs read.
    expect(readTicketNotice(made.code, made.params)).toEqual(made);
    return made;
  };

  it("the number, of a ticket that was made", () => {
    expect(notice(event("a", { what: "created" }))).toEqual({ code: "ticket-created", params: { number: 1042 } });
  });

  it("a status in both languages; done asks him to check", () => {
    expect(notice(event("a"))).toEqual({
      code: "ticket-status",
      params: { number: 1042, status: "in-work", ru: "В работе", en: "In work" },
    });
    expect(notice(event("a", { status: "done" })).code).toBe("ticket-done");
  });

  it("a status that the type has no more stands by its id", () => {
    expect(notice(event("a", { status: "gone" })).params).toMatchObject({ status: "gone", ru: "gone", en: "gone" });
  });

  it("one event that was done off line has its true time", () => {
    const row = offline("a", NOW);
    expect(notice(row).params).toMatchObject({ at: row.at });
  });

  it("several are one notice with their true times", () => {
    const rows = [offline("a", NOW, { what: "created" }), offline("b", NOW)] as const;
    const made = notice(...rows);
    expect(made).toMatchObject({ code: "ticket-events", params: { number: 1042 } });
    expect(made.params["events"]).toMatchObject([
      { what: "created", at: rows[0].at },
      { what: "status", status: "in-work", ru: "В работе", at: rows[1].at },
    ]);
  });

  it("[S22] what asks him to check is told by itself, behind the others", () => {
    const created = offline("a", NOW, { what: "created" });
    const moved = offline("b", NOW);
    const done = offline("c", NOW, { status: "done" });
    expect(withoutCheck(DEFAULT_TICKET_TYPE, [created, moved, done])).toEqual([created, moved]);
    expect(withoutCheck(DEFAULT_TICKET_TYPE, [done])).toEqual([done]);
    expect(withoutCheck(DEFAULT_TICKET_TYPE, [done, moved])).toEqual([done, moved]);
  });
});
