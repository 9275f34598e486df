/** Words of the user's chat. The agents' desk has its own; this page shall stay small. */
const ru = {
  chat: "Чат",
  placeholder: "Сообщение",
  send: "Отправить",
  attach: "Прикрепить файл",
  removeFile: (name: string) => `Убрать файл ${name}`,
  greeting: "Здравствуйте! Опишите, что случилось. Входить и заполнять ничего не нужно.",
  answersHere: "Ответ придёт сюда же.",
  about: "О чём",
  messages: "Сообщения",
  live: "На связи",
  connecting: "Соединяемся…",
  offline: (since: string) => `Нет связи с ${since}. Сообщения сохранятся и уйдут сами.`,
  offlineQueued: (since: string, count: number) => `Нет связи с ${since} · ждёт отправки: ${count}`,
  sending: (count: number) => `Отправляем: ${count}`,
  typing: (name: string) => (name === "" ? "Оператор пишет…" : `${name} пишет…`),
  hops: { device: "На этом устройстве", server: "На нашем сервере", delivered: "Доставлено", read: "Прочитано" },
  writtenAt: (at: string) => `написано в ${at}`,
  edited: "изменено",
  erased: "Сообщение удалено",
  edit: "Изменить",
  erase: "Удалить",
  saveEdit: "Сохранить",
  cancel: "Отмена",
  more: "Действия с сообщением",
  you: "Вы",
  desk: "Поддержка",
  refused: "Не отправлено",
  forget: "Убрать",
  copyText: "Скопировать текст",
  refusals: {
    "link-expired": "срок ссылки вышел",
    "link-revoked": "ссылка отозвана",
    "link-unknown": "такой ссылки нет",
    "too-large": "слишком длинное сообщение",
    rate: "слишком часто, попробуйте через минуту",
    malformed: "сообщение не принято",
    "file-kind": "такие файлы не принимаются",
  } as Readonly<Record<string, string>>,
  refusedOther: (code: string) => `причина: ${code}`,
  linkStates: {
    expired: ["Срок ссылки истёк", "Попросите новую ссылку там, где взяли эту."],
    revoked: ["Ссылка больше не действует", "Её закрыли. Попросите новую ссылку у тех, кто её дал."],
    unknown: ["Такой ссылки нет", "Проверьте адрес: возможно, он скопирован не целиком."],
  },
  faults: {
    "too-large": (name: string) => `«${name}» больше 64 МБ и не может быть отправлен.`,
    kind: (name: string) => `«${name}»: файлы этого вида не принимаются.`,
    empty: (name: string) => `«${name}» пуст.`,
    unreadable: (name: string) => `«${name}» не удалось прочитать.`,
    full: "На устройстве кончилось место. Текст остался в поле; освободите место и отправьте снова.",
    "too-long": "Сообщение длиннее 20 000 знаков. Сократите его или приложите файлом.",
  },
  fileWaiting: "Файл недоступен без связи",
  openPicture: (name: string) => `Открыть картинку ${name}`,
  download: (name: string) => `Скачать ${name}`,
  upload: (percent: number) => `Отправлено ${percent} %`,
  rate: "Оцените, пожалуйста, ответ",
  score: (score: number) => `Оценка ${score} из 5`,
  rated: (score: number) => `Ваша оценка: ${score} из 5`,
  comment: "Комментарий (не обязательно)",
  sendComment: "Отправить комментарий",
  thanks: "Спасибо!",
  closed: "Диалог завершён. Если напишете снова, мы продолжим.",
  reopened: "Вы вернули диалог в работу",
  accepted: "Вы подтвердили, что всё сделано",
  menu: "Меню",
  tellMe: "Сообщать об ответах",
  toldOn: "Об ответах сообщаем ✓",
  toldDenied: "Уведомления запрещены в браузере",
  returnLink: "Продолжить на другом устройстве",
  returnWarning: "Личная ссылка: кто её откроет, прочитает эту переписку.",
  copy: "Скопировать",
  copied: "Скопировано",
  install: "Установить приложение",
  language: "English",
  close: "Закрыть",
  closeChat: "Закрыть чат",
  noStorage: "Браузер не разрешает этому сайту хранить переписку. Откройте чат в отдельной вкладке.",
  ownPage: "Открыть чат",
  newVersion: "Есть новая версия",
  reload: "Обновить",
  jump: "К последним сообщениям",
  insecure: "Страница открыта без шифрования: без связи она не откроется.",
  stumbled: (name: string, at: string) => `Сбой на странице в ${at} (${name}). Она продолжает работать.`,
  today: "Сегодня",
  yesterday: "Вчера",
  notices: {
    closed: "Диалог завершён.",
    taken: (name: string) => `Вам отвечает ${name}`,
    other: "Сообщение от поддержки",
  },
};

type Words = typeof ru;

