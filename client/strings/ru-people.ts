import type { enPeople } from "./en-people.ts";
import { counted, type Forms } from "./plural.ts";

const n = (count: number, forms: Forms): string => counted("ru", count, forms);

/** Русские слова о людях: список и карточки. */
export const ruPeople: typeof enPeople = {
  people: {
    title: "Люди",
    search: "Поиск людей",
    count: (count) => n(count, { one: "человек", few: "человека", many: "человек", other: "человека" }),
    empty: "Людей пока нет",
    emptyText: "Карточка появляется сама с первым сообщением человека. Можно и добавить.",
    add: "Новый человек",
    choose: "Выберите человека",
    contacts: "Обращения",
    noContacts: "Обращений, которые вам видны, нет",
    card: "Карточка",
    createAsset: "Добавить технику",
    noAssets: "Техники нет",
    save: "Сохранить карточку",
    namesAlike: "Есть другой человек с таким именем",
    portal: {
      title: "Портал",
      lead: "По этой ссылке человек видит свои заявки и пишет в них без входа. Это может каждый, у кого она есть.",
      make: "Сделать ссылку на портал",
      once: "Она показана только сейчас: хранится лишь её хеш.",
      mail: "Отправить почтой",
      mailSubject: "Ваши заявки",
      mailText: (url) => `Здесь можно посмотреть свои заявки и написать нам:\n${url}`,
      until: (made, name, end) => `Сделана ${made}, ${name}; действует до ${end}`,
      revoke: "Отозвать",
      revoked: "Ссылка больше не действует",
    },
  },
};
