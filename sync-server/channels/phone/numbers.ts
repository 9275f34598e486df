import { type CountryCode, isSupportedCountry } from "libphonenumber-js/min";
import { HOME_COUNTRY, worldPhone } from "../../../shared/directory/phones.ts";

/** How numbers of one exchange are read. */
export type NumberPlan = { readonly country: CountryCode; readonly innerLength: number };

/** A plan of the form's words; what is none is Russia's, with inner numbers of five digits. */
export function planOf(country: unknown, innerLength: unknown): NumberPlan {
  const named = typeof country === "string" ? country.trim().toUpperCase() : "";
  const length = typeof innerLength === "number" && innerLength >= 1 && innerLength <= 7 ? Math.floor(innerLength) : 5;
  return { country: isSupportedCountry(named) ? named : HOME_COUNTRY, innerLength: length };
}

/** Whether it is one of the exchange's own telephones. */
export const isInner = (number: string, { innerLength }: NumberPlan): boolean =>
  /^\d+$/.test(number) && number.length <= innerLength;

/** E.164 where it can be made of it, else digits as they came; empty for a caller who hides himself. */
export function readNumber(text: string, plan: NumberPlan): string {
  const bare = text.trim();
  if (isInner(bare, plan)) return bare;
  const digits = bare.replaceAll(/[^\d+]/g, "");
  if (!/\d{3}/.test(digits)) return ""; // "anonymous", "<unknown>", "s"
  return worldPhone(digits, plan.country) ?? digits.slice(0, 40);
}
