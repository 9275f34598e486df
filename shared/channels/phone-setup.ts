import type { ChannelSetup } from "./setup.ts";

/** How a telephone exchange is connected: by signed calls of ours, by Asterisk's manager interface, or by both. */
export const phoneSetup: ChannelSetup = {
  kind: "phone",
  name: { ru: "Телефония", en: "Telephone" },
  about: { ru: "Звонки из Asterisk, FreePBX и других АТС", en: "Calls of Asterisk, FreePBX and other exchanges" },
  fields: [
    {
      name: "secret",
      type: "secret",
      label: { ru: "Ключ подписи", en: "Signing key" },
      hint: {
        ru: "Придумайте сами; им АТС подписывает то, что присылает. Не нужен, если мы сами слушаем Asterisk",
        en: "Make one up; the exchange signs with it what it sends. Not needed where we listen to Asterisk ourselves",
      },
      required: false,
    },
    {
      name: "country",
      type: "text",
      label: { ru: "Страна номеров без кода", en: "Country of numbers without a code" },
      hint: { ru: "Две латинские буквы", en: "Two letters" },
      required: false,
      initial: "RU",
    },
    {
      name: "innerLength",
      type: "number",
      label: { ru: "Сколько цифр во внутреннем номере, самое большее", en: "Longest inner number, in digits" },
      required: false,
      initial: 5,
      advanced: true,
    },
    {
      name: "amiHost",
      type: "host",
      label: { ru: "Адрес Asterisk (AMI)", en: "Asterisk's host (AMI)" },
      hint: { ru: "Пусто: звонки приходят подписанными вызовами", en: "Empty: calls come by signed calls" },
      required: false,
    },
    { name: "amiPort", type: "number", label: { ru: "Порт AMI", en: "AMI port" }, required: false, initial: 5038 },
    { name: "amiUser", type: "text", label: { ru: "Имя AMI", en: "AMI user name" }, required: false },
    { name: "amiSecret", type: "secret", label: { ru: "Пароль AMI", en: "AMI secret" }, required: false },
    {
      name: "amiTls",
      type: "switch",
      label: { ru: "AMI по TLS", en: "AMI over TLS" },
      required: false,
      initial: false,
      advanced: true,
    },
    {
      name: "dialChannel",
      type: "text",
      label: { ru: "Как звонить оператору", en: "How an agent is rung" },
      hint: { ru: "{extension} — его внутренний номер", en: "{extension} is his inner number" },
      required: false,
      initial: "PJSIP/{extension}",
      advanced: true,
    },
    {
      name: "dialContext",
      type: "text",
      label: { ru: "Контекст исходящих звонков", en: "Context of outgoing calls" },
      required: false,
      initial: "from-internal",
      advanced: true,
    },
    {
      name: "dialPrefix",
      type: "text",
      label: { ru: "Что набирать перед номером", en: "What is dialled before the number" },
      hint: {
        ru: "Номер с кодом страны, без плюса: +7…, 00…, 810…",
        en: "The number with its country, without the plus",
      },
      required: false,
      initial: "+",
      advanced: true,
    },
    {
      name: "recordingUrl",
      type: "text",
      label: { ru: "Где лежат записи", en: "Where recordings are" },
      hint: {
        ru: "Адрес с {id}: https://ats.example.ru/rec/{id}.wav. Пусто: без записей",
        en: "An address with {id}: https://pbx.example.com/rec/{id}.wav. Empty: none",
      },
      required: false,
      advanced: true,
    },
  ],
  guide: [
    {
      ru: "Asterisk: в manager.conf включите enabled = yes и заведите пользователя с read = call,cdr и write = originate,call.",
      en: "Asterisk: in manager.conf set enabled = yes and add a user with read = call,cdr and write = originate,call.",
    },
    {
      ru: "Впишите сюда адрес, имя и пароль. Порт 5038 откройте только для этого сервера.",
      en: "Enter host, name and secret here. Open port 5038 to this server only.",
    },
    {
      ru: "Другие АТС: пусть вызывают адрес ниже на каждый звонок; формат и пример — в sync-server/channels/phone/README.md.",
      en: "Other exchanges: have them call the address below for each call; form and example are in sync-server/channels/phone/README.md.",
    },
    {
      ru: "Каждому оператору впишите внутренний номер: Настройки → Коллеги и роли.",
      en: "Give each agent his inner number: Settings → Colleagues and roles.",
    },
  ],
  hook: true,
};
