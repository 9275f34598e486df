import type { ChannelSetup } from "./setup.ts";

/** How a bot of MAX is connected. */
export const maxSetup: ChannelSetup = {
  kind: "max",
  name: { ru: "MAX", en: "MAX" },
  about: { ru: "Личные сообщения боту в мессенджере MAX", en: "Private messages to a bot of the messenger MAX" },
  fields: [
    {
      name: "token",
      type: "secret",
      label: { ru: "Токен бота", en: "Bot token" },
      hint: {
        ru: "MAX для бизнеса → Чат-боты → ⋮ → Настройки",
        en: "MAX for business → Chat bots → ⋮ → Settings",
      },
      required: true,
    },
    {
      name: "mode",
      type: "choice",
      label: { ru: "Как приходят сообщения", en: "How messages come" },
      hint: {
        ru: "Вызов требует адреса https (порт 443), видного из интернета; без него мы спрашиваем сами",
        en: "A call needs an https address (port 443) that the internet can see; without one we ask by ourselves",
      },
      required: true,
      initial: "poll",
      options: [
        { value: "poll", label: { ru: "Мы спрашиваем MAX", en: "We ask MAX" } },
        { value: "webhook", label: { ru: "MAX вызывает нас (советует MAX)", en: "MAX calls us (as MAX advises)" } },
      ],
    },
    {
      name: "signed",
      type: "switch",
      label: { ru: "Показывать имя оператора первой строкой", en: "Show the agent's name as the first line" },
      required: false,
      initial: false,
    },
    {
      name: "baseUrl",
      type: "url",
      label: { ru: "Адрес API", en: "Address of the API" },
      required: false,
      initial: "https://platform-api2.max.ru",
      advanced: true,
    },
  ],
  guide: [
    {
      ru: "Боты MAX доступны организациям, ИП и самозанятым России: подтвердите профиль на business.max.ru.",
      en: "MAX gives bots to Russian organisations and entrepreneurs only: have your profile confirmed at business.max.ru.",
    },
    {
      ru: "Создайте чат-бота и дождитесь модерации: до неё бот не может отвечать.",
      en: "Create a chat bot and wait for its moderation: before that it cannot answer.",
    },
    {
      ru: "Чат-боты → ⋮ → Настройки: скопируйте токен сюда.",
      en: "Chat bots → ⋮ → Settings: paste the token here.",
    },
    {
      ru: "Если проверка пишет о сертификате, добавьте на сервер корневой сертификат Минцифры (NODE_EXTRA_CA_CERTS).",
      en: "If the test speaks of a certificate, add the root certificate of the Russian Trusted CA to the server (NODE_EXTRA_CA_CERTS).",
    },
  ],
  hook: true,
};
