/** Languages of the desk. */
export type Locale = "ru" | "en";

/** Forms of a counted noun; `few` and `many` exist in Russian, English has `one` and `other`. */
export type Forms = { readonly one: string; readonly few?: string; readonly many?: string; readonly other: string };

const rules: Record<Locale, Intl.PluralRules> = {
  ru: new Intl.PluralRules("ru"),
  en: new Intl.PluralRules("en"),
};

/** The noun in the right form, without the number: `1` dialog, `2` dialogs. */
export function formOf(locale: Locale, n: number, forms: Forms): string {
  const rule = rules[locale].select(n);
  if (rule === "one") return forms.one;
  if (rule === "few") return forms.few ?? forms.other;
  if (rule === "many") return forms.many ?? forms.other;
  return forms.other;
}

/** Number and noun: `5 заявок`, with a space that does not break. */
export const counted = (locale: Locale, n: number, forms: Forms): string => `${n}\u00a0${formOf(locale, n, forms)}`;
