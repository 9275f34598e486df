import * as v from "valibot";
import type { Json } from "../kernel/canonical.ts";
import type { ThreadId } from "../kernel/ids.ts";
import { derivedThreadId, isThreadId } from "../kernel/ids.ts";

/** Words in both languages. */
const words = v.strictObject({ ru: v.pipe(v.string(), v.maxLength(120)), en: v.pipe(v.string(), v.maxLength(120)) });
const key = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,39}$/));
const role = v.picklist(["agent", "lead", "admin", "technician"]);

/** What a custom field of a ticket holds (S50). */
export const FIELD_KINDS = ["text", "number", "choice", "date", "person", "asset", "checklist", "file"] as const;

/** Of what is archived more is kept than can be offered. */
const optionSchema = v.strictObject({
  id: key,
  name: words,
  /** Not offered any more; what holds it goes on being shown by its name. */
  archived: v.exactOptional(v.boolean()),
});
const options = v.pipe(v.array(optionSchema), v.maxLength(200));
/** An option of a choice, or a row of a checklist. */
export type FieldOption = v.InferOutput<typeof optionSchema>;

/** Those of them that are offered. */
export const offered = (all: readonly FieldOption[] | undefined): readonly FieldOption[] =>
  (all ?? []).filter((option) => option.archived !== true);

const fieldSchema = v.strictObject({
  id: key,
  kind: v.picklist(FIELD_KINDS),
  name: words,
  /** Of a choice. */
  options: v.exactOptional(options),
  /** Of a checklist: its rows as a new ticket has them. */
  rows: v.exactOptional(options),
  /** Value of a new ticket: text, number, an option's id, a date as `YYYY-MM-DD`, a thread's id. */
  initial: v.exactOptional(v.union([v.string(), v.number()])),
  /** Statuses that may be entered only when the field is filled. */
  requiredBy: v.exactOptional(v.pipe(v.array(key), v.maxLength(20))),
  /** Shown on the user's portal. */
  public: v.exactOptional(v.boolean()),
  /** Not offered any more; old tickets go on showing what they hold. */
  archived: v.exactOptional(v.boolean()),
});
/** A custom field. */
export type TicketField = v.InferOutput<typeof fieldSchema>;

/** What a status means to the desk: `closed` closes the ticket's thread, `done` asks the user to check (S22). */
export const STATUS_CATEGORIES = ["new", "active", "waiting", "done", "closed"] as const;

const statusSchema = v.strictObject({
  id: key,
  name: words,
  category: v.picklist(STATUS_CATEGORIES),
  /** The user is not told when a ticket enters it. */
  quiet: v.exactOptional(v.boolean()),
  archived: v.exactOptional(v.boolean()),
});
/** A status of the workflow. */
export type TicketStatus = v.InferOutput<typeof statusSchema>;

const transitionSchema = v.strictObject({
  /** A status's id, or `*` for any. */
  from: v.union([key, v.literal("*")]),
  to: v.union([key, v.literal("*")]),
  /** Roles that may; absent: all. The desk itself always may. */
  roles: v.exactOptional(v.pipe(v.array(role), v.maxLength(4))),
});

/** The fields of a `ticket-type` thread's head, read. */
export const ticketTypeSchema = v.strictObject({
  name: words,
  fields: v.pipe(v.array(fieldSchema), v.maxLength(60)),
  statuses: v.pipe(v.array(statusSchema), v.minLength(2), v.maxLength(40)),
  transitions: v.pipe(v.array(transitionSchema), v.maxLength(200)),
  /** Rows of the ticket's card, each of one or two fields' ids; fields that stand nowhere come last. */
  layout: v.pipe(v.array(v.pipe(v.array(key), v.minLength(1), v.maxLength(2))), v.maxLength(60)),
  /** Minutes from the ticket's beginning. */
  respondMinutes: v.exactOptional(v.nullable(v.pipe(v.number(), v.minValue(1)))),
  resolveMinutes: v.exactOptional(v.nullable(v.pipe(v.number(), v.minValue(1)))),
  archived: v.exactOptional(v.boolean()),
});
export type TicketTypeFields = v.InferOutput<typeof ticketTypeSchema>;
/** A ticket's type: its custom fields, statuses and transitions. Settings, not code (S50). */
export type TicketType = TicketTypeFields & { readonly id: ThreadId };

/** The type that a ticket has which names none; an admin may change it like any other. */
export const DEFAULT_TICKET_TYPE_ID: ThreadId = derivedThreadId("ticket-type", "default");

