import type { Words } from "./en.ts";
import type { Locale } from "./plural.ts";

/** The dictionary of a language; a file of its own, because a person speaks one of them. */
export const loadDictionary = (locale: Locale): Promise<Words> =>
  locale === "ru" ? import("./ru.ts").then(({ ru }) => ru) : import("./en.ts").then(({ en }) => en);

/** The desk's language for a browser's list of languages: Russian where it is wanted before English, else English. */
export function chooseLocale(languages: readonly string[]): Locale {
  for (const language of languages) {
    if (/^(?:ru|be|uk|kk)\b/i.test(language)) return "ru";
    if (/^en\b/i.test(language)) return "en";
  }
  return "en";
}
