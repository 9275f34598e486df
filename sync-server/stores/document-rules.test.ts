import { expect, it } from "vitest";
import { isTooLarge } from "./document-rules.ts";

it("a document's size is judged by its JSON in UTF-8, whatever it is made of", () => {
  const docs = [
    { _id: "plain", text: "x".repeat(1_000) },
    { _id: "cyrillic", text: "я".repeat(500) },
    { _id: "escapes", text: '\u0001"\\\n'.repeat(200), lone: "\ud800" },
    {
      _id: "nested",
      rows: Array.from({ length: 40 }, (_, i) => ({ id: `row ${i}`, n: -1.25e-300 * i, is: i % 2 === 0, none: null })),
    },
    { _id: "empty" },
  ];
  for (const doc of docs) {
    const bytes = Buffer.byteLength(JSON.stringify(doc));
    expect([doc._id, isTooLarge(doc, bytes), isTooLarge(doc, bytes - 1)]).toEqual([doc._id, false, true]);
  }
});
