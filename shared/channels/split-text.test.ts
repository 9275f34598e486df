import { expect, it } from "vitest";
import { splitText } from "./split-text.ts";

it("[S37] a long text leaves in pieces that lose no word", () => {
  const text = Array.from({ length: 900 }, (_, i) => `слово${i}`).join(" ");
  const pieces = splitText(text, 400);
  expect(pieces.length).toBeGreaterThan(10);
  expect(pieces.every((piece) => piece.length <= 400)).toBe(true);
  expect(pieces.join(" ")).toBe(text);
});

it("[S37] it breaks at a paragraph rather than inside of one, and never inside of a sign", () => {
  expect(splitText("один два\n\nтри четыре", 12)).toEqual(["один два", "три четыре"]);
  expect(splitText("🖐🖐🖐", 3)).toEqual(["🖐", "🖐", "🖐"]);
  expect(splitText("", 10)).toEqual([]);
  expect(splitText("короткий", 10)).toEqual(["короткий"]);
});
