import type { Json } from "../kernel/canonical.ts";
import type { ThreadId } from "../kernel/ids.ts";
import { emailKey } from "./identifiers.ts";

type CompanyHead = {
  readonly _id: ThreadId;
  readonly fields: Readonly<Record<string, { readonly value: Json }>>;
};

/** Where everybody may have a mailbox: such a domain is no company's. */
const PUBLIC: ReadonlySet<string> = new Set([
  "aol.com",
  "bk.ru",
  "gmail.com",
  "gmx.de",
  "gmx.net",
  "googlemail.com",
  "hotmail.com",
  "icloud.com",
  "inbox.ru",
  "internet.ru",
  "list.ru",
  "live.com",
  "mail.ru",
  "me.com",
  "msn.com",
  "outlook.com",
  "proton.me",
  "protonmail.com",
  "rambler.ru",
  "vk.com",
  "ya.ru",
  "yahoo.com",
  "yandex.com",
  "yandex.ru",
]);

/** The domain of a work address; undefined for a public mailbox and for what is no address. */
export function workDomain(email: string): string | undefined {
  const domain = emailKey(email)?.split("@")[1];
  return domain === undefined || PUBLIC.has(domain) ? undefined : domain;
}

/** Domains that a company's field names, one a line or with commas; as they are compared. */
export function domainsOf(value: Json | undefined): readonly string[] {
  if (typeof value !== "string") return [];
  return value
    .toLowerCase()
    .split(/[\s,;]+/)
    .map((domain) => domain.replace(/^(?:https?:\/\/)?(?:www\.|@)?/, "").replace(/\/.*$/, ""))
    .filter((domain) => domain.includes("."));
}

/** The company whose domain an address has, that of a house of its domain included (`spb.firm.ru` of `firm.ru`); the first by name's id where several say so. */
export function companyOfMail<Head extends CompanyHead>(email: string, companies: readonly Head[]): Head | undefined {
  const domain = workDomain(email);
  if (domain === undefined) return undefined;
  const fits = (named: string): boolean => domain === named || domain.endsWith(`.${named}`);
  return companies
    .filter(({ fields }) => domainsOf(fields["domains"]?.value).some(fits))
    .sort((a, b) => (a._id < b._id ? -1 : 1))[0];
}
