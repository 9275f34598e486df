import { describe, expect, it } from "vitest";
import { noticeText } from "./notice-words.ts";

const status = { status: "in-work", ru: "В работе", en: "In work" };
const at = Date.UTC(2026, 2, 2, 9, 5);
const ru = { locale: "ru", zone: "UTC" } as const;
const en = { locale: "en", zone: "UTC" } as const;

describe("[S18] notices in words, for channels that show text only", () => {
  it("an ended dialog asks for a rating where the notice does", () => {
    expect(noticeText({ code: "closed", params: { rate: true } }, ru)).toEqual({
      text: "Диалог завершён. Оцените, пожалуйста, ответ.",
      asks: "rating",
    });
    expect(noticeText({ code: "closed" }, en)).toEqual({ text: "The dialog is closed." });
  });

  it("a ticket's number and status, in the user's language", () => {
    expect(noticeText({ code: "ticket-created", params: { number: 7 } }, ru)?.text).toBe("Создана заявка № 7");
    expect(noticeText({ code: "ticket-status", params: { number: 7, ...status } }, en)?.text).toBe(
      "Request 7: In work",
    );
    const done = noticeText({ code: "ticket-done", params: { number: 7, ...status } }, ru);
    expect(done).toEqual({
      text: "Заявка № 7 выполнена\nПроверьте, пожалуйста, всё ли в порядке.",
      asks: "check",
    });
  });

  it.each([
    [1, "1\u00a0событие"],
    [2, "2\u00a0события"],
    [5, "5\u00a0событий"],
    [21, "21\u00a0событие"],
  ])("plurals are right: %s", (count, words) => {
    const events = Array.from({ length: count }, () => ({ what: "created", at }));
    const text = noticeText({ code: "ticket-events", params: { number: 7, events } }, ru)?.text;
    expect(text?.split("\n")[0]).toBe(`Заявка № 7: ${words}`);
    expect(text?.split("\n")).toHaveLength(count + 1);
    expect(text).toContain("09:05");
  });

  it("where is my request: those that there are, and how many more", () => {
    const tickets = [{ number: 7, ...status, title: "", at }];
    expect(noticeText({ code: "ticket-where", params: { tickets, more: 2 } }, ru)?.text).toBe(
      "Ваши заявки:\n№ 7 · Без названия — В работе\nи ещё 2\u00a0заявки",
    );
    expect(noticeText({ code: "ticket-where", params: { tickets, more: 1 } }, en)?.text).toBe(
      "Your requests:\n#7 · Untitled — In work\nand 1\u00a0more request",
    );
  });

  it("a notice of a later version, or one that cannot be read, says nothing", () => {
    expect(noticeText({ code: "of-tomorrow" }, ru)).toBeUndefined();
    expect(noticeText({ code: "ticket-created", params: { number: "x" } }, ru)).toBeUndefined();
  });
});
