import { describe, expect, it } from "vitest";
import { type CardField, faultOfCards, parseCardFields, readCardValue, undefinedCardFields } from "./person-fields.ts";

const name = { ru: "Этаж", en: "Floor" };
const field = (more: Partial<CardField> = {}): CardField => ({ id: "f-1", kind: "text", name, ...more });

describe("[S50] fields of cards", () => {
  it("what cannot be read is left out, and the rest holds", () => {
    const other = field({ id: "f-2", kind: "number" });
    expect(
      parseCardFields([field(), { id: "F!", kind: "text", name }, null, other, { ...other, kind: "date" }]),
    ).toEqual([field(), other]);
    expect(parseCardFields("text")).toEqual([]);
    expect(parseCardFields(undefined)).toEqual([]);
  });

  it("definitions that would help nobody are not stored", () => {
    expect(faultOfCards([field()])).toBeUndefined();
    expect(faultOfCards([field({ name: { ru: " ", en: "" } })])).toBe("no-name");
    expect(faultOfCards([field({ kind: "choice", options: [{ id: "o-1", name }] })])).toBe("no-options");
    expect(faultOfCards([field(), field()])).toBe("duplicate");
    expect(faultOfCards([field({ name: { ru: "я".repeat(121), en: "" } })])).toBe("malformed");
    // More than one field of the settings may hold.
    const long = { ru: "я".repeat(120), en: "y".repeat(120) };
    const many = Array.from({ length: 58 }, (_, n) => field({ id: `f-${n}`, name: long }));
    expect(faultOfCards(many)).toBe("malformed");
  });

  it("what cards hold and nobody defined can be taken up under its own name", () => {
    const cards = [
      { fields: { name: 1, "x.f-1": 1, "x.plan": 1 } },
      { fields: { "x.plan": 1, "x.Shoe size": 1, "x.age": 1 } },
    ];
    expect(undefinedCardFields([field()], cards)).toEqual(["age", "plan"]);
  });

  it("a value that does not fit is told with its reason, an empty one clears", () => {
    const choice = field({
      kind: "choice",
      options: [
        { id: "o-1", name },
        { id: "o-2", name, archived: true },
      ],
    });
    expect(readCardValue(field({ kind: "number" }), " 1 200,5 ")).toEqual({ ok: true, value: 1200.5 });
    expect(readCardValue(field({ kind: "number" }), "three")).toEqual({ ok: false, fault: "not-a-number" });
    expect(readCardValue(field({ kind: "number" }), "1e999")).toEqual({ ok: false, fault: "not-a-number" });
    expect(readCardValue(field({ kind: "date" }), "2026-02-29")).toEqual({ ok: false, fault: "not-a-date" });
    expect(readCardValue(field({ kind: "date" }), "2028-02-29")).toEqual({ ok: true, value: "2028-02-29" });
    expect(readCardValue(choice, "o-9")).toEqual({ ok: false, fault: "no-such-option" });
    expect(readCardValue(choice, "o-1")).toEqual({ ok: true, value: "o-1" });
    expect(readCardValue(field(), "x".repeat(2_001))).toEqual({ ok: false, fault: "too-long" });
    expect(readCardValue(field(), "   ")).toEqual({ ok: true, value: null });
    expect(readCardValue(field({ kind: "switch" }), "true")).toEqual({ ok: true, value: true });
  });
});
