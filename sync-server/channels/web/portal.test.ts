import { describe, expect, it } from "vitest";
import type { Json } from "../../../shared/kernel/canonical.ts";
import { derivedItemId, derivedThreadId } from "../../../shared/kernel/ids.ts";
import type { UserItem } from "../../../shared/protocol/chat.ts";
import { user } from "../../../shared/testing/thread-world.ts";
import { emptyHead } from "../../../shared/thread/fold.ts";
import type { DeviceHead } from "../../../shared/thread/head.ts";
import { DEFAULT_TICKET_TYPE, type TicketField, type TicketType } from "../../../shared/ticket/type.ts";
import { historyOf, isOwnTicket, itemsOfTicket, openCheck, presentFields, presentTicket } from "./portal.ts";

const masha = user("masha").id;
const TICKET = derivedThreadId("ticket", "one");
const dialog = (name: string, given: Partial<DeviceHead> = {}): DeviceHead => ({
  ...emptyHead(derivedThreadId("dialog", name)),
  user: masha,
  ...given,
});
const ticket = (fields: Record<string, Json> = {}, given: Partial<DeviceHead> = {}): DeviceHead => ({
  ...emptyHead(TICKET),
  number: 1042,
  createdAt: 1_000,
  ...given,
  fields: Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, { value, by: masha, n: 1, at: 0 }])),
});
let u = 0;
const item = (given: Partial<UserItem> & Pick<UserItem, "kind">): UserItem => {
  u += 1;
  return { u, id: derivedItemId(String(u)), mine: false, at: 2_000 + u, ...given };
};

describe("[S19] whose a ticket is", () => {
  it("his who asked for it, or from whose dialog it came; a person's link opens what names the person", () => {
    const viewer = { user: masha };
    expect(isOwnTicket(viewer, ticket({}, { user: masha }), [])).toBe(true);
    expect(isOwnTicket(viewer, ticket(), [dialog("a")])).toBe(true);
    expect(isOwnTicket(viewer, ticket(), [dialog("a", { user: user("eve").id })])).toBe(false);
    expect(isOwnTicket(viewer, dialog("a"), [dialog("a")])).toBe(false);
    const person = derivedThreadId("person", "one");
    expect(isOwnTicket(viewer, ticket({}, { person }), [])).toBe(false);
    expect(isOwnTicket({ ...viewer, person }, ticket({}, { person }), [])).toBe(true);
  });
});

