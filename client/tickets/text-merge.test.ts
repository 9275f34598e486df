import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changesBetween, changeText, mergeTexts } from "./text-merge.ts";

const text = fc
  .array(fc.constantFrom("the ", "printer ", "is ", "silent", ". ", "\n", "тихо ", "👩‍🔧", "a", ""), { maxLength: 12 })
  .map((words) => words.join(""));

describe("texts that two have changed", () => {
  it("changes of a text make the other one, and each is as small as its words", () => {
    fc.assert(
      fc.property(text, text, (from, to) => {
        expect(changeText(from, changesBetween(from, to))).toBe(to);
      }),
    );
    expect(changesBetween("a broken old printer here", "a new old cable here")).toEqual([
      { at: 2, removed: 6, inserted: "new" },
      { at: 13, removed: 7, inserted: "cable" },
    ]);
  });

  it("never cuts a pair of surrogates", () => {
    fc.assert(
      fc.property(text, text, (from, to) => {
        for (const { at, removed, inserted } of changesBetween(from, to)) {
          const changed = `${from.slice(0, at)}${inserted}${from.slice(at + removed)}`;
          // Half a pair does not survive UTF-8.
          expect(Buffer.from(changed, "utf8").toString("utf8")).toBe(changed);
        }
      }),
    );
  });

  it("[U15] what one side alone has changed is the result", () => {
    fc.assert(
      fc.property(text, text, (base, other) => {
        expect(mergeTexts({ base, mine: other, theirs: base })).toBe(other);
        expect(mergeTexts({ base, mine: base, theirs: other })).toBe(other);
      }),
    );
  });

  it("[U15] no letter that either wrote is lost, whatever the other took away", () => {
    const typed = fc.constantFrom("X", "XX", "XXX");
    const theirs = fc.constantFrom("Y", "YY");
    const place = fc.integer({ min: 0, max: 60 });
    const cut = fc.record({ at: place, length: fc.integer({ min: 0, max: 30 }) });
    const both = fc.record({ base: text, x: typed, y: theirs, mineAt: cut, theirsAt: cut });
    fc.assert(
      fc.property(both, ({ base, x, y, mineAt, theirsAt }) => {
        const write = (word: string, { at, length }: { at: number; length: number }): string => {
          const characters = Array.from(base);
          characters.splice(at, length, word);
          return characters.join("");
        };
        const merged = mergeTexts({ base, mine: write(x, mineAt), theirs: write(y, theirsAt) });
        expect(merged.split("X").length - 1).toBe(x.length);
        expect(merged.split("Y").length - 1).toBe(y.length);
        expect(Buffer.from(merged, "utf8").toString("utf8")).toBe(merged);
      }),
    );
  });

  it("[U15] two places of one sentence, far apart and side by side", () => {
    const base = "The printer on floor 2 is silent.";
    expect(
      mergeTexts({
        base,
        mine: "The printer on floor 3 is silent.",
        theirs: "The old printer on floor 2 is silent since Monday.",
      }),
    ).toBe("The old printer on floor 3 is silent since Monday.");
    expect(mergeTexts({ base: "", mine: "mine", theirs: "theirs" })).toBe("theirsmine");
  });
});
