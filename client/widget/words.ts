const ru = {
  chat: "Чат с поддержкой",
  open: "Открыть чат",
  close: "Закрыть чат",
  unread: (count: number): string => `Непрочитанных сообщений: ${count}`,
  loading: "Открываем чат…",
  slow: "Чат не открывается.",
  ownPage: "Открыть в новой вкладке",
};

const en: typeof ru = {
  chat: "Chat with support",
  open: "Open the chat",
  close: "Close the chat",
  unread: (count) => (count === 1 ? "1 unread message" : `${count} unread messages`),
  loading: "Opening the chat…",
  slow: "The chat does not open.",
  ownPage: "Open in a new tab",
};

export type LauncherWords = typeof ru;

/** The launcher's own words; the chat's are in its frame. */
export const wordsOf = (locale: "ru" | "en"): LauncherWords => (locale === "en" ? en : ru);
