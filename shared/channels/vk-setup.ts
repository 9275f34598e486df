import type { ChannelSetup } from "./setup.ts";

/** How a VK community is connected. */
export const vkSetup: ChannelSetup = {
  kind: "vk",
  name: { ru: "ВКонтакте", en: "VK" },
  about: { ru: "Сообщения сообщества ВКонтакте", en: "Messages of a VK community" },
  fields: [
    {
      name: "token",
      type: "secret",
      label: { ru: "Ключ доступа сообщества", en: "Community access token" },
      hint: {
        ru: "С правами «сообщения», «фотографии», «документы» и «управление»",
        en: "With the rights messages, photos, docs and manage",
      },
      required: true,
    },
    {
      name: "mode",
      type: "choice",
      label: { ru: "Как приходят сообщения", en: "How messages come" },
      required: true,
      initial: "poll",
      options: [
        { value: "poll", label: { ru: "Мы спрашиваем ВКонтакте (Long Poll)", en: "We ask VK (Long Poll)" } },
        { value: "callback", label: { ru: "ВКонтакте вызывает нас (Callback API)", en: "VK calls us (Callback API)" } },
      ],
    },
    {
      name: "secret",
      type: "secret",
      label: { ru: "Секретный ключ Callback API", en: "Secret key of the Callback API" },
      hint: {
        ru: "Придумайте сами и впишите то же у сервера ВКонтакте; нужен только для Callback API",
        en: "Make one up and write the same at VK's server; for the Callback API only",
      },
      required: false,
    },
    {
      name: "confirmation",
      type: "text",
      label: { ru: "Строка подтверждения", en: "Confirmation string" },
      hint: {
        ru: "Пусто: спросим у ВКонтакте сами, если у ключа есть право «управление»",
        en: "Empty: we ask VK for it, where the token has the right manage",
      },
      required: false,
      advanced: true,
    },
    {
      name: "version",
      type: "text",
      label: { ru: "Версия API", en: "API version" },
      required: false,
      initial: "5.199",
      advanced: true,
    },
    {
      name: "baseUrl",
      type: "url",
      label: { ru: "Адрес API", en: "Address of the API" },
      required: false,
      initial: "https://api.vk.com",
      advanced: true,
    },
  ],
  guide: [
    {
      ru: "Откройте сообщество: Управление → Сообщения, включите «Сообщения сообщества».",
      en: "Open the community: Manage → Messages, switch on Community messages.",
    },
    {
      ru: "Там же «Настройки для бота»: включите «Возможности ботов», иначе кнопки не уйдут.",
      en: "In Bot settings there switch on Bot abilities, else buttons will not leave.",
    },
    {
      ru: "Управление → Работа с API → Ключи доступа: создайте ключ с правами «управление», «сообщения», «фотографии», «документы» и вставьте его сюда.",
      en: "Manage → API usage → Access tokens: create a token with the rights manage, messages, photos and docs, and paste it here.",
    },
    {
      ru: "Long Poll больше ничего не требует. Для Callback API: Работа с API → Callback API, впишите адрес ниже и секретный ключ.",
      en: "Long Poll needs nothing more. For the Callback API: API usage → Callback API, enter the address below and the secret key.",
    },
  ],
  hook: true,
};
