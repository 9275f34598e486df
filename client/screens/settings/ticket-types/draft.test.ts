import { describe, expect, it } from "vitest";
import { DEFAULT_TICKET_TYPE, mayGo, parseTicketType, type TicketType } from "../../../../shared/ticket/type.ts";
import {
  changedFields,
  draftOf,
  faultOfDraft,
  fieldsOfDraft,
  moved,
  optionLines,
  optionsOf,
  rowsOf,
  type TypeDraft,
} from "./draft.ts";

const name = (en: string) => ({ ru: en, en });
const type: TicketType = {
  ...DEFAULT_TICKET_TYPE,
  fields: [
    {
      id: "cause",
      kind: "choice",
      name: name("Cause"),
      options: [
        { id: "a", name: name("Wear") },
        { id: "b", name: name("Water") },
      ],
    },
    { id: "cost", kind: "number", name: name("Cost"), requiredBy: ["done"] },
    { id: "place", kind: "text", name: name("Place") },
  ],
  transitions: [
    { from: "*", to: "new" },
    { from: "new", to: "in-work" },
    { from: "*", to: "closed", roles: ["lead", "admin"] },
  ],
  layout: [["place"], ["cause", "cost"]],
};

describe("a ticket type's draft", () => {
  it("[S50] comes back from editing as it was", () => {
    const stored = fieldsOfDraft(draftOf(type));
    expect(stored.layout).toEqual(type.layout);
    const plain = Object.fromEntries(Object.entries(stored).map(([key, value]) => [key, { value }]));
    const read = parseTicketType(type.id, plain);
    expect(read.ok).toBe(true);
    if (!read.ok) return;
    for (const from of type.statuses) {
      for (const to of type.statuses) {
        for (const role of ["agent", "lead", "technician"] as const) {
          const way = { from: from.id, to: to.id };
          expect([way, role, mayGo(read.type, way, role)]).toEqual([way, role, mayGo(type, way, role)]);
        }
      }
    }
  });

  it("[S50] of the default type is free to go everywhere", () => {
    expect(fieldsOfDraft(draftOf(DEFAULT_TICKET_TYPE)).transitions).toEqual([{ from: "*", to: "*" }]);
  });

  it("[S50] names what keeps it from being stored", () => {
    const draft = draftOf(type);
    const withStatuses = (statuses: TypeDraft["statuses"]): TypeDraft => ({ ...draft, statuses });
    expect(faultOfDraft(draft)).toBeUndefined();
    expect(faultOfDraft({ ...draft, name: name(" ") })).toBe("no-name");
    expect(faultOfDraft({ ...draft, fields: [{ id: "x", kind: "choice", name: name("X"), half: false }] })).toBe(
      "no-options",
    );
    expect(
      faultOfDraft(withStatuses(draft.statuses.filter(({ category }) => category !== "closed"))),
    ).not.toBeUndefined();
    expect(
      faultOfDraft(
        withStatuses(draft.statuses.map((status) => ({ ...status, from: undefined, category: "active" as const }))),
      ),
    ).toBe("no-new");
  });

  it("[S50] writes only what changed, and takes away what is gone", () => {
    const before = fieldsOfDraft(draftOf({ ...type, respondMinutes: 30 }));
    const { respondMinutes: _gone, ...after } = before;
    expect(changedFields(before, { ...after, name: name("Fault") })).toEqual({
      name: name("Fault"),
      respondMinutes: null,
    });
    expect(changedFields(before, before)).toEqual({});
  });

  it("two halves share a row, a third begins one", () => {
    const field = (id: string, half: boolean) => ({ id, kind: "text" as const, name: name(id), half });
    const fields = [field("a", true), field("b", true), field("c", true), field("d", false), field("e", true)];
    expect(rowsOf(fields)).toEqual([["a", "b"], ["c"], ["d"], ["e"]]);
  });

  it("moves within its bounds", () => {
    expect(moved(["a", "b", "c"], 0, 1)).toEqual(["b", "a", "c"]);
    expect(moved(["a", "b"], 0, -1)).toEqual(["a", "b"]);
  });

  it("options keep their ids when they are renamed in place or moved", () => {
    const before = type.fields[0]?.options ?? [];
    expect(optionLines(before)).toBe("Wear\nWater");
    let made = 0;
    const newId = () => `n${(made += 1)}`;
    expect(optionsOf("Износ / Wear\nВода / Water", before, newId).map(({ id }) => id)).toEqual(["a", "b"]);
    expect(optionsOf("Water\nWear\nFire", before, newId).map(({ id }) => id)).toEqual(["b", "a", "n1"]);
    expect(optionsOf("Flood\nWear", before, newId).map(({ id }) => id)).toEqual(["n2", "a", "b"]);
    expect(optionsOf("Wear\nFlood", before, newId).map(({ id }) => id)).toEqual(["a", "b"]);
  });

  it("[S50] an option that has no line any more is put away, not forgotten, and comes back with its name", () => {
    const before = type.fields[0]?.options ?? [];
    const shorter = optionsOf("Water", before, () => "n1");
    expect(shorter).toEqual([
      { id: "b", name: before[1]?.name },
      { id: "a", name: before[0]?.name, archived: true },
    ]);
    expect(optionLines(shorter)).toBe("Water");
    const again = optionsOf("Water\nWear", shorter, () => "n2");
    expect(again.map(({ id, archived }) => [id, archived])).toEqual([
      ["b", undefined],
      ["a", undefined],
    ]);
  });
});
