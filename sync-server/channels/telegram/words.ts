/** What the bot says by itself, in the user's language. */
export const BOT_WORDS = {
  ru: {
    help: "Это чат поддержки. Просто напишите сюда, что случилось: ответит человек. Можно присылать фотографии, файлы и голосовые сообщения.",
    start: "Начать разговор с поддержкой",
    helpCommand: "Как это работает",
  },
  en: {
    help: "This is a support chat. Just write what happened: a person will answer. Pictures, files and voice messages are welcome.",
    start: "Begin a conversation with support",
    helpCommand: "How it works",
  },
} as const;
