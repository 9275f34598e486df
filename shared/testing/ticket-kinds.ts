import { DEFAULT_TICKET_TYPE, type TicketStatus, type TicketTypeFields } from "../ticket/type.ts";

const STATUSES: readonly TicketStatus[] = DEFAULT_TICKET_TYPE.statuses;
const AT_THE_DESK = ["agent", "lead", "admin"] as const;

const VISIT: TicketTypeFields = {
  name: { ru: "Выезд", en: "Visit" },
  fields: [
    { id: "on", kind: "date", name: { ru: "Дата выезда", en: "Date of the visit" }, public: true },
    { id: "device", kind: "asset", name: { ru: "Оборудование", en: "Equipment" } },
    {
      id: "cause",
      kind: "choice",
      name: { ru: "Причина", en: "Cause" },
      options: [
        { id: "wear", name: { ru: "Износ", en: "Wear" } },
        { id: "hardware", name: { ru: "Поломка", en: "Hardware fault" } },
        { id: "settings", name: { ru: "Настройки", en: "Settings" } },
        { id: "network", name: { ru: "Сеть и кабели", en: "Network and cables" } },
      ],
      requiredBy: ["done"],
    },
    { id: "pages", kind: "number", name: { ru: "Показание счётчика", en: "Counter reading" } },
    {
      id: "works",
      kind: "checklist",
      name: { ru: "Работы", en: "Work" },
      rows: [
        { id: "look", name: { ru: "Осмотреть и сфотографировать", en: "Inspect and take a photo" } },
        { id: "fix", name: { ru: "Устранить неисправность", en: "Fix the fault" } },
        { id: "test", name: { ru: "Проверить вместе с пользователем", en: "Test it with the user" } },
        { id: "tidy", name: { ru: "Убрать рабочее место", en: "Leave the place tidy" } },
      ],
    },
    { id: "act", kind: "file", name: { ru: "Акт выполненных работ", en: "Signed report" } },
  ],
  statuses: [...STATUSES],
  transitions: [
    { from: "*", to: "*", roles: [...AT_THE_DESK] },
    { from: "*", to: "in-work", roles: ["technician"] },
    { from: "*", to: "waiting-for-user", roles: ["technician"] },
    { from: "*", to: "waiting-for-visit", roles: ["technician"] },
    { from: "*", to: "done", roles: ["technician"] },
  ],
  layout: [["on", "device"], ["cause", "pages"], ["works"], ["act"]],
  resolveMinutes: 2_880,
};

const ACCESS: TicketTypeFields = {
  name: { ru: "Доступ", en: "Access" },
  fields: [
    {
      id: "system",
      kind: "choice",
      name: { ru: "Система", en: "System" },
      options: [
        { id: "erp", name: { ru: "1С", en: "1C" } },
        { id: "crm", name: { ru: "CRM", en: "CRM" } },
        { id: "mail", name: { ru: "Почта", en: "Mail" } },
        { id: "storage", name: { ru: "Файловое хранилище", en: "File storage" } },
      ],
      requiredBy: ["in-work", "done"],
      public: true,
    },
    {
      id: "level",
      kind: "choice",
      name: { ru: "Права", en: "Rights" },
      options: [
        { id: "read", name: { ru: "Чтение", en: "Read" } },
        { id: "write", name: { ru: "Изменение", en: "Write" } },
        { id: "full", name: { ru: "Полные", en: "Full" } },
      ],
      initial: "read",
    },
    { id: "until", kind: "date", name: { ru: "Действует до", en: "Valid until" } },
    { id: "approver", kind: "person", name: { ru: "Кто согласует", en: "Approved by" } },
    { id: "reason", kind: "text", name: { ru: "Для чего", en: "Reason" } },
  ],
  statuses: [
    ...STATUSES.filter(({ id }) => id === "new"),
    { id: "approval", name: { ru: "На согласовании", en: "Waiting for approval" }, category: "waiting" },
    ...STATUSES.filter(({ id }) => id === "in-work" || id === "done" || id === "closed"),
    { id: "refused", name: { ru: "Отказано", en: "Refused" }, category: "closed" },
  ],
  transitions: [
    { from: "*", to: "*", roles: [...AT_THE_DESK] },
    { from: "*", to: "in-work", roles: ["technician"] },
  ],
  layout: [["system", "level"], ["until", "approver"], ["reason"]],
  respondMinutes: 60,
  resolveMinutes: 2_880,
};

/** The example company's own ticket types. */
export const TICKET_KINDS = [
  { key: "visit", type: VISIT },
  { key: "access", type: ACCESS },
] as const;
export type TicketKindKey = (typeof TICKET_KINDS)[number]["key"];