describe("[S19] what a ticket shows to its user", () => {
  it("its number, title, status in words, and the newest dialog of his that is written in", () => {
    const old = dialog("old", { createdAt: 1, next: derivedThreadId("dialog", "new") });
    const newer = dialog("new", { createdAt: 2 });
    const foreign = dialog("foreign", { createdAt: 3, user: user("eve").id });
    const shown = presentTicket({ user: masha }, ticket({ title: "Ноутбук" }, { status: "done" }), {
      type: DEFAULT_TICKET_TYPE,
      dialogs: [old, newer, foreign],
    });
    expect(shown).toEqual({
      ticket: TICKET,
      number: 1042,
      title: "Ноутбук",
      status: { id: "done", ru: "Выполнена", en: "Done", category: "done" },
      createdAt: 1_000,
      dialog: newer._id,
    });
  });

  it("a status that the type has no more, by its id; its state says what it means", () => {
    const of = (given: Partial<DeviceHead>) =>
      presentTicket({ user: masha }, ticket({}, { status: "gone", ...given }), {
        type: DEFAULT_TICKET_TYPE,
        dialogs: [],
      }).status;
    expect(of({})).toEqual({ id: "gone", ru: "gone", en: "gone", category: "active" });
    expect(of({ state: "closed" }).category).toBe("closed");
  });

  it("[S50] the filled fields that its type calls public, in words, and no others", () => {
    const field = (id: string, given: Partial<TicketField>): TicketField => ({
      id,
      kind: "text",
      name: { ru: `${id} по-русски`, en: id },
      ...given,
    });
    const asset = derivedThreadId("asset", "laptop");
    const type: TicketType = {
      ...DEFAULT_TICKET_TYPE,
      fields: [
        field("cost", {}),
        field("place", { public: true }),
        field("colour", { public: true, kind: "choice", options: [{ id: "red", name: { ru: "красный", en: "red" } }] }),
        field("thing", { public: true, kind: "asset" }),
        field("empty", { public: true }),
        field("cleared", { public: true }),
      ],
    };
    const head = ticket({ "f.cost": 900, "f.place": "312", "f.colour": "red", "f.thing": asset, "f.cleared": null });
    expect(presentFields(head, type, (thread) => (thread === asset ? "HP 400" : undefined))).toEqual([
      { id: "place", kind: "text", ru: "place по-русски", en: "place", value: "312" },
      {
        id: "colour",
        kind: "choice",
        ru: "colour по-русски",
        en: "colour",
        value: "red",
        shown: { ru: "красный", en: "red" },
      },
      {
        id: "thing",
        kind: "asset",
        ru: "thing по-русски",
        en: "thing",
        value: asset,
        shown: { ru: "HP 400", en: "HP 400" },
      },
    ]);
  });

  it("what came by it and what he wrote since, with his corrections; not line 1's talk, not other tickets", () => {
    const before = item({ kind: "message", mine: true, text: "до", at: 500 });
    const mine = item({ kind: "message", mine: true, text: "после" });
    const edit = item({ kind: "edit", mine: true, of: mine.id, text: "после!" });
    const editBefore = item({ kind: "edit", mine: true, of: before.id, text: "до!" });
    const reply = item({ kind: "reply", text: "о заявке", via: TICKET });
    const all = [
      before,
      mine,
      edit,
      editBefore,
      reply,
      item({ kind: "reply", text: "первая линия" }),
      item({ kind: "notice", code: "ticket-status", via: derivedThreadId("ticket", "other") }),
    ];
    const place = dialog("a");
    const shown = (of: DeviceHead): readonly (string | undefined)[] =>
      itemsOfTicket(ticket(), of, all).map(({ text, code }) => text ?? code);
    expect(shown(place)).toEqual(["до", "после", "после!", "до!", "о заявке", "первая линия"]);
    expect(itemsOfTicket(ticket(), place, all)[1]).toEqual({ ...mine, dialog: place._id });
    const years = Array.from({ length: 50 }, (_, at) => item({ kind: "message", mine: true, at, text: String(at) }));
    expect(itemsOfTicket(ticket(), place, [...years, ...all]).map(({ text }) => text)).toEqual([
      ...Array.from({ length: 29 }, (_, at) => String(at + 21)),
      ...shown(place),
    ]);
  });

  it("[S20] its history by what he was told, with the true times", () => {
    const place = dialog("a")._id;
    const words = { number: 1042, ru: "В работе", en: "In work" };
    const rows = [
      item({ kind: "notice", code: "ticket-status", params: { ...words, status: "in-work" }, at: 9_000 }),
      item({
        kind: "notice",
        code: "ticket-events",
        params: {
          number: 1042,
          events: [
            { what: "created", at: 3_000 },
            { what: "status", ...words, status: "done", at: 4_000 },
          ],
        },
        at: 10_000,
      }),
      item({ kind: "notice", code: "ticket-where", params: { tickets: [] } }),
      item({ kind: "notice", code: "closed", params: { rate: true } }),
      item({ kind: "notice", code: "ticket-status", params: { broken: true } }),
    ].map((one) => ({ ...one, dialog: place }));
    expect(historyOf(rows).map(({ what, at }) => [what, at])).toEqual([
      ["created", 3_000],
      ["status", 4_000],
      ["status", 9_000],
    ]);
  });

  it("[S22] the last notice that asks him to check, until he has answered it", () => {
    const place = dialog("a")._id;
    const params = { number: 1042, status: "done", ru: "Выполнена", en: "Done" };
    const at = (given: UserItem) => ({ ...given, dialog: place });
    const first = at(item({ kind: "notice", code: "ticket-done", params }));
    const answer = at(item({ kind: "accept", of: first.id, answer: "reopen" }));
    const second = at(item({ kind: "notice", code: "ticket-done", params }));
    expect(openCheck([first])).toBe(first);
    expect(openCheck([first, answer])).toBeUndefined();
    expect(openCheck([first, answer, second])).toBe(second);
    expect(openCheck([first, second])).toBe(second);
    expect(openCheck([])).toBeUndefined();
  });
});
