import type { Json } from "../../shared/kernel/canonical.ts";
import { isThreadId, type ThreadId } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import {
  DEFAULT_TICKET_TYPE,
  DEFAULT_TICKET_TYPE_ID,
  firstStatus,
  parseTicketType,
  statusOf,
  type TicketField,
  type TicketStatus,
  type TicketType,
} from "../../shared/ticket/type.ts";
import type { HeadBook } from "./heads.ts";
import { locale } from "./preferences.ts";

/** Words in both languages, as settings hold them. */
export type BothWords = { readonly ru: string; readonly en: string };

/** Words of settings in the language that is spoken now; the other's where one was left empty. */
export const inLocale = (words: BothWords): string => (locale() === "ru" ? words.ru || words.en : words.en || words.ru);

/** The types of tickets on this device; followed where they are read. */
export type TypeBook = {
  /** The type of that id; the default one where it is not known or cannot be read. */
  readonly get: (id: ThreadId | undefined) => TicketType;
  /** The type of a ticket. */
  readonly of: (head: DeviceHead) => TicketType;
  /** Types that a new ticket may have, the default one first. */
  readonly offered: () => readonly TicketType[];
  /** The status of a ticket, and of one that has none yet its type's first; nothing where the type forgot it. */
  readonly statusOf: (head: DeviceHead) => TicketStatus | undefined;
  /** A ticket's status in words; of one that its type knows no more those of before, or its id. */
  readonly statusWords: (head: DeviceHead) => string;
};

/** Reads the types out of the heads. A head is parsed once. */
export function createTypeBook(heads: HeadBook): TypeBook {
  const parsed = new WeakMap<DeviceHead, TicketType>();

  function read(head: DeviceHead): TicketType {
    const kept = parsed.get(head);
    if (kept) return kept;
    const answer = parseTicketType(head._id, head.fields);
    const type = answer.ok ? answer.type : { ...DEFAULT_TICKET_TYPE, id: head._id };
    parsed.set(head, type);
    return type;
  }

  function get(id: ThreadId | undefined): TicketType {
    const head = heads.get(id ?? DEFAULT_TICKET_TYPE_ID) ?? heads.get(DEFAULT_TICKET_TYPE_ID);
    return head === undefined ? DEFAULT_TICKET_TYPE : read(head);
  }
  const of = (head: DeviceHead): TicketType => get(typeIdOf(head));
  const status = (head: DeviceHead): TicketStatus | undefined => {
    const type = of(head);
    return head.status === undefined ? firstStatus(type) : statusOf(type, head.status);
  };

  /** What the type said before its statuses were last written. */
  function formerWords(type: ThreadId, id: string): string {
    const head = heads.get(type);
    const field = head?.fields["statuses"];
    if (head === undefined || field?.before === undefined) return id;
    const before = { ...field, value: field.before };
    const { transitions: _ways, fields: _fields, layout: _layout, ...rest } = head.fields;
    const none = { ...before, value: [] };
    const read = parseTicketType(type, { ...rest, statuses: before, transitions: none, fields: none, layout: none });
    const known = read.ok ? statusOf(read.type, id) : undefined;
    return known === undefined ? id : inLocale(known.name);
  }

  return {
    get,
    of,
    offered: () => {
      const others = heads
        .all("ticket-type")
        .filter((head) => head._id !== DEFAULT_TICKET_TYPE_ID)
        .map(read)
        .filter((type) => type.archived !== true)
        .sort((a, b) => inLocale(a.name).localeCompare(inLocale(b.name)));
      const first = get(undefined);
      return first.archived === true && others.length > 0 ? others : [first, ...others];
    },
    statusOf: status,
    statusWords: (head) => {
      const known = status(head);
      return known === undefined ? formerWords(of(head).id, head.status ?? "") : inLocale(known.name);
    },
  };
}

/** The type that a ticket names. */
export function typeIdOf(head: DeviceHead): ThreadId | undefined {
  const value: Json | undefined = head.fields["type"]?.value;
  return isThreadId(value) ? value : undefined;
}

/** A custom field's name in words. */
export const fieldName = (field: TicketField): string => inLocale(field.name);
