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
      { at: 1, removed: 7, inserted: " new" },
      { at: 12, removed: 8, inserted: " cable" },
    ]);
    expect(changesBetween("It is silnt.", "It is silent.")).toEqual([{ at: 9, removed: 0, inserted: "e" }]);
    expect(changesBetween("мигает лампа", "мигал свет")).toEqual([{ at: 0, removed: 12, inserted: "мигал свет" }]);
    expect(changesBetween("one\ntwo three", "one two\n\nthree")).toEqual([
      { at: 3, removed: 1, inserted: " " },
      { at: 7, removed: 1, inserted: "\n\n" },
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
    expect(mergeTexts({ base: "", mine: "mine", theirs: "theirs" })).toBe("theirs mine");
    expect(mergeTexts({ base: "printe", mine: "printed", theirs: "printer" })).toBe("printerd");
  });
});

describe("[U15] a text that two have written anew", () => {
  /** One person's own words, with small words that everybody uses between them now and then. */
  const ownText = (letters: string) => {
    const own = fc
      .array(fc.constantFrom(...letters.split("")), { minLength: 2, maxLength: 7 })
      .map((word) => word.join(""));
    const phrase = fc
      .tuple(fc.array(own, { minLength: 4, maxLength: 7 }), fc.constantFrom("в", "не", "и"))
      .map(([words, small]) => [...words.slice(0, 2), small, ...words.slice(2)].join(" "));
    return fc.array(phrase, { minLength: 1, maxLength: 4 }).map((phrases) => phrases.join(", "));
  };

  it("holds both versions whole, one after the other, also where small words are in all of them", () => {
    const texts = fc.tuple(ownText("абвгде"), ownText("жзклмн"), ownText("прстуф"));
    fc.assert(
      fc.property(texts, ([base, mine, theirs]) => {
        expect(changesBetween(base, mine)).toEqual([{ at: 0, removed: base.length, inserted: mine }]);
        expect(mergeTexts({ base, mine, theirs })).toBe(`${theirs} ${mine}`);
      }),
    );
  });

  it("in a part keeps the rest once", () => {
    const base = "Свет мигает в коридоре.";
    const [mine, theirs] = ["Свет погас в коридоре.", "Свет горит в коридоре."];
    expect(mergeTexts({ base, mine, theirs })).toBe("Свет горит погас в коридоре.");
  });
});
