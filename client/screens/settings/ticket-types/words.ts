import { locale } from "../../../signals/preferences.ts";
import { enTicketTypes, type TicketTypeWords } from "../../../strings/en-ticket-types.ts";
import { ruTicketTypes } from "../../../strings/ru-ticket-types.ts";

/** The words of this page in the language that is spoken now. */
export const typeWords = (): TicketTypeWords => (locale() === "ru" ? ruTicketTypes : enTicketTypes);

/** A name in the language that is spoken now, or in the other where it has none. */
export const said = (name: { readonly ru: string; readonly en: string }): string =>
  (locale() === "ru" ? name.ru || name.en : name.en || name.ru).trim();

/** A new id of a field, a status or an option. */
export function newKey(prefix: string): string {
  const digits = Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => (byte % 36).toString(36));
  return `${prefix}-${digits.join("")}`;
}
