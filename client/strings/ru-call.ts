import type { CallWords } from "./en-call.ts";
import { counted } from "./plural.ts";

/** Русские слова о звонках. */
export const ruCall: CallWords = {
  region: "Телефон",
  ringing: (who) => `Звонит: ${who}`,
  speaking: (who) => `Разговор: ${who}`,
  hidden: "номер скрыт",
  unknown: "Этот номер здесь пока никому не принадлежит.",
  several: (count) =>
    `Этот номер есть ещё у ${counted("ru", count - 1, { one: "человека", few: "человек", many: "человек", other: "человека" })}:`,
  room: "Кабинет",
  asset: "Техника",
  latest: "Последние диалоги",
  none: "Диалогов ещё не было",
  card: "Открыть карточку",
  take: "Взять диалог в работу",
  open: "Открыть диалог",
  away: "Убрать",
  dialling: "Звонит ваш телефон: снимите трубку, и номер наберётся.",
  byDevice: (why) => `${why} Номер набирает само устройство.`,
  why: {
    "no-extension": "У вас не указан внутренний номер.",
    "no-exchange": "Нет подключённой АТС, которая умеет звонить.",
    unreachable: "АТС не отвечает.",
    refused: "АТС отказала.",
    number: "АТС не принимает этот номер.",
    other: "Спросить АТС не удалось.",
  },
};
