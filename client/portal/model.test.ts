import { describe, expect, it } from "vitest";
import { derivedThreadId, type ItemId } from "../../shared/kernel/ids.ts";
import type { PortalItem, PortalTicket, PortalTicketAnswer } from "../../shared/protocol/portal.ts";
import { ThreadWorld, user } from "../../shared/testing/thread-world.ts";
import { askedOf, filtered, withOwnItem } from "./model.ts";

const DIALOG = derivedThreadId("dialog", "asked");
const ticket = (number: number, id: string, category: PortalTicket["status"]["category"]): PortalTicket => ({
  ticket: derivedThreadId("ticket", String(number)),
  number,
  title: `Ticket ${number}`,
  status: { id, ru: id, en: id, category },
  createdAt: number,
});

describe("[S19] the list of the portal", () => {
  const tickets = [
    ticket(1, "new", "new"),
    ticket(2, "in-work", "active"),
    ticket(3, "waiting-for-user", "waiting"),
    ticket(4, "waiting-for-visit", "waiting"),
    ticket(5, "done", "done"),
    ticket(6, "closed", "closed"),
  ];
  const numbers = (filter: Parameters<typeof filtered>[1]): readonly number[] =>
    filtered(tickets, filter).map((one) => one.number);

  it("is narrowed by whose turn it is; each ticket stands in exactly one part", () => {
    expect(numbers("work")).toEqual([1, 2, 4]);
    expect(numbers("yours")).toEqual([3, 5]);
    expect(numbers("closed")).toEqual([6]);
    expect(numbers("all")).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("a request stands above it from the moment it is written until it has its number", () => {
    const world = new ThreadWorld();
    const me = user("me");
    const open = world.make(me, "open", { thread: DIALOG, user: me.id, set: { request: true } });
    const message = world.make(me, "message", { thread: DIALOG, text: "Chair is broken\nRoom 5" });
    const rows = [open, message].map((item, seq) => ({ seq, item, savedAt: 5, state: "saved" as const }));
    const now = open.at + 1_000;
    const asked = { dialog: DIALOG, title: "Chair is broken", at: open.at, waits: true };
    expect(askedOf([], rows, { tickets, now })).toEqual([asked]);
    expect(askedOf([open, message], [], { tickets, now })).toEqual([{ ...asked, waits: false }]);
    const numbered = { ...ticket(7, "new", "new"), dialog: DIALOG };
    expect(askedOf([open, message], [], { tickets: [numbered], now })).toEqual([]);
    expect(askedOf([open, message], [], { tickets, now: now + 8 * 86_400_000 })).toEqual([]);
    const named = { ...open, set: { request: true, subject: "Chair" } };
    expect(askedOf([named], [], { tickets, now })).toMatchObject([{ title: "Chair" }]);
    const ordinary = { ...open, set: {} };
    expect(askedOf([ordinary, message], [], { tickets, now })).toEqual([]);
  });
});

describe("a ticket between an own act and the desk's next word", () => {
  const item = (id: string, more: Partial<PortalItem>): PortalItem => ({
    u: 1,
    id: id as ItemId,
    kind: "message",
    mine: true,
    at: 1,
    dialog: DIALOG,
    ...more,
  });
  const answer: PortalTicketAnswer = {
    ticket: ticket(5, "done", "done"),
    fields: [],
    history: [],
    items: [item("n", { kind: "notice" })],
    check: { dialog: DIALOG, notice: "n" as ItemId },
    now: 1,
  };

  it("shows it once, and asks no more once it is answered", () => {
    const said = withOwnItem(answer, item("m", {}));
    expect(withOwnItem(said, item("m", {})).items.map((one) => one.id)).toEqual(["n", "m"]);
    expect(said.check).toBeDefined();
    expect(withOwnItem(said, item("a", { kind: "accept", of: "n" as ItemId })).check).toBeUndefined();
  });
});
