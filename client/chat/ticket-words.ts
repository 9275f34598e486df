import { counted } from "../strings/plural.ts";
import type { Locale } from "./strings.ts";

/** Words about tickets, for the chat and the portal. Users know a ticket as a request. */
const ru = {
  mine: "Мои заявки",
  request: (number: number) => `Заявка № ${number}`,
  number: (number: number) => `№ ${number}`,
  created: (number: number) => `Создана заявка № ${number}`,
  changed: (number: number, status: string) => `Заявка № ${number}: ${status}`,
  events: (number: number, count: number) =>
    `Заявка № ${number}: ${counted("ru", count, { one: "событие", few: "события", many: "событий", other: "события" })}`,
  createdRow: "Создана",
  done: (number: number) => `Заявка № ${number} выполнена`,
  check: "Проверьте, пожалуйста, всё ли в порядке.",
  accept: "Принять работу",
  reopen: "Вернуть в работу",
  whatIsWrong: "Что не так?",
  whatIsWrongHint: "Напишите, что осталось сделать",
  sendReopen: "Вернуть в работу",
  cancel: "Отмена",
  accepted: "Вы приняли работу",
  reopened: "Вы вернули заявку в работу",
  waitsToBeSent: "Ответ сохранён на этом устройстве и уйдёт сам",
  passed: "Ответ больше не нужен: заявка уже в другом статусе",
  notSent: "Ответ не отправлен",
  full: "На устройстве кончилось место: ответ не сохранён.",
  where: "Ваши заявки",
  more: (count: number) =>
    `и ещё ${counted("ru", count, { one: "заявка", few: "заявки", many: "заявок", other: "заявки" })}`,
  untitled: "Без названия",
  open: "Открыть",
  portal: "Все заявки на портале",
  none: "Заявок пока нет. Когда по вашему обращению заведут заявку, её номер и статус появятся здесь.",
  neverSeen: "Без связи список показать нечем: на этом устройстве его ещё не открывали.",
  loading: "Загружаем…",
  asOf: (at: string) => `Без связи. Показано по состоянию на ${at}.`,
  failed: "Не удалось обновить список. Показано то, что известно.",
  changedAt: (at: string) => `изменена ${at}`,
  createdAt: (at: string) => `создана ${at}`,
  count: (count: number) => counted("ru", count, { one: "заявка", few: "заявки", many: "заявок", other: "заявки" }),
  close: "Закрыть",
};

type TicketWords = typeof ru;

const en: TicketWords = {
  mine: "My requests",
  request: (number) => `Request ${number}`,
  number: (number) => `#${number}`,
  created: (number) => `Request ${number} created`,
  changed: (number, status) => `Request ${number}: ${status}`,
  events: (number, count) => `Request ${number}: ${counted("en", count, { one: "event", other: "events" })}`,
  createdRow: "Created",
  done: (number) => `Request ${number} is done`,
  check: "Please check that everything is right.",
  accept: "Accept",
  reopen: "Reopen",
  whatIsWrong: "What is wrong?",
  whatIsWrongHint: "Say what is left to do",
  sendReopen: "Reopen",
  cancel: "Cancel",
  accepted: "You accepted it",
  reopened: "You reopened it",
  waitsToBeSent: "The answer is kept on this device and will go by itself",
  passed: "No answer is needed any more: the request has another status by now",
  notSent: "The answer was not sent",
  full: "The device is out of space: the answer was not kept.",
  where: "Your requests",
  more: (count) => `and ${counted("en", count, { one: "more request", other: "more requests" })}`,
  untitled: "Untitled",
  open: "Open",
  portal: "All requests on the portal",
  none: "No requests yet. When one is made of what you wrote, its number and status will be here.",
  neverSeen: "Nothing to show off line: the list was never opened on this device.",
  loading: "Loading…",
  asOf: (at) => `Off line. Shown as of ${at}.`,
  failed: "The list could not be refreshed. What is known is shown.",
  changedAt: (at) => `changed ${at}`,
  createdAt: (at) => `created ${at}`,
  count: (count) => counted("en", count, { one: "request", other: "requests" }),
  close: "Close",
};

export const ticketWordsOf = (locale: Locale): TicketWords => (locale === "en" ? en : ru);
export type { TicketWords };

/** Words of a status in the reader's language. */
export const statusName = (status: { readonly ru: string; readonly en: string }, locale: Locale): string =>
  locale === "en" ? status.en : status.ru;
