import { describe, expect, it } from "vitest";
import { derivedThreadId } from "../../shared/kernel/ids.ts";
import { emptyHead } from "../../shared/thread/fold.ts";
import { deviceHead } from "../../shared/thread/head.ts";
import { EMPTY_CONTENT, type TicketContent } from "../../shared/ticket/content.ts";
import { DEFAULT_TICKET_TYPE, type TicketField, type TicketType } from "../../shared/ticket/type.ts";
import { setPreference } from "./preferences.ts";
import { cellFieldName, cellName, cellWords, fieldValueWords } from "./ticket-cells.ts";
import { cardRows, forgottenFields, newEntryId, parseNumber, withContent } from "./ticket-fields.ts";
import { startWords } from "./words.ts";

const both = (text: string) => ({ ru: text, en: text });
const field = (id: string, more: Partial<TicketField> = {}): TicketField => ({
  id,
  kind: "text",
  name: both(`Поле ${id}`),
  ...more,
});
const type: TicketType = {
  ...DEFAULT_TICKET_TYPE,
  fields: [
    field("a"),
    field("b"),
    field("c", { kind: "choice", options: [{ id: "paper", name: both("Замятие бумаги") }] }),
    field("old", { archived: true }),
    field("gone", { archived: true }),
    field("when", { kind: "date" }),
    field("steps", { kind: "checklist", rows: [{ id: "power", name: both("Питание") }] }),
  ],
  layout: [["b", "a"], ["gone"], ["when"]],
};
const content: TicketContent = {
  ...EMPTY_CONTENT,
  fields: { old: { value: "до ремонта" }, stranger: { value: 7 }, wiped: { value: null } },
  parts: [{ id: "p1", name: "Кабель", count: 2 }],
};
const ids = (rows: readonly (readonly TicketField[])[]) => rows.map((row) => row.map(({ id }) => id));
const desk = { heads: { get: () => undefined } } as unknown as Parameters<typeof cellWords>[2]["desk"]; // nobody is known

describe("a ticket's card", () => {
  it("[S50] stands as its type lays it out; what was put away shows only while it holds something", () => {
    expect(ids(cardRows(type, content))).toEqual([["b", "a"], ["when"], ["c"], ["old"], ["steps"]]);
    expect(ids(cardRows(type, EMPTY_CONTENT)).flat()).not.toContain("old");
  });

  it("[S50] what an older type left in a ticket is not hidden", () => {
    expect(forgottenFields(type, content)).toEqual([{ id: "stranger", value: { value: 7 } }]);
  });

  it("[S50] the head as the content will leave it: what asks for filled fields sees own unsent typing", () => {
    const head = deviceHead(emptyHead(derivedThreadId("ticket", "one")));
    const typed = withContent(head, type, { ...EMPTY_CONTENT, fields: { a: { value: "SN-1" } } });
    expect(typed.fields["f.a"]?.value).toBe("SN-1");
    expect(typed.fields["f.steps"]?.value).toBe("0/1");
  });

  it("numbers are read as people type them, and nothing else is a number", () => {
    expect([" 12 500 ", "13,5", "-0.5", ".5"].map(parseNumber)).toEqual([12_500, 13.5, -0.5, 0.5]);
    expect(["", "1e5", "12a", "1,2,3", "—"].map(parseNumber)).toEqual(Array.from({ length: 5 }, () => undefined));
  });

  it("a later row stands after an earlier one", () => {
    const random = () => 0.5;
    expect(newEntryId(1_700_000_000_001, random) > newEntryId(1_700_000_000_000, random)).toBe(true);
    expect(newEntryId(1_700_000_000_000, random)).toMatch(/^[a-z0-9][a-z0-9-]{0,39}$/);
  });
});

describe("cells in words", () => {
  it("[U15] a conflict card names the field and its values as people do", async () => {
    setPreference("locale", "ru");
    await startWords();
    const at = { type, content, desk };
    expect(cellName({ root: "fields", id: "c" }, at)).toBe("Поле c");
    expect(cellWords({ root: "fields", id: "c" }, "paper", at)).toBe("Замятие бумаги");
    expect(cellWords({ root: "fields", id: "c" }, "unknown", at)).toBe("unknown");
    expect(cellName({ root: "parts", id: "p1", part: "count" }, at)).toContain("Кабель");
    expect(cellWords({ root: "fields", id: "a" }, null, at)).toBe("");
    expect(fieldValueWords("when", "2026-03-14", at)).toContain("14 марта");
    expect(fieldValueWords("when", "not a day", at)).toBe("not a day");
    expect(cellFieldName("stranger", type)).toBe("stranger");
    setPreference("locale", "auto");
  });
});
