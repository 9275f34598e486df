import type { ChannelSetup, SetupField, TwoWords } from "./setup.ts";

const words = (ru: string, en: string): TwoWords => ({ ru, en });

const TLS_CHOICES = [
  { value: "tls", label: words("TLS сразу", "TLS at once") },
  { value: "starttls", label: words("STARTTLS", "STARTTLS") },
  { value: "none", label: words("Без шифрования (только своя сеть)", "Not encrypted (own network only)") },
] as const;

const inbound: readonly SetupField[] = [
  { name: "imapHost", type: "host", label: words("Сервер IMAP", "IMAP server"), required: true },
  { name: "imapPort", type: "number", label: words("Порт IMAP", "IMAP port"), required: true, initial: 993 },
  {
    name: "imapTls",
    type: "choice",
    label: words("Шифрование IMAP", "IMAP encryption"),
    required: true,
    initial: "tls",
    options: TLS_CHOICES,
  },
];

const outbound: readonly SetupField[] = [
  { name: "smtpHost", type: "host", label: words("Сервер SMTP", "SMTP server"), required: true },
  { name: "smtpPort", type: "number", label: words("Порт SMTP", "SMTP port"), required: true, initial: 465 },
  {
    name: "smtpTls",
    type: "choice",
    label: words("Шифрование SMTP", "SMTP encryption"),
    required: true,
    initial: "tls",
    options: TLS_CHOICES,
  },
];

const more: readonly SetupField[] = [
  {
    name: "oauthToken",
    type: "secret",
    label: words("Токен OAuth2 вместо пароля", "OAuth2 token instead of a password"),
    hint: words("Для входа XOAUTH2: Google, Microsoft, Яндекс", "For XOAUTH2: Google, Microsoft, Yandex"),
    required: false,
    advanced: true,
  },
  {
    name: "smtpUser",
    type: "text",
    label: words("Имя для SMTP, если другое", "SMTP user name, if another"),
    required: false,
    advanced: true,
  },
  {
    name: "smtpPassword",
    type: "secret",
    label: words("Пароль для SMTP, если другой", "SMTP password, if another"),
    required: false,
    advanced: true,
  },
  {
    name: "folder",
    type: "text",
    label: words("Папка, из которой берём письма", "Folder that mail is taken from"),
    required: false,
    initial: "INBOX",
    advanced: true,
  },
  {
    name: "moveTo",
    type: "text",
    label: words("Куда переносить принятые письма", "Folder that taken mail is moved to"),
    hint: words("Пусто: письма остаются на месте и отмечаются прочитанными", "Empty: mail stays and is marked as read"),
    required: false,
    advanced: true,
  },
  {
    name: "idle",
    type: "switch",
    label: words("Ждать новых писем (IDLE)", "Wait for new mail (IDLE)"),
    required: false,
    initial: true,
    advanced: true,
  },
  {
    name: "pollSeconds",
    type: "number",
    label: words("Проверять почту каждые, секунд", "Look for mail every, seconds"),
    required: false,
    initial: 60,
    advanced: true,
  },
  {
    name: "firstDays",
    type: "number",
    label: words("При первом подключении взять письма за, дней", "When first connected take mail of the last, days"),
    required: false,
    initial: 1,
    advanced: true,
  },
  {
    name: "authServer",
    type: "text",
    label: words(
      "Имя сервера, чьей проверке DKIM и DMARC верим",
      "Name of the server whose DKIM and DMARC checks we trust",
    ),
    hint: words(
      "Первое слово заголовка Authentication-Results в ваших письмах. Пусто: адреса считаются неподтверждёнными",
      "First word of Authentication-Results in your mail. Empty: addresses count as unconfirmed",
    ),
    required: false,
    advanced: true,
  },
  {
    name: "fromForm",
    type: "choice",
    label: words("Имя отправителя", "Sender's name"),
    required: false,
    initial: "agent-desk",
    options: [
      { value: "agent-desk", label: words("Оператор и ящик", "Agent and mailbox") },
      { value: "agent", label: words("Только оператор", "Agent only") },
      { value: "desk", label: words("Только ящик", "Mailbox only") },
    ],
    advanced: true,
  },
  {
    name: "signature",
    type: "lines",
    label: words("Подпись под письмами", "Signature under mail"),
    required: false,
    advanced: true,
  },
  {
    name: "loopCount",
    type: "number",
    label: words(
      "Писем с одного адреса, после которых не отвечаем сами",
      "Mails of one address after which nothing answers by itself",
    ),
    required: false,
    initial: 20,
    advanced: true,
  },
  {
    name: "loopMinutes",
    type: "number",
    label: words("… за столько минут", "... within so many minutes"),
    required: false,
    initial: 10,
    advanced: true,
  },
];

/** How a mailbox is connected. */
export const emailSetup: ChannelSetup = {
  kind: "email",
  name: words("Электронная почта", "E-mail"),
  about: words("Почтовый ящик по IMAP и SMTP", "A mailbox by IMAP and SMTP"),
  fields: [
    { name: "address", type: "email", label: words("Адрес ящика", "Address of the mailbox"), required: true },
    {
      name: "fromName",
      type: "text",
      label: words("Название в письмах", "Name in mail"),
      hint: words("Например, «Поддержка Ромашки»", "For example, Example Support"),
      required: false,
    },
    {
      name: "user",
      type: "text",
      label: words("Имя для входа, если это не адрес", "User name, if it is not the address"),
      required: false,
    },
    {
      name: "password",
      type: "secret",
      label: words("Пароль приложения", "Password of the application"),
      required: false,
    },
    ...inbound,
    ...outbound,
    ...more,
  ],
  guide: [
    words(
      "Заведите отдельный ящик для поддержки: письма из него попадут всем операторам команды.",
      "Make a mailbox for support only: its mail is seen by all agents of the team.",
    ),
    words(
      "В настройках почты включите доступ по IMAP. Яндекс: Все настройки → Почтовые программы. Mail.ru: Безопасность → Пароли для внешних приложений. Gmail: включён всегда.",
      "Switch on IMAP in the settings of the mail. Yandex: All settings → Mail programs. Mail.ru: Security → Passwords for external applications. Gmail: always on.",
    ),
    words(
      "Создайте пароль приложения и впишите его сюда: обычный пароль почта не примет.",
      "Make an application password and write it here: mail services refuse the ordinary one.",
    ),
    words(
      "Серверы: Яндекс imap.yandex.ru и smtp.yandex.ru, Mail.ru imap.mail.ru и smtp.mail.ru, Gmail imap.gmail.com и smtp.gmail.com; порты 993 и 465.",
      "Servers: Yandex imap.yandex.ru and smtp.yandex.ru, Mail.ru imap.mail.ru and smtp.mail.ru, Gmail imap.gmail.com and smtp.gmail.com; ports 993 and 465.",
    ),
    words(
      "Нажмите «Проверить»: войдём в IMAP и SMTP и скажем, что не так.",
      "Press Test: we sign in to IMAP and SMTP and say what is wrong.",
    ),
  ],
  hook: false,
};
