import { isThreadId } from "../../shared/kernel/ids.ts";
import type { Cell } from "../../shared/ticket/cells.ts";
import { parseFile, parseSignature } from "../../shared/ticket/cells.ts";
import type { TicketContent } from "../../shared/ticket/content.ts";
import { COMMON_CHECKLIST } from "../../shared/ticket/edits.ts";
import type { TicketType } from "../../shared/ticket/type.ts";
import type { Desk } from "./desk.ts";
import { fieldText } from "./fields.ts";
import { inLocale } from "./ticket-types.ts";
import { say, words } from "./words.ts";

type CellValue = string | number | boolean | null;

/** A field of a ticket's content by its name: one of everybody's, or one of the type; an unknown one as it stands. */
export function cellFieldName(field: string, type: TicketType): string {
  const said = words().ticket;
  const common: Readonly<Record<string, string>> = {
    title: said.title,
    description: said.description,
    diagnosis: said.diagnosis,
    [COMMON_CHECKLIST]: said.checklist,
    photos: said.files,
  };
  const own = type.fields.find(({ id }) => id === field);
  return common[field] ?? (own === undefined ? field : inLocale(own.name));
}

/** What a cell is called: the field, the row, the part that it belongs to. */
export function cellName(
  cell: Cell,
  { type, content }: { readonly type: TicketType; readonly content: TicketContent },
): string {
  const said = words().ticket;
  switch (cell.root) {
    case "fields":
      return cellFieldName(cell.id, type);
    case "rows":
      return `${cellFieldName(cell.list, type)}: ${content.lists[cell.list]?.find(({ id }) => id === cell.id)?.text || said.addRow}`;
    case "parts": {
      const name = content.parts.find(({ id }) => id === cell.id)?.name ?? "";
      return `${said.parts}: ${cell.part === "count" ? `${name}, ${said.count}` : said.part}`;
    }
    case "time":
      return `${said.time}: ${cell.part === "minutes" ? said.minutes : said.what}`;
    case "files":
      return cellFieldName(cell.place, type);
    case "visit":
      return `${said.visit}: ${
        cell.part === "startedAt" ? said.visitStarted : cell.part === "finishedAt" ? said.visitFinished : said.signature
      }`;
  }
}

/** A cell's value in words; empty where it holds nothing. */
export function cellWords(
  cell: Cell,
  value: CellValue,
  { type, desk }: { readonly type: TicketType; readonly desk: Pick<Desk, "heads"> },
): string {
  if (value === null || value === "") return "";
  if (typeof value === "boolean") return value ? words().common.yes : words().common.no;
  if (cell.root === "visit") {
    if (typeof value === "number") return say.moment(value);
    return parseSignature(value)?.name ?? "";
  }
  if (cell.root === "files") return typeof value === "string" ? (parseFile(value)?.name ?? "") : "";
  if (cell.root !== "fields") return String(value);
  return fieldValueWords(cell.id, value, { type, desk });
}

/** A custom field's value in words: an option by its name, a person or a device by his, a date in the reader's way. */
export function fieldValueWords(
  id: string,
  value: CellValue,
  { type, desk }: { readonly type: TicketType; readonly desk: Pick<Desk, "heads"> },
): string {
  if (value === null) return "";
  const field = type.fields.find((one) => one.id === id);
  const text = String(value);
  switch (field?.kind) {
    case "choice": {
      const option = field.options?.find((one) => one.id === text);
      return option === undefined ? text : inLocale(option.name);
    }
    case "date": {
      const at = new Date(`${text}T12:00:00`).getTime();
      return Number.isNaN(at) ? text : say.date(at);
    }
    case "person":
    case "asset": {
      const head = isThreadId(text) ? desk.heads.get(text) : undefined;
      return [fieldText(head, "name"), fieldText(head, "model")].filter(Boolean).join(", ") || text;
    }
    default:
      return text;
  }
}
