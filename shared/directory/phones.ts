import { type CountryCode, parsePhoneNumberFromString } from "libphonenumber-js/min";
import { phoneDigits } from "./identifiers.ts";

/** Numbers without a country are read as of this one. */
export const HOME_COUNTRY: CountryCode = "RU";

/**
 * A phone number as E.164 with its extension, by the world's numbering plans; undefined for what is no number of them.
 * Heavy: for places that are loaded late. `phoneDigits` is the light one, and says the same of ordinary numbers.
 */
export function worldPhone(text: string, home: CountryCode = HOME_COUNTRY): string | undefined {
  const read = parsePhoneNumberFromString(text.replace(/^\s*00/, "+"), home);
  if (read?.isPossible() !== true) return undefined;
  return read.ext === undefined ? read.number : `${read.number};ext=${read.ext}`;
}

/** Whether two numbers are the same one, however they are written. */
export function isSamePhone(a: string, b: string): boolean {
  const [one, other] = [worldPhone(a), worldPhone(b)];
  if (one !== undefined && other !== undefined) return one === other;
  const digits = phoneDigits(a);
  return digits !== undefined && digits === phoneDigits(b);
}

/** A number as people read it: with its country, in groups; as it is where it is none. */
export function phoneWords(text: string, home: CountryCode = HOME_COUNTRY): string {
  const read = parsePhoneNumberFromString(text, home);
  return read?.isPossible() === true ? read.formatInternational() : text;
}
