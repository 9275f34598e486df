import { describe, expect, it } from "vitest";
import type { ItemId } from "../../shared/kernel/ids.ts";
import { derivedThreadId } from "../../shared/kernel/ids.ts";
import type { UserItem } from "../../shared/protocol/chat.ts";
import { answersInCards, checkState, isCheck, ticketNews } from "./checks.ts";
import type { Queued } from "./model.ts";

const TICKET = derivedThreadId("ticket", "one");
const OTHER = derivedThreadId("ticket", "two");
const id = (n: number): ItemId => `device0001-0000000000000${n}` as ItemId;
const notice = (u: number, code: string, more: Partial<UserItem> = {}): UserItem => ({
  u,
  id: id(u),
  kind: "notice",
  mine: false,
  at: 1_000 + u,
  code,
  via: TICKET,
  params: { number: 1042, status: "done", ru: "Выполнена", en: "Done" },
  ...more,
});
const accept = (u: number, of: number, more: Partial<UserItem> = {}): UserItem => ({
  u,
  id: id(u),
  kind: "accept",
  mine: true,
  at: 2_000 + u,
  of: id(of),
  answer: "accept",
  ...more,
});
const waiting = (of: number, more: object = {}): Queued =>
  ({
    seq: 7,
    savedAt: 3_000,
    state: "saved",
    item: { kind: "accept", of: id(of), answer: "reopen", text: "Still hot" },
    ...more,
  }) as unknown as Queued; // the fields that are looked at

describe("[S22] done, please check", () => {
  it("asks where a ticket is done, and nowhere else", () => {
    const events = { number: 7, events: [{ what: "created", at: 1 }] };
    expect(isCheck(notice(1, "ticket-done"))).toBe(true);
    expect(isCheck(notice(1, "ticket-status"))).toBe(false);
    expect(isCheck(notice(1, "ticket-events", { params: events }))).toBe(false);
    expect(isCheck(notice(1, "ticket-done", { params: {} }))).toBe(false);
  });

  it("an answer counts from the moment it is on this device, and says where it is", () => {
    const asked = notice(1, "ticket-done");
    expect(checkState(asked, [asked], [])).toEqual({ state: "asks" });
    expect(checkState(asked, [asked], [waiting(1)])).toEqual({
      state: "answered",
      given: { answer: "reopen", at: 3_000, text: "Still hot", waits: true },
    });
    const refused = waiting(1, { state: "refused", code: "forbidden" });
    expect(checkState(asked, [asked], [refused])).toMatchObject({
      given: { waits: false, refused: { seq: 7, code: "forbidden" } },
    });
    expect(checkState(asked, [asked, accept(2, 1)], [waiting(1)])).toEqual({
      state: "answered",
      given: { answer: "accept", at: 2_002, waits: false },
    });
  });

  it("a question has passed when something else was told of its ticket since, and of no other", () => {
    const first = notice(1, "ticket-done");
    const again = notice(4, "ticket-done");
    const items = [first, notice(2, "ticket-status", { via: OTHER }), notice(3, "ticket-where", {})];
    expect(checkState(first, items, [])).toEqual({ state: "asks" });
    expect(checkState(first, [...items, again], [])).toEqual({ state: "passed" });
    expect(checkState(again, [...items, again], [])).toEqual({ state: "asks" });
  });

  it("what was answered stands in its card only, and an answer to what is not here stands by itself", () => {
    const items = [notice(1, "ticket-done"), accept(2, 1), accept(3, 9)];
    expect([...answersInCards(items)]).toEqual([id(2)]);
    expect(ticketNews(items)).toBe(1);
  });
});
