import * as v from "valibot";
import type { FieldSet } from "../../../../shared/items/base.ts";
import type { Role } from "../../../../shared/policy/actor.ts";
import type { TicketField, TicketStatus, TicketType, TicketTypeFields } from "../../../../shared/ticket/type.ts";
import { faultOfType, offered, type TypeFaultCode, ticketTypeSchema } from "../../../../shared/ticket/type.ts";

/** A field as it is edited: `half` shares its row of the card with a neighbour that is `half` too. */
export type DraftField = TicketField & { readonly half: boolean };
/** A status as it is edited: whence it may be entered (`undefined`: from everywhere), and by whom (`undefined`: by all). */
export type DraftStatus = TicketStatus & {
  readonly from: readonly string[] | undefined;
  readonly roles: readonly Role[] | undefined;
};
/** A ticket's type as the settings edit it: transitions stand with the status that they lead to, the layout with the fields. */
export type TypeDraft = Omit<TicketTypeFields, "fields" | "statuses" | "transitions" | "layout"> & {
  readonly fields: readonly DraftField[];
  readonly statuses: readonly DraftStatus[];
};

/** The type, opened for editing. */
export function draftOf(type: TicketType): TypeDraft {
  const { id: _id, fields, statuses, transitions, layout, ...rest } = type;
  const halves = new Set(layout.filter((row) => row.length === 2).flat());
  const placed = layout.flat();
  const rank = (id: string): number => (placed.includes(id) ? placed.indexOf(id) : placed.length);
  const isOpen = transitions.some((row) => row.from === "*" && row.to === "*" && row.roles === undefined);
  return {
    ...rest,
    fields: [...fields]
      .sort((a, b) => rank(a.id) - rank(b.id))
      .map((field) => ({ ...field, half: halves.has(field.id) })),
    statuses: statuses.map((status) => {
      const ways = transitions.filter((row) => row.to === status.id || row.to === "*");
      const isFromAll = isOpen || ways.some((row) => row.from === "*");
      const from = statuses.filter(({ id }) => ways.some((row) => row.from === id)).map(({ id }) => id);
      const roles = isOpen ? undefined : ways.find((row) => row.roles !== undefined)?.roles;
      return { ...status, from: isFromAll ? undefined : from, roles };
    }),
  };
}

/** The draft as a type's fields are stored. */
export function fieldsOfDraft(draft: TypeDraft): TicketTypeFields {
  const { fields, statuses, ...rest } = draft;
  const isFree = statuses.every(({ from, roles }) => from === undefined && roles === undefined);
  return {
    ...rest,
    fields: fields.map(({ half: _half, ...field }) => field),
    statuses: statuses.map(({ from: _from, roles: _roles, ...status }) => status),
    transitions: isFree
      ? [{ from: "*", to: "*" }]
      : statuses.flatMap(({ id, from, roles }) =>
          (from ?? ["*"]).map((start) => ({
            from: start,
            to: id,
            ...(roles === undefined ? {} : { roles: [...roles] }),
          })),
        ),
    layout: rowsOf(fields.filter((field) => field.archived !== true)),
  };
}

/** The rows of the card: two halves that follow each other share one. */
export function rowsOf(fields: readonly DraftField[]): string[][] {
  const rows: string[][] = [];
  let open = false;
  for (const field of fields) {
    const last = rows.at(-1);
    if (field.half && open && last !== undefined) {
      last.push(field.id);
      open = false;
    } else {
      rows.push([field.id]);
      open = field.half;
    }
  }
  return rows;
}

/** What keeps a draft from being stored; nothing when it is sound. */
export type DraftFault = TypeFaultCode | "no-name" | "no-options" | "malformed";

export function faultOfDraft(draft: TypeDraft): DraftFault | undefined {
  const isNamed = (name: { readonly ru: string; readonly en: string }): boolean =>
    name.ru.trim() !== "" || name.en.trim() !== "";
  if (!isNamed(draft.name) || !draft.fields.every((field) => isNamed(field.name))) return "no-name";
  if (!draft.statuses.every((status) => isNamed(status.name))) return "no-name";
  if (draft.fields.some((field) => field.kind === "choice" && offered(field.options).length < 2)) return "no-options";
  const fields = fieldsOfDraft(draft);
  if (!v.is(ticketTypeSchema, fields)) return "malformed";
  return faultOfType(fields);
}

/** What differs from the stored type, as fields of its thread; what was taken away becomes `null`. */
export function changedFields(before: TicketTypeFields | undefined, after: TicketTypeFields): FieldSet {
  const set: FieldSet = {};
  const old: Readonly<Record<string, unknown>> = before ?? {};
  const now: Readonly<Record<string, unknown>> = after;
  for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
    if (key === "id" || JSON.stringify(old[key]) === JSON.stringify(now[key])) continue;
    // Both come from the schema, whose values are JSON.
    set[key] = now[key] === undefined ? null : JSON.parse(JSON.stringify(now[key]));
  }
  return set;
}

/** Moves a member by one place; the same list when it cannot. */
export function moved<Member>(list: readonly Member[], at: number, by: 1 | -1): readonly Member[] {
  const to = at + by;
  const member = list[at];
  if (member === undefined || to < 0 || to >= list.length) return list;
  const next = list.filter((_other, index) => index !== at);
  next.splice(to, 0, member);
  return next;
}

/**
 * Lines of a text area, `Русский / English` each, as options. An option that was there under that name keeps its id; else
 * the one that stood in that place does, if its name is gone. What has no line any more is put away, behind the others: tickets
 * that hold it go on telling its name.
 */
export function optionsOf(
  text: string,
  before: NonNullable<TicketField["options"]>,
  newId: () => string,
): NonNullable<TicketField["options"]> {
  const names = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .slice(0, MOST_OPTIONS)
    .map((line) => {
      const [ru = "", en = ru] = line.split("/").map((part) => part.trim());
      return { ru: ru.slice(0, 120), en: en.slice(0, 120) };
    });
  const inLines = offered(before);
  const free = new Set(before.map(({ id }) => id));
  const byName = names.map((name) => {
    const same = before.find(({ id, name: old }) => free.has(id) && (old.ru === name.ru || old.en === name.en));
    if (same !== undefined) free.delete(same.id);
    return same?.id;
  });
  const now = names.map((name, at) => {
    const place = inLines[at]?.id;
    const id = byName[at] ?? (place !== undefined && free.delete(place) ? place : newId());
    return { id, name };
  });
  const gone = before.filter(({ id }) => free.has(id)).map(({ id, name }) => ({ id, name, archived: true }));
  return [...now, ...gone.slice(0, MOST_KEPT)];
}

const MOST_OPTIONS = 60;
const MOST_KEPT = 100;

/** Options as the lines that `optionsOf` reads. */
export const optionLines = (options: TicketField["options"]): string =>
  offered(options)
    .map(({ name }) => (name.ru === name.en ? name.ru : `${name.ru} / ${name.en}`))
    .join("\n");