const en: Words = {
  chat: "Chat",
  placeholder: "Message",
  send: "Send",
  attach: "Attach a file",
  removeFile: (name) => `Remove file ${name}`,
  greeting: "Hello! Tell us what happened. No sign-in, nothing to fill in.",
  answersHere: "The answer will come right here.",
  about: "About",
  messages: "Messages",
  live: "Connected",
  connecting: "Connecting…",
  offline: (since) => `Off line since ${since}. Messages are kept and will go by themselves.`,
  offlineQueued: (since, count) => `Off line since ${since} · waiting to be sent: ${count}`,
  sending: (count) => `Sending: ${count}`,
  typing: (name) => (name === "" ? "An agent is writing…" : `${name} is writing…`),
  hops: { device: "On this device", server: "On our server", delivered: "Delivered", read: "Read" },
  writtenAt: (at) => `written at ${at}`,
  edited: "edited",
  erased: "Message deleted",
  edit: "Edit",
  erase: "Delete",
  saveEdit: "Save",
  cancel: "Cancel",
  more: "Message actions",
  you: "You",
  desk: "Support",
  refused: "Not sent",
  forget: "Remove",
  copyText: "Copy text",
  refusals: {
    "link-expired": "the link has expired",
    "link-revoked": "the link was revoked",
    "link-unknown": "there is no such link",
    "too-large": "the message is too long",
    rate: "too often, try again in a minute",
    malformed: "the message was not accepted",
    "file-kind": "such files are not accepted",
  },
  refusedOther: (code) => `reason: ${code}`,
  linkStates: {
    expired: ["This link has expired", "Ask for a new one where you got it."],
    revoked: ["This link is no longer valid", "It was closed. Ask those who gave it for a new one."],
    unknown: ["There is no such link", "Check the address: perhaps it was not copied whole."],
  },
  faults: {
    "too-large": (name) => `“${name}” is larger than 64 MB and cannot be sent.`,
    kind: (name) => `“${name}”: files of this kind are not accepted.`,
    empty: (name) => `“${name}” is empty.`,
    unreadable: (name) => `“${name}” could not be read.`,
    full: "The device is out of space. Your text is still in the field; free some space and send again.",
    "too-long": "The message is longer than 20,000 characters. Shorten it or attach it as a file.",
  },
  fileWaiting: "The file cannot be had off line",
  openPicture: (name) => `Open picture ${name}`,
  download: (name) => `Download ${name}`,
  upload: (percent) => `${percent}% sent`,
  rate: "Please rate the answer",
  score: (score) => `${score} out of 5`,
  rated: (score) => `Your rating: ${score} out of 5`,
  comment: "Comment (optional)",
  sendComment: "Send comment",
  thanks: "Thank you!",
  closed: "The dialog is closed. Write again and we go on.",
  reopened: "You reopened the dialog",
  accepted: "You confirmed that it is done",
  menu: "Menu",
  tellMe: "Tell me of answers",
  toldOn: "You are told of answers ✓",
  toldDenied: "The browser forbids notices",
  returnLink: "Continue on another device",
  returnWarning: "A personal link: whoever opens it can read this chat.",
  copy: "Copy",
  copied: "Copied",
  install: "Install the app",
  language: "Русский",
  close: "Close",
  closeChat: "Close the chat",
  noStorage: "The browser does not let this site keep a chat. Open it in a tab of its own.",
  ownPage: "Open the chat",
  newVersion: "A new version is ready",
  reload: "Reload",
  jump: "To the latest messages",
  insecure: "The page is open without encryption: it will not open off line.",
  stumbled: (name, at) => `The page stumbled at ${at} (${name}). It goes on.`,
  today: "Today",
  yesterday: "Yesterday",
  notices: {
    closed: "The dialog is closed.",
    taken: (name) => `${name} is answering you`,
    other: "Message from support",
  },
};

export type Locale = "ru" | "en";

/** The browser's language, Russian where it names neither. */
export const browserLocale = (languages: readonly string[]): Locale => {
  const first = languages.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag === "ru" || tag === "en");
  return first === "en" ? "en" : "ru";
};

export const wordsOf = (locale: Locale): Words => (locale === "en" ? en : ru);
export type { Words };

/** `14:05` by locale. */
export const clockTime = (at: number, locale: Locale): string =>
  new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" }).format(at);

/** A time of another day with its day. */
export const dayAndTime = (at: number, locale: Locale): string =>
  new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).format(at);

/** `Today`, `Yesterday`, or the date. */
export function dayName(at: number, now: number, locale: Locale): string {
  const words = wordsOf(locale);
  const day = (time: number): string => new Date(time).toDateString();
  if (day(at) === day(now)) return words.today;
  if (day(at) === day(now - 86_400_000)) return words.yesterday;
  return new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" }).format(at);
}

/** Size of a file by locale: `1.4 MB`. */
export function fileSize(bytes: number, locale: Locale): string {
  const units = locale === "en" ? ["B", "KB", "MB"] : ["Б", "КБ", "МБ"];
  const step = bytes >= 1024 * 1024 ? 2 : bytes >= 1024 ? 1 : 0;
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: step === 2 ? 1 : 0 }).format(bytes / 1024 ** step)} ${units[step]}`;
}
