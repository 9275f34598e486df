import { describe, expect, it } from "vitest";
import { EMPTY_CONTENT } from "../../shared/ticket/content.ts";
import { withEdits } from "./echo.ts";
import type { TicketEdit } from "./port.ts";
import { type Batch, editsOf, isNothing, joined, movedTo, NO_TYPING, shownWith, typed } from "./typing.ts";

const CONTENT = { ...EMPTY_CONTENT, title: "Printer", description: "The printer is silent." };
const typing = (...edits: readonly TicketEdit[]): Batch =>
  edits.reduce((batch, edit) => typed(CONTENT, batch, edit), NO_TYPING);

describe("typing that is no change yet", () => {
  it("is shown at once, and as edits makes the same content", () => {
    const sha = "a".repeat(64);
    const batch = typing(
      { f: "whole", field: "description", text: "The old printer is silent today." },
      { f: "text", field: "title", at: 7, remove: 0, insert: " on floor 2" },
      { f: "set", field: "floor", value: 2 },
      { f: "row", list: "checklist", row: "a1", text: "Look at the cable" },
      { f: "row", list: "checklist", row: "a1", done: true },
      { f: "part", id: "p1", name: "Cable", count: 2 },
      { f: "time", id: "t1", minutes: 20, what: "Repair" },
      { f: "file", place: "photos", sha, file: { sha, name: "a.jpg", type: "image/jpeg", size: 3 } },
      { f: "visit", side: "field", finishedAt: 5 },
    );
    const shown = shownWith(CONTENT, batch);
    expect(shown).toMatchObject({
      title: "Printer on floor 2",
      description: "The old printer is silent today.",
      fields: { floor: { value: 2 } },
      lists: { checklist: [{ id: "a1", text: "Look at the cable", done: true }] },
      parts: [{ id: "p1", name: "Cable", count: 2 }],
      time: [{ id: "t1", minutes: 20, what: "Repair" }],
      visit: { finishedAt: 5, field: { finishedAt: 5 }, desk: {} },
    });
    expect(shown.files["photos"]).toHaveLength(1);
    expect(withEdits(CONTENT, editsOf(batch))).toEqual(shown);
  });

  it("of one thing typed many times the last remains, and what was typed and taken back is nothing", () => {
    const many = typing(
      { f: "set", field: "floor", value: 1 },
      { f: "set", field: "floor", value: 12 },
      { f: "whole", field: "title", text: "P" },
      { f: "whole", field: "title", text: "Printer" },
    );
    expect(editsOf(many)).toEqual([{ f: "set", field: "floor", value: 12 }]);
    expect(
      isNothing(typing({ f: "whole", field: "title", text: "x" }, { f: "whole", field: "title", text: "Printer" })),
    ).toBe(true);
  });

  it("a row removed and brought back within one pause is there", () => {
    const row = { f: "row", list: "checklist", row: "a1" } as const;
    expect(editsOf(typing({ ...row, removed: true }, { ...row, removed: false }))).toEqual([
      { ...row, removed: false },
    ]);
  });

  it("[U15] moves to content that has changed below it, and two typings are one", () => {
    const mine = typing({ f: "whole", field: "description", text: "The printer is silent. Help!" });
    const now = { ...CONTENT, description: "Since Monday: The printer is silent." };
    const moved = movedTo(now, mine);
    expect(shownWith(now, moved).description).toBe("Since Monday: The printer is silent. Help!");
    const again = typed(now, NO_TYPING, { f: "set", field: "floor", value: 3 });
    expect(shownWith(now, joined(moved, again))).toEqual(shownWith(shownWith(now, moved), again));
  });
});
