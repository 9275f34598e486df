import type { FieldSet } from "../items/base.ts";
import type { Ms } from "../kernel/clock.ts";
import { readTicketNotice, type TicketEvent, type TicketNotice } from "../protocol/ticket-notice.ts";

/** Languages in which the desk speaks to users by itself. */
export type NoticeLocale = "ru" | "en";

/** A notice in words, for channels that show text only; `asks`: what the user may answer. */
export type NoticeText = { readonly text: string; readonly asks?: "rating" | "check" };

type Forms = { readonly one: string; readonly few?: string; readonly many?: string; readonly other: string };
const RULES = { ru: new Intl.PluralRules("ru"), en: new Intl.PluralRules("en") } as const;

function counted(locale: NoticeLocale, count: number, forms: Forms): string {
  const rule = RULES[locale].select(count);
  const form = rule === "one" ? forms.one : rule === "few" ? forms.few : rule === "many" ? forms.many : undefined;
  return `${count}\u00a0${form ?? forms.other}`;
}

/** The chat says the same (client/chat): users know a ticket as a request. */
const WORDS = {
  ru: {
    closed: "Диалог завершён.",
    rate: "Оцените, пожалуйста, ответ.",
    taken: (name: string) => (name === "" ? "Вашим вопросом занимается оператор." : `Вам ответит ${name}.`),
    created: (number: number) => `Создана заявка № ${number}`,
    changed: (number: number, status: string) => `Заявка № ${number}: ${status}`,
    events: (number: number, count: number) =>
      `Заявка № ${number}: ${counted("ru", count, { one: "событие", few: "события", many: "событий", other: "события" })}`,
    createdRow: "Создана",
    done: (number: number) => `Заявка № ${number} выполнена`,
    check: "Проверьте, пожалуйста, всё ли в порядке.",
    where: "Ваши заявки",
    number: (number: number) => `№ ${number}`,
    untitled: "Без названия",
    more: (count: number) =>
      `и ещё ${counted("ru", count, { one: "заявка", few: "заявки", many: "заявок", other: "заявки" })}`,
    accept: "Принять работу",
    reopen: "Вернуть в работу",
    answerByNumber: "Чтобы ответить, пришлите номер.",
    greeting: "Здравствуйте! Напишите, что случилось, и мы поможем.",
    noGroups: "Я отвечаю только в личных сообщениях. Напишите мне лично, пожалуйста.",
  },
  en: {
    closed: "The dialog is closed.",
    rate: "Please rate the answer.",
    taken: (name: string) => (name === "" ? "An agent is looking into it." : `${name} will answer you.`),
    created: (number: number) => `Request ${number} created`,
    changed: (number: number, status: string) => `Request ${number}: ${status}`,
    events: (number: number, count: number) =>
      `Request ${number}: ${counted("en", count, { one: "event", other: "events" })}`,
    createdRow: "Created",
    done: (number: number) => `Request ${number} is done`,
    check: "Please check that everything is right.",
    where: "Your requests",
    number: (number: number) => `#${number}`,
    untitled: "Untitled",
    more: (count: number) => `and ${counted("en", count, { one: "more request", other: "more requests" })}`,
    accept: "Accept",
    reopen: "Reopen",
    answerByNumber: "To answer, send the number.",
    greeting: "Hello! Tell us what happened, and we will help.",
    noGroups: "I only answer in private messages. Please write to me directly.",
  },
} as const;

/** Words that the desk says by a channel beside notices. */
export const channelWords = (
  locale: NoticeLocale,
): {
  readonly accept: string;
  readonly reopen: string;
  readonly answerByNumber: string;
  readonly greeting: string;
  readonly noGroups: string;
} => WORDS[locale];

type Given = { readonly code: string; readonly params?: FieldSet | undefined };
/** `zone`: in which times are told; the machine's when absent. */
type Reader = { readonly locale: NoticeLocale; readonly zone?: string };

/** A notice in the user's language; nothing for one that has no words (of a later version): it is not sent. */
export function noticeText({ code, params }: Given, reader: Reader): NoticeText | undefined {
  const words = WORDS[reader.locale];
  if (code === "closed") {
    return params?.["rate"] === true
      ? { text: `${words.closed} ${words.rate}`, asks: "rating" }
      : { text: words.closed };
  }
  if (code === "taken") {
    const name = params?.["name"];
    return { text: words.taken(typeof name === "string" ? name : "") };
  }
  const ticket = readTicketNotice(code, params);
  return ticket === undefined ? undefined : ticketText(ticket, reader);
}

function ticketText(notice: TicketNotice, reader: Reader): NoticeText {
  const { locale } = reader;
  const words = WORDS[locale];
  const when = (at: Ms | undefined): string => (at === undefined ? "" : ` (${dayAndTime(at, reader)})`);
  switch (notice.code) {
    case "ticket-created":
      return { text: `${words.created(notice.params.number)}${when(notice.params.at)}` };
    case "ticket-status":
      return { text: `${words.changed(notice.params.number, notice.params[locale])}${when(notice.params.at)}` };
    case "ticket-done":
      return {
        text: `${words.done(notice.params.number)}${when(notice.params.at)}\n${words.check}`,
        asks: "check",
      };
    case "ticket-events": {
      const { number, events } = notice.params;
      const nameOf = (event: TicketEvent): string => (event.what === "created" ? words.createdRow : event[locale]);
      const rows = events.map((event) => `${dayAndTime(event.at, reader)} — ${nameOf(event)}`);
      return { text: [words.events(number, events.length), ...rows].join("\n") };
    }
    case "ticket-where": {
      const { tickets, more } = notice.params;
      const rows = tickets.map(
        (ticket) =>
          `${words.number(ticket.number)} · ${ticket.title === "" ? words.untitled : ticket.title} — ${ticket[locale]}`,
      );
      const rest = more === undefined ? [] : [words.more(more)];
      return { text: [`${words.where}:`, ...rows, ...rest].join("\n") };
    }
  }
}

function dayAndTime(at: Ms, { locale, zone }: Reader): string {
  return new Intl.DateTimeFormat(locale === "ru" ? "ru-RU" : "en-GB", {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    ...(zone === undefined ? {} : { timeZone: zone }),
  }).format(at);
}
