import { describe, expect, it } from "vitest";
import { derivedThreadId } from "../../shared/kernel/ids.ts";
import { readTicketNotice } from "../../shared/protocol/ticket-notice.ts";
import { emptyHead } from "../../shared/thread/fold.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import { asksWhereItIs, whereParams } from "./where-is-it.ts";

describe("[S42] a user asks where his request is", () => {
  it.each([
    "Где моя заявка?",
    "где заявка",
    "Добрый день! Где же моя заявка 1042?",
    "А что там с моей заявкой?",
    "Что с заявкой №1042",
    "Подскажите статус заявки",
    "статус моего обращения",
    "Когда будет готова моя заявка?",
    "когда выполните заявку",
    "мои заявки",
    "Мои обращения?",
    "Where is my request?",
    "where's my ticket",
    "Hi, where are my requests?",
    "What is the status of my ticket",
    "status of my request",
    "what's happening with my case?",
    "Any news on my request?",
    "my tickets",
  ])("asked: %s", (text) => {
    expect(asksWhereItIs(text)).toBe(true);
  });

  it.each([
    "Где лежит инструкция?",
    "Хочу оставить заявку",
    "Моя заявка выполнена, спасибо",
    "Где туалет",
    "Закройте заявку, пожалуйста",
    "Запрос в базу падает с ошибкой",
    "Where is my printer?",
    "I request a new laptop",
    "My ticket is done, thanks",
    "",
  ])("not asked: %s", (text) => {
    expect(asksWhereItIs(text)).toBe(false);
  });

  it("a long letter that has the words in it is a letter", () => {
    expect(asksWhereItIs(`Где моя заявка? ${"Подробности ".repeat(30)}`)).toBe(false);
  });

  const ticket = (number: number, given: Partial<DeviceHead> = {}): DeviceHead => ({
    ...emptyHead(derivedThreadId("ticket", String(number))),
    number,
    status: "in-work",
    createdAt: number,
    ...given,
  });

  it("his tickets: those in work first, newest first, ten of them, with how many more there are", () => {
    const closed = ticket(2_000, { state: "closed", status: "closed" });
    const many = Array.from({ length: 11 }, (_, i) => ticket(1_001 + i));
    const params = whereParams([closed, ...many], () => undefined);
    const read = readTicketNotice("ticket-where", params);
    if (read?.code !== "ticket-where") throw new Error("must be readable");
    expect(read.params.tickets.map((row) => row.number)).toEqual([
      1011, 1010, 1009, 1008, 1007, 1006, 1005, 1004, 1003, 1002,
    ]);
    expect(read.params.more).toBe(2);
    expect(read.params.tickets[0]).toMatchObject({ status: "in-work", ru: "В работе", en: "In work", at: 1011 });
  });

  it("one who has none is answered by people", () => {
    expect(whereParams([], () => undefined)).toBeUndefined();
  });
});
