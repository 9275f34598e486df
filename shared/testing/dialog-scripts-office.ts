import type { Script } from "./script.ts";

/** What people write to Facilities and to the People team. */
export const OFFICE_SCRIPTS: readonly Script[] = [
  {
    team: "facilities",
    locale: "ru",
    subject: "Холодно в кабинете",
    tags: ["отопление"],
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
    tags: ["furniture"],
    turns: [
      ["u", "My chair's back no longer locks. Could I get another one?", "chair"],
      ["a", "Sure. We will bring one from storage today. Which colour, grey or black?"],
      ["u", "Grey please"],
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
    team: "facilities",
    locale: "ru",
    subject: "Пропуск на парковку",
    tags: ["парковка"],
    turns: [
      ["u", "Нужен пропуск на парковку на декабрь, А123ВС"],
      ["n", "Мест на декабрь осталось три."],
      ["a", "Оформили, пропуск на ресепшене с понедельника."],
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
    team: "facilities",
    locale: "ru",
    subject: "Протечка у окна",
    tags: ["срочно"],
    priority: 3,
    turns: [
      ["u", "У окна капает с потолка, подставили ведро. Рядом розетка!", "leak"],
      ["a", "Электрик уже отключает линию, сантехник идёт с восьмого этажа. К розетке не подходите."],
      ["u", "Свет погас, мы вышли в коридор"],
    ],
  },
  {
    team: "hr",
    locale: "ru",
    subject: "Перенос отпуска",
    tags: ["отпуск"],
    turns: [
      ["u", "Можно перенести отпуск с 11 на 18 августа? С руководителем договорились"],
      ["a", "Можно, если успеем до конца недели. Заявление пришлю вам на подпись."],
    ],
  },
  {
    team: "facilities",
    locale: "ru",
    subject: "Закончилась вода в кулере",
    turns: [["u", "На четвёртом этаже закончилась вода в обоих кулерах"]],
  },
  {
    team: "hr",
    locale: "ru",
    subject: "Больничный закрыли",
    turns: [["u", "Больничный закрыли вчера, номер 910 245 771. Нужно ли что-то приносить?"]],
  },
  {
    team: "facilities",
    locale: "en",
    subject: "Desk by the window",
    turns: [
      ["u", "Could I move to the free desk by the window in 508? My eyes get tired under the lamp"],
      ["a", "It is yours from Monday. Boxes for the move are by the lift."],
      ["u", "Wonderful, thank you!"],
    ],
  },
  {
    team: "hr",
    locale: "en",
    subject: "Language course",
    turns: [["u", "Is the Russian course paid by the company this year too? The group starts on the 3rd"]],
  },
];