/** The type as it is until an admin changes it (conventions.md, Words). */
export const DEFAULT_TICKET_TYPE: TicketType = {
  id: DEFAULT_TICKET_TYPE_ID,
  name: { ru: "Заявка", en: "Ticket" },
  fields: [],
  statuses: [
    { id: "new", name: { ru: "Новая", en: "New" }, category: "new" },
    { id: "in-work", name: { ru: "В работе", en: "In work" }, category: "active" },
    { id: "waiting-for-user", name: { ru: "Ждёт пользователя", en: "Waiting for user" }, category: "waiting" },
    { id: "waiting-for-visit", name: { ru: "Ждёт выезда", en: "Waiting for visit" }, category: "waiting" },
    { id: "done", name: { ru: "Выполнена", en: "Done" }, category: "done" },
    { id: "closed", name: { ru: "Закрыта", en: "Closed" }, category: "closed" },
    { id: "spam", name: { ru: "Спам", en: "Spam" }, category: "closed", quiet: true },
  ],
  transitions: [{ from: "*", to: "*" }],
  layout: [],
};

/** A type's definition that cannot be read; `path` says where. */
export type TypeFault = { readonly code: "malformed"; readonly path: string } | { readonly code: TypeFaultCode };
/** `duplicate`: two of one id; `dangling`: an id that is not there; `no-new` / `no-closed`: a category that must be there. */
export type TypeFaultCode = "duplicate" | "dangling" | "no-new" | "no-closed";

type ReadFields = Readonly<Record<string, { readonly value: Json }>>;

/** Reads a `ticket-type` head's fields. A definition that cannot be read leaves its tickets on the default type. */
export function parseTicketType(
  id: ThreadId,
  fields: ReadFields,
): { readonly ok: true; readonly type: TicketType } | { readonly ok: false; readonly fault: TypeFault } {
  const plain: Record<string, Json> = {};
  for (const [name, field] of Object.entries(fields)) plain[name] = field.value;
  const read = v.safeParse(ticketTypeSchema, plain);
  if (!read.success) {
    return { ok: false, fault: { code: "malformed", path: v.getDotPath(read.issues[0]) ?? "" } };
  }
  const fault = faultOfType(read.output);
  return fault === undefined ? { ok: true, type: { ...read.output, id } } : { ok: false, fault: { code: fault } };
}

/**
 * The type that a ticket names in `type`: its own; where that is not named, not at hand or cannot be read, the default one as it
 * is now. `fieldsOf`: the fields of a `ticket-type` thread's head.
 */
export function typeNamed(name: Json | undefined, fieldsOf: (type: ThreadId) => ReadFields | undefined): TicketType {
  const read = (id: ThreadId): TicketType | undefined => {
    const fields = fieldsOf(id);
    const answer = fields && parseTicketType(id, fields);
    return answer?.ok === true ? answer.type : undefined;
  };
  const own = isThreadId(name) ? read(name) : undefined;
  return own ?? read(DEFAULT_TICKET_TYPE_ID) ?? DEFAULT_TICKET_TYPE;
}

/** What makes a definition unusable though each part of it is well formed. */
export function faultOfType(type: TicketTypeFields): TypeFaultCode | undefined {
  const statuses = new Set(type.statuses.map((status) => status.id));
  const fields = new Set(type.fields.map((field) => field.id));
  if (statuses.size !== type.statuses.length || fields.size !== type.fields.length) return "duplicate";
  const isStatus = (id: string): boolean => id === "*" || statuses.has(id);
  const isDangling =
    type.transitions.some(({ from, to }) => !isStatus(from) || !isStatus(to)) ||
    type.layout.some((row) => row.some((id) => !fields.has(id))) ||
    type.fields.some((field) => field.requiredBy?.some((id) => !statuses.has(id)) === true);
  if (isDangling) return "dangling";
  if (!type.statuses.some((status) => status.category === "new" && status.archived !== true)) return "no-new";
  if (!type.statuses.some((status) => status.category === "closed" && status.archived !== true)) return "no-closed";
  return undefined;
}

/** The status of that id; nothing where the type does not know it (any more). */
export const statusOf = (type: TicketType, id: string | undefined): TicketStatus | undefined =>
  type.statuses.find((status) => status.id === id);

/** Where a new ticket begins. */
export const firstStatus = (type: TicketType): TicketStatus | undefined =>
  type.statuses.find((status) => status.category === "new" && status.archived !== true);

/** Whether the type lets this role go from one status to another; from a status that it does not know, to any. */
export function mayGo(
  type: TicketType,
  way: { readonly from: string | undefined; readonly to: string },
  by: v.InferOutput<typeof role> | "system",
): boolean {
  const to = statusOf(type, way.to);
  if (to === undefined || to.archived === true) return false;
  if (by === "system" || statusOf(type, way.from) === undefined) return true;
  return type.transitions.some(
    (row) =>
      (row.from === "*" || row.from === way.from) &&
      (row.to === "*" || row.to === way.to) &&
      (row.roles === undefined || row.roles.includes(by)),
  );
}
