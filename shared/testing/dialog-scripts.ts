import type { TeamKey } from "./company-words.ts";

/** One turn of an example dialog: `u` the user, `a` the agent, `n` an internal note. */
export type Turn = readonly [by: "u" | "a" | "n", text: string, file?: "screenshot"];
export type Script = {
  readonly team: TeamKey;
  readonly locale: "ru" | "en";
  readonly subject: string;
  readonly turns: readonly Turn[];
};

/** Believable dialogs, each played by several people with other endings. */
export const SCRIPTS: readonly Script[] = [
  {
    team: "it",
    locale: "ru",
    subject: "Ноутбук зависает",
    turns: [
      ["u", "Здравствуйте, ноутбук зависает, когда открываю таблицу с остатками", "screenshot"],
      ["a", "Здравствуйте! Вижу снимок. Как давно началось и помогает ли перезагрузка?"],
      ["u", "Со вчерашнего дня. После перезагрузки минут десять работает, потом опять"],
      ["n", "Похоже на память: у соседнего T14 было то же самое, меняли планку."],
      ["a", "Похоже, дело в памяти. Проверю удалённо, это займёт минут пять. Можно подключиться?"],
      ["u", "Да, конечно"],
    ],
  },
  {
    team: "it",
    locale: "ru",
    subject: "Не виден принтер",
    turns: [
      ["u", "Не вижу принтер после обновления"],
      ["a", "Откройте «Параметры» → «Принтеры», удалите его и добавьте снова. Прикладываю инструкцию."],
      ["u", "Добавила, но печатает иероглифами 😕"],
      ["a", "Выберите драйвер PCL6 вместо PS: в свойствах принтера, вкладка «Дополнительно»."],
      ["u", "Заработало! Спасибо большое"],
    ],
  },
  {
    team: "it",
    locale: "ru",
    subject: "Пароль от почты",
    turns: [
      ["u", "забыл пароль от почты"],
      ["a", "Отправил код на ваш телефон, введите его на странице входа."],
      ["u", "👍"],
    ],
  },
  {
    team: "it",
    locale: "en",
    subject: "VPN keeps dropping",
    turns: [
      ["u", "Hi, my VPN drops every couple of minutes since this morning"],
      ["a", "Hello! Are you on the office Wi-Fi or at home?"],
      ["u", "At home. The rest of the internet is fine", "screenshot"],
      ["a", "Thanks for the picture. Please switch the profile to “Office TCP” and reconnect."],
      ["u", "Stable for ten minutes now"],
    ],
  },
  {
    team: "facilities",
    locale: "ru",
    subject: "Холодно в кабинете",
    turns: [
      ["u", "В кабинете очень холодно, батарея еле тёплая"],
      ["a", "Приняли. Сантехник посмотрит стояк до обеда."],
      ["u", "Хорошо, ждём. Нас тут четверо в куртках"],
    ],
  },
  {
    team: "facilities",
    locale: "en",
    subject: "Broken chair",
    turns: [
      ["u", "My chair's back no longer locks. Could I get another one?", "screenshot"],
      ["a", "Sure. We will bring one from storage today. Which colour, grey or black?"],
      ["u", "Grey please"],
    ],
  },
  {
    team: "facilities",
    locale: "ru",
    subject: "Пропуск на парковку",
    turns: [
      ["u", "Нужен пропуск на парковку на декабрь, А123ВС"],
      ["n", "Мест на декабрь осталось три."],
      ["a", "Оформили, пропуск на ресепшене с понедельника."],
    ],
  },
  {
    team: "hr",
    locale: "ru",
    subject: "Справка с места работы",
    turns: [
      ["u", "Добрый день! Нужна справка для визы, на английском"],
      ["a", "Добрый день! Сделаем до завтра. Оклад указывать?"],
      ["u", "Да, и дату приёма, пожалуйста"],
    ],
  },
  {
    team: "hr",
    locale: "en",
    subject: "Vacation balance",
    turns: [
      ["u", "How many vacation days do I have left this year?"],
      ["a", "You have nine days left, five of them expire in March."],
      ["u", "Great, thank you!"],
    ],
  },
  {
    team: "it",
    locale: "ru",
    subject: "Нет звука на созвоне",
    turns: [
      ["u", "Меня не слышно на созвонах, хотя микрофон включён. Через пять минут встреча с клиентом!!"],
      ["a", "Нажмите на стрелку у значка микрофона и выберите «Гарнитура», а не «Массив микрофонов»."],
    ],
  },
];
