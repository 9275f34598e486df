import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { smallestChange } from "./text-change.ts";

const apply = (from: string, to: string): string => {
  const { at, removed, inserted } = smallestChange(from, to);
  return from.slice(0, at) + inserted + from.slice(at + removed);
};

/** Half a sign cannot be written as UTF-8 and read back. */
const isWhole = (part: string): boolean => new TextDecoder().decode(new TextEncoder().encode(part)) === part;

describe("smallest change", () => {
  it("changes only what differs", () => {
    expect(smallestChange("start end", "start middle end")).toEqual({ at: 6, removed: 0, inserted: "middle " });
    expect(smallestChange("same", "same")).toEqual({ at: 4, removed: 0, inserted: "" });
  });

  it("never cuts a sign in two", () => {
    const { inserted, removed } = smallestChange("a\u{1f600}b", "a\u{1f601}b");
    expect([inserted, removed]).toEqual(["\u{1f601}", 2]);
    const other = smallestChange("\u{1f600}", "\u{1fa00}"); // the low halves are equal
    expect(other).toEqual({ at: 0, removed: 2, inserted: "\u{1fa00}" });
  });

  it("always arrives at the wanted text, in whole signs", () => {
    const signs = fc.constantFrom("a", "b", "\u{1f600}", "\u{1f601}", "\u{1fa00}", "ж");
    const text = fc.array(signs, { maxLength: 8 }).map((list) => list.join(""));
    const check = fc.check(
      fc.property(text, text, (from, to) => {
        const { at, removed, inserted } = smallestChange(from, to);
        return apply(from, to) === to && [inserted, from.slice(at, at + removed)].every(isWhole);
      }),
      { numRuns: 500 },
    );
    expect(check.counterexample, `seed ${check.seed}`).toBeNull();
  });
});
