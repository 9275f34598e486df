import { type CardField, type CardKind, fieldOfCard } from "../../../shared/directory/person-fields.ts";
import { phoneWords } from "../../../shared/directory/phones.ts";
import type { Json } from "../../../shared/kernel/canonical.ts";
import { isThreadId } from "../../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../../shared/thread/head.ts";
import type { Desk } from "../../signals/desk.ts";
import { channelWords } from "../../signals/event-words.ts";
import { fieldText } from "../../signals/fields.ts";
import { cardFieldsOf, nameOfAsset, personWords } from "../../signals/people.ts";
import { inLocale } from "../../signals/ticket-types.ts";
import { say, words } from "../../signals/words.ts";

/** A field of a card: under what name it is shown and how its value reads. */
export type CardRow = { readonly field: string; readonly label: string; readonly read: (value: Json) => string };

/** Fields of a person's cards that hold anything, in the card's order. */
export function cardFieldRows(desk: Pick<Desk, "heads">, heads: readonly DeviceHead[]): readonly CardRow[] {
  const said = words().context;
  const plain = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value));
  const threads = (value: Json): string =>
    (Array.isArray(value) ? value : [value])
      .map((id) => (isThreadId(id) ? nameOfAsset(desk.heads.get(id)) : plain(id)))
      .join(", ");
  const rows: readonly CardRow[] = [
    { field: "name", label: said.name, read: plain },
    { field: "phone", label: said.phone, read: (value) => phoneWords(plain(value)) },
    { field: "email", label: said.email, read: plain },
    { field: "company", label: personWords().company.label, read: threads },
    { field: "department", label: said.department, read: plain },
    { field: "position", label: personWords().position, read: plain },
    { field: "room", label: said.room, read: plain },
    { field: "assets", label: said.assets, read: threads },
    ...cardFieldsOf(desk, "person").map((field) => ({
      field: fieldOfCard(field.id),
      label: inLocale(field.name),
      read: (value: Json) => cardValueWords(field, value),
    })),
  ];
  return rows.filter(({ field }) => heads.some((head) => head.fields[field] !== undefined));
}

/** The value of a field that an admin added, in words. */
export function cardValueWords(field: CardField, value: Json): string {
  if (field.kind === "switch") return value === true ? personWords().custom.yes : personWords().custom.no;
  if (field.kind === "choice") {
    const option = field.options?.find(({ id }) => id === value);
    if (option !== undefined) return inLocale(option.name);
  }
  if (field.kind === "date" && typeof value === "string") {
    const at = Date.parse(`${value}T12:00:00`);
    if (!Number.isNaN(at)) return say.date(at);
  }
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : JSON.stringify(value);
}

/** What a card holds in fields that nobody defined, or that were taken out of the settings: an import's, for one. */
export function undefinedFields(
  desk: Pick<Desk, "heads">,
  kind: CardKind,
  head: DeviceHead | undefined,
): readonly { readonly name: string; readonly value: string }[] {
  const known = new Set(cardFieldsOf(desk, kind).map(({ id }) => fieldOfCard(id)));
  return Object.entries(head?.fields ?? {}).flatMap(([name, { value }]) => {
    if (!name.startsWith("x.") || known.has(name) || value === null || value === "") return [];
    return [{ name: name.slice(2), value: fieldText(head, name) || JSON.stringify(value) }];
  });
}

/** A kind of identifier in words. */
export function idWords(kind: string): string {
  const own: Readonly<Record<string, string>> = personWords().idKinds;
  return own[kind] ?? channelWords(kind);
}
