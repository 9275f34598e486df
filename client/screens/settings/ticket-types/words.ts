import { locale } from "../../../signals/preferences.ts";
import { inLocale } from "../../../signals/ticket-types.ts";
import { enTicketTypes, type TicketTypeWords } from "../../../strings/en-ticket-types.ts";
import { ruTicketTypes } from "../../../strings/ru-ticket-types.ts";

/** The words of this page in the language that is spoken now. */
export const typeWords = (): TicketTypeWords => (locale() === "ru" ? ruTicketTypes : enTicketTypes);

/** A name in the language that is spoken now; empty while it has none. */
export const said = (name: { readonly ru: string; readonly en: string }): string => inLocale(name).trim();

/** A new id of a field, a status or an option. */
export function newKey(prefix: string): string {
  const digits = Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => (byte % 36).toString(36));
  return `${prefix}-${digits.join("")}`;
}
