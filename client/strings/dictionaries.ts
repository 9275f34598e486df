import { en, type Words } from "./en.ts";
import type { Locale } from "./plural.ts";
import { ru } from "./ru.ts";

/** The dictionary of a language. */
export const wordsOf = (locale: Locale): Words => (locale === "ru" ? ru : en);

/** The desk's language for a browser's list of languages: Russian where it is wanted before English, else English. */
export function chooseLocale(languages: readonly string[]): Locale {
  for (const language of languages) {
    if (/^(?:ru|be|uk|kk)\b/i.test(language)) return "ru";
    if (/^en\b/i.test(language)) return "en";
  }
  return "en";
}
