import type { ChannelSetup } from "./setup.ts";

/** How a system of one's own is connected. */
export const apiSetup: ChannelSetup = {
  kind: "api",
  name: { ru: "Своя система (API)", en: "A system of your own (API)" },
  about: {
    ru: "Любая программа присылает сообщения и получает ответы",
    en: "Any program posts messages and receives answers",
  },
  fields: [
    {
      name: "url",
      type: "url",
      label: { ru: "Куда отправлять ответы", en: "Where answers go" },
      hint: {
        ru: "Адрес вашей системы; ответы приходят подписанными",
        en: "An address of your system; answers come signed",
      },
      required: true,
    },
    {
      name: "secret",
      type: "secret",
      label: { ru: "Секрет канала", en: "The channel's secret" },
      hint: {
        ru: "Придумайте не меньше 16 знаков и впишите те же в вашу систему",
        en: "Make up at least 16 characters and give your system the same",
      },
      required: true,
    },
    {
      name: "privateNetwork",
      type: "switch",
      label: { ru: "Система стоит в нашей сети", en: "The system is in our own network" },
      hint: {
        ru: "Разрешает адреса частных сетей и этой машины",
        en: "Allows addresses of private networks and of this machine",
      },
      required: false,
      initial: false,
      advanced: true,
    },
  ],
  guide: [
    {
      ru: "Придумайте секрет и укажите адрес, на который приходят ответы.",
      en: "Make up a secret and name the address to which answers go.",
    },
    {
      ru: "Ваша система присылает сообщения POST-запросом на адрес канала с /messages на конце, с заголовком Authorization: Bearer и секретом.",
      en: "Your system posts messages to the channel's address with /messages at its end, with the header Authorization: Bearer and the secret.",
    },
    {
      ru: "Описание всех вызовов с примером: /api/v1/docs.",
      en: "All calls with an example: /api/v1/docs.",
    },
  ],
  hook: true,
};
