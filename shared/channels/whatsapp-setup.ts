import type { ChannelSetup } from "./setup.ts";

/** How numbers of the WhatsApp Cloud API are connected. */
export const whatsappSetup: ChannelSetup = {
  kind: "whatsapp",
  name: { ru: "WhatsApp", en: "WhatsApp" },
  about: { ru: "Номера WhatsApp Business (Cloud API)", en: "WhatsApp Business numbers (Cloud API)" },
  fields: [
    {
      name: "token",
      type: "secret",
      label: { ru: "Токен доступа системного пользователя", en: "System user access token" },
      hint: {
        ru: "С правами whatsapp_business_messaging и whatsapp_business_management",
        en: "With whatsapp_business_messaging and whatsapp_business_management",
      },
      required: true,
    },
    {
      name: "phones",
      type: "lines",
      label: { ru: "Идентификаторы номеров (Phone number ID)", en: "Phone number IDs" },
      hint: { ru: "По одному в строке; это не сам номер", en: "One a line; not the number itself" },
      required: true,
    },
    {
      name: "appSecret",
      type: "secret",
      label: { ru: "Секрет приложения", en: "App secret" },
      hint: { ru: "Им Meta подписывает то, что присылает", en: "Meta signs with it what it sends" },
      required: true,
    },
    {
      name: "verifyToken",
      type: "secret",
      label: { ru: "Маркер подтверждения вебхука", en: "Webhook verify token" },
      hint: { ru: "Придумайте сами и впишите то же в Meta", en: "Make one up and write the same at Meta" },
      required: true,
    },
    {
      name: "version",
      type: "text",
      label: { ru: "Версия Graph API", en: "Graph API version" },
      required: false,
      initial: "v23.0",
      advanced: true,
    },
    {
      name: "baseUrl",
      type: "url",
      label: { ru: "Адрес API", en: "Address of the API" },
      required: false,
      initial: "https://graph.facebook.com",
      advanced: true,
    },
  ],
  guide: [
    {
      ru: "На developers.facebook.com создайте приложение типа Business и добавьте WhatsApp.",
      en: "At developers.facebook.com create an app of type Business and add WhatsApp.",
    },
    {
      ru: "WhatsApp → API Setup: добавьте номер и скопируйте его Phone number ID.",
      en: "WhatsApp → API Setup: add a number and copy its Phone number ID.",
    },
    {
      ru: "Business Settings → System users: создайте бессрочный токен с двумя правами WhatsApp.",
      en: "Business Settings → System users: create a token that does not expire, with the two WhatsApp rights.",
    },
    {
      ru: "App settings → Basic: скопируйте App Secret.",
      en: "App settings → Basic: copy the App Secret.",
    },
    {
      ru: "Сохраните канал. Затем WhatsApp → Configuration: впишите адрес ниже и маркер, подпишитесь на поле messages.",
      en: "Save the channel. Then WhatsApp → Configuration: enter the address below and the verify token, subscribe to the field messages.",
    },
  ],
  hook: true,
};
