import type { MailWords } from "./en-mail.ts";
import { counted } from "./plural.ts";

const n = (count: number, one: string, few: string, many: string): string =>
  counted("ru", count, { one, few, many, other: few });

/** Слова о том, что бывает только у писем. */
export const ruMail: MailWords = {
  quoted: { show: "Показать цитату", hide: "Скрыть цитату" },
  signature: { show: "Показать подпись", hide: "Скрыть подпись" },
  asSent: "Показать как прислано",
  copies: (names) => `Копия: ${names}`,
  programs: {
    "auto-reply": "Автоответ",
    list: "Рассылка",
    bulk: "Массовая рассылка",
    "no-reply": "Отправлено программой",
  },
  crypt: {
    signed: "Подписано; подпись не проверялась",
    encrypted: "Зашифровано: прочесть можно только ключом получателя",
  },
  calendar: "Приглашение на встречу",
  shortened: "Текст сокращён, полностью он в файле",
  dated: (date) => `Дата в письме: ${date}`,
  window: {
    noSubject: "Без темы",
    opening: "Открываем…",
    away: "Письма нет на этом устройстве. Оно откроется, когда будет сеть.",
    broken: "Письмо не показать. Его текст есть в диалоге.",
    frame: "Письмо",
    blocked: (pictures) =>
      `${n(pictures, "картинка из интернета не загружена", "картинки из интернета не загружены", "картинок из интернета не загружено")}: отправитель узнал бы, что вы читаете`,
    load: "Загрузить картинки",
    loaded: "Картинки загружены из интернета",
    noNetwork: "Для картинок из интернета нужна сеть",
    close: "Закрыть",
  },
};
