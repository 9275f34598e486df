import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const css = readFileSync(fileURLToPath(new URL("tokens.css", import.meta.url)), "utf8");
const colours = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(
    ([, name = "", light = "", dark = ""]) => [name, { light, dark }],
  ),
);

/** Relative luminance (WCAG 2.2). */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

/** Text on grounds as they stand in the style sheets. */
const TEXT_PAIRS: readonly (readonly [text: string, grounds: readonly string[]])[] = [
  ["text", ["ground", "surface", "sunken", "hover", "selected", "own", "note"]],
  ["text-2", ["ground", "surface", "sunken", "hover", "selected", "own"]],
  ["text-3", ["ground", "surface", "hover"]],
  ["accent-text", ["ground", "surface", "selected", "accent-soft", "own"]],
  ["on-accent", ["accent", "accent-hover"]],
  ["note-text", ["note"]],
  ["amber", ["ground", "surface", "amber-soft", "selected"]],
  ["red", ["ground", "surface", "red-soft", "selected", "hover"]],
  ["surface", ["text"]],
];
/** Edges of fields and the ring of focus: 3 : 1. */
const EDGE_PAIRS: readonly (readonly [edge: string, grounds: readonly string[]])[] = [
  ["rule-strong", ["surface"]],
  ["focus", ["ground", "surface", "selected"]],
];

describe("tokens", () => {
  for (const theme of ["light", "dark"] as const) {
    it(`text has a contrast of 4.5 : 1, edges of 3 : 1, in the ${theme} theme`, () => {
      const weak: string[] = [];
      const check = (pairs: typeof TEXT_PAIRS, least: number): void => {
        for (const [front, grounds] of pairs) {
          for (const ground of grounds) {
            const ratio = contrast(colours.get(front)?.[theme] ?? "", colours.get(ground)?.[theme] ?? "");
            if (!(ratio >= least)) weak.push(`${front} on ${ground}: ${ratio.toFixed(2)}`);
          }
        }
      };
      check(TEXT_PAIRS, 4.5);
      check(EDGE_PAIRS, 3);
      expect(weak).toEqual([]);
    });
  }
});
