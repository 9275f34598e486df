import { describe, expect, it } from "vitest";
import type { TicketContent } from "./content.ts";
import { EMPTY_CONTENT } from "./content.ts";
import type { FieldEdit } from "./edits.ts";
import { firstEdits, portionsOf, textEdit } from "./edits.ts";
import { changedProjection, checklistOf, projectionOf } from "./projection.ts";
import { DEFAULT_TICKET_TYPE, type TicketField } from "./type.ts";

const name = { ru: "Поле", en: "Field" };
const file = { sha: "a".repeat(64), name: "a.jpg", type: "image/jpeg", size: 3 };

const content: TicketContent = {
  ...EMPTY_CONTENT,
  title: "Нет изображения",
  fields: { room: { value: "12" }, count: { value: 3, conflict: [] }, empty: { value: "" }, gone: { value: null } },
  lists: {
    checklist: [
      { id: "a", text: "Питание", done: true },
      { id: "b", text: "Сеть", done: false },
    ],
    safety: [{ id: "s2", text: "", done: true }],
  },
  files: { photos: [file], act: [file] },
  visit: { finishedAt: 7, field: { finishedAt: 7 }, desk: {} },
};
const safety = { id: "safety", kind: "checklist", name, rows: ["s1", "s2", "s3"].map((id) => ({ id, name })) } as const;

describe("[S50] what lists see of a ticket's content", () => {
  it("is short values by field", () => {
    expect(projectionOf(content)).toEqual({
      title: "Нет изображения",
      "f.room": "12",
      "f.count": 3,
      "f.empty": null,
      "f.gone": null,
      "f.safety": "1/1",
      "f.act": 1,
      checks: "2/3",
      conflicts: 0,
      finishedAt: 7,
    });
  });

  it("counts the rows that a type names before anybody touches them", () => {
    expect(projectionOf(content, { fields: [{ ...safety, rows: [...safety.rows] }] })).toMatchObject({
      "f.safety": "1/3",
      checks: "2/5",
    });
    expect(checklistOf(content, { ...safety, rows: [...safety.rows] }).map(({ id, done }) => [id, done])).toEqual([
      ["s1", false],
      ["s2", true],
      ["s3", false],
    ]);
  });

  it("a row that the type has put away is there only where it was ticked", () => {
    const rows = [
      { id: "look", name, archived: true },
      { id: "fix", name },
      { id: "test", name, archived: true },
    ];
    const ticked = { ...EMPTY_CONTENT, lists: { works: [{ id: "test", text: "", done: true }] } };
    expect(checklistOf(EMPTY_CONTENT, { id: "works", rows }).map(({ id }) => id)).toEqual(["fix"]);
    expect(checklistOf(ticked, { id: "works", rows }).map(({ id, done }) => [id, done])).toEqual([
      ["fix", false],
      ["test", true],
    ]);
  });

  it("cuts a text between characters, and never outgrows one item", () => {
    const long = projectionOf({ ...content, title: `${"x".repeat(199)}🖐` });
    expect(long["title"]).toBe("x".repeat(199));
    const many = Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`f${i}`, { value: i }]));
    expect(Object.keys(projectionOf({ ...content, fields: many })).length).toBeLessThanOrEqual(64);
  });

  it("a stamp carries only what differs, and `null` for what is there no more", () => {
    const before = projectionOf(content);
    expect(changedProjection(before, before)).toEqual({});
    const after = projectionOf({ ...content, title: "Нет звука", fields: { count: { value: 3 } } });
    expect(changedProjection(before, after)).toEqual({ title: "Нет звука", "f.room": null });
    expect(changedProjection({}, projectionOf(EMPTY_CONTENT))).toEqual({ conflicts: 0 });
  });
});

describe("edits", () => {
  it.each([
    ["", "abc"],
    ["abc", ""],
    ["abcdef", "abXdef"],
    ["aaa", "aaaa"],
    ["я🖐ё", "я🖑ё"],
    ["🖐🖐", "🖐"],
    ["один два", "один и два"],
  ])("the smallest edit from %j to %j is that one", (before, after) => {
    const edit = textEdit("title", before, after);
    if (edit?.f !== "text") throw new Error("no edit");
    const made = before.slice(0, edit.at) + edit.insert + before.slice(edit.at + edit.remove);
    expect(made).toBe(after);
    expect(edit.insert + before.slice(edit.at, edit.at + edit.remove)).not.toMatch(/^[\udc00-\udfff]|[\ud800-\udbff]$/);
    expect(textEdit("title", after, after)).toBeUndefined();
  });

  it("a long paste goes in portions, cut between characters, that come to the same text", () => {
    const insert = "🖐я".repeat(3_000);
    const portions = portionsOf([{ f: "text", field: "title", at: 2, remove: 5_000, insert }]);
    expect(portions.length).toBeGreaterThan(5);
    let text = `ab${"x".repeat(5_000)}cd`;
    for (const edit of portions.flat()) {
      if (edit.f !== "text") throw new Error("another edit");
      expect(edit.insert.length + edit.remove).toBeLessThanOrEqual(2_000);
      text = text.slice(0, edit.at) + edit.insert + text.slice(edit.at + edit.remove);
    }
    expect(text).toBe(`ab${insert}cd`);
    const small: FieldEdit[] = [{ f: "set", field: "a", value: 1 }];
    expect(portionsOf(small)).toEqual([small]);
    expect(portionsOf([])).toEqual([]);
  });

  it("a new ticket begins with its texts and with its type's first values", () => {
    const fields: readonly TicketField[] = [
      { id: "floor", kind: "number", name, initial: 1 },
      { id: "old", kind: "number", name, initial: 1, archived: true },
      { id: "room", kind: "text", name },
      { id: "cause", kind: "choice", name, initial: "a", options: [{ id: "a", name, archived: true }] },
    ];
    expect(firstEdits({ ...DEFAULT_TICKET_TYPE, fields: [...fields] }, { title: "Тема" })).toEqual([
      { f: "text", field: "title", at: 0, remove: 0, insert: "Тема" },
      { f: "set", field: "floor", value: 1 },
    ]);
  });
});
