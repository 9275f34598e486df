import { wordsOf } from "../strings/dictionaries.ts";
import type { Words } from "../strings/en.ts";
import * as formats from "../strings/format.ts";
import { locale } from "./preferences.ts";

/** The words of the language that is spoken now; read inside a reactive place they follow it. */
export const words = (): Words => wordsOf(locale());

/** Times, spans and sizes in the language that is spoken now. */
export const say = {
  time: (at: number): string => formats.formatTime(locale(), at),
  moment: (at: number): string => formats.formatMoment(locale(), at),
  dateTime: (at: number): string => formats.formatDateTime(locale(), at),
  date: (at: number): string => formats.formatDate(locale(), at),
  when: (at: number, now: number): string => formats.formatWhen(locale(), at, now),
  since: (at: number, now: number): string => formats.formatSince(locale(), at, now),
  day: (at: number, now: number): string => formats.formatDay(locale(), at, now),
  span: (ms: number): string => formats.formatSpan(locale(), ms),
  bytes: (bytes: number): string => formats.formatBytes(locale(), bytes),
};
