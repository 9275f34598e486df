import { counted, type Locale } from "./plural.ts";

type Ms = number;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs about a thousand uses of one: keep them. */
function format(locale: Locale, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale}${JSON.stringify(options)}`;
  const kept = formats.get(key);
  if (kept) return kept;
  const made = new Intl.DateTimeFormat(locale === "ru" ? "ru-RU" : "en-GB", options);
  formats.set(key, made);
  return made;
}

/** `10:42` in the reader's zone. */
export const formatTime = (locale: Locale, at: Ms): string =>
  format(locale, { hour: "2-digit", minute: "2-digit" }).format(at);

/** `14 March, 10:42:07`: for places where it matters. */
export const formatMoment = (locale: Locale, at: Ms): string =>
  format(locale, { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(at);

/** `14 March 2025 at 10:42`: for paper, which is read years later. */
export const formatDateTime = (locale: Locale, at: Ms): string =>
  format(locale, { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" }).format(at);

/** `14 March 2025`. */
export const formatDate = (locale: Locale, at: Ms): string =>
  format(locale, { day: "numeric", month: "long", year: "numeric" }).format(at);

const isSameDay = (a: Ms, b: Ms): boolean => new Date(a).toDateString() === new Date(b).toDateString();
const DAY_MS = 86_400_000;

/** Time today, weekday within a week, date before that. */
export function formatWhen(locale: Locale, at: Ms, now: Ms): string {
  if (isSameDay(at, now)) return formatTime(locale, at);
  if (Math.abs(now - at) < 6 * DAY_MS) return format(locale, { weekday: "short" }).format(at);
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return format(
    locale,
    isThisYear ? { day: "numeric", month: "short" } : { day: "2-digit", month: "2-digit", year: "2-digit" },
  ).format(at);
}

/** Time with the day where it is not today: `10:42`, `Tue 10:42`, `14 March, 10:42`. */
export function formatSince(locale: Locale, at: Ms, now: Ms): string {
  if (isSameDay(at, now)) return formatTime(locale, at);
  return format(locale, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).format(at);
}

/** Heading of a day in a thread: today, yesterday, or the date. */
export function formatDay(locale: Locale, at: Ms, now: Ms): string {
  if (isSameDay(at, now)) return locale === "ru" ? "Сегодня" : "Today";
  if (isSameDay(at, now - DAY_MS)) return locale === "ru" ? "Вчера" : "Yesterday";
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return format(locale, {
    weekday: "long",
    day: "numeric",
    month: "long",
    ...(isThisYear ? {} : { year: "numeric" }),
  }).format(at);
}

const UNITS = {
  ru: { s: "с", m: "мин", h: "ч", d: "дн" },
  en: { s: "s", m: "min", h: "h", d: "d" },
} as const;

/** A span as people say it, at most two units: `40 s`, `5 min`, `1 h 12 min`, `3 d`. Never negative. */
export function formatSpan(locale: Locale, span: Ms): string {
  const unit = UNITS[locale];
  const seconds = Math.max(0, Math.floor(span / 1000));
  if (seconds < 60) return `${seconds}\u00a0${unit.s}`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}\u00a0${unit.m}`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) {
    const rest = minutes % 60;
    return rest === 0 || hours > 9 ? `${hours}\u00a0${unit.h}` : `${hours}\u00a0${unit.h} ${rest}\u00a0${unit.m}`;
  }
  return `${Math.floor(hours / 24)}\u00a0${unit.d}`;
}

/** `14 KB`, `2.5 MB`; powers of 1024. */
export function formatBytes(locale: Locale, bytes: number): string {
  const names = locale === "ru" ? ["байт", "КБ", "МБ", "ГБ"] : ["bytes", "KB", "MB", "GB"];
  let value = bytes;
  let step = 0;
  while (value >= 1024 && step < names.length - 1) {
    value /= 1024;
    step += 1;
  }
  if (step === 0 && locale === "ru")
    return counted("ru", bytes, { one: "байт", few: "байта", many: "байт", other: "байта" });
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: step === 0 || value >= 10 ? 0 : 1 }).format(
    value,
  );
  return `${number}\u00a0${names[step] ?? ""}`;
}
