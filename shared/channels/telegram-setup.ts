import type { ChannelSetup } from "./setup.ts";

/** How a Telegram bot is connected. */
export const telegramSetup: ChannelSetup = {
  kind: "telegram",
  name: { ru: "Telegram", en: "Telegram" },
  about: { ru: "Личные сообщения боту в Telegram", en: "Private messages to a Telegram bot" },
  fields: [
    {
      name: "token",
      type: "secret",
      label: { ru: "Токен бота", en: "Bot token" },
      hint: { ru: "Выдаёт @BotFather; вида 123456:ABC…", en: "@BotFather gives it; it looks like 123456:ABC…" },
      required: true,
    },
    {
      name: "mode",
      type: "choice",
      label: { ru: "Как приходят сообщения", en: "How messages come" },
      hint: {
        ru: "Вызов требует адреса https, видного из интернета; без него мы спрашиваем сами",
        en: "A call needs an https address that the internet can see; without one we ask by ourselves",
      },
      required: true,
      initial: "poll",
      options: [
        { value: "poll", label: { ru: "Мы спрашиваем Telegram", en: "We ask Telegram" } },
        { value: "webhook", label: { ru: "Telegram вызывает нас", en: "Telegram calls us" } },
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
      name: "help",
      type: "text",
      label: { ru: "Ответ на команду /help", en: "Answer to the command /help" },
      hint: { ru: "Пусто: коротко о том, что можно просто написать", en: "Empty: in short, that one can just write" },
      required: false,
      advanced: true,
    },
    {
      name: "apiRoot",
      type: "url",
      label: { ru: "Адрес Bot API", en: "Address of the Bot API" },
      hint: { ru: "Свой сервер Bot API или прокси", en: "An own Bot API server, or a proxy" },
      required: false,
      initial: "https://api.telegram.org",
      advanced: true,
    },
  ],
  guide: [
    {
      ru: "Откройте в Telegram @BotFather и отправьте команду /newbot.",
      en: "Open @BotFather in Telegram and send the command /newbot.",
    },
    {
      ru: "Придумайте имя и адрес бота (адрес заканчивается на bot).",
      en: "Choose a name and an address for the bot (the address ends in bot).",
    },
    {
      ru: "BotFather пришлёт токен: скопируйте его сюда целиком.",
      en: "BotFather sends a token: paste all of it here.",
    },
    {
      ru: "Один бот слушает одно место: если им пользуется другая программа, отключите её.",
      en: "One bot listens in one place: if another program uses it, switch that off.",
    },
  ],
  hook: true,
};
