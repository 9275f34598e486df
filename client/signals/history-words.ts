import type { Json } from "../../shared/kernel/canonical.ts";
import type { DeviceId } from "../../shared/kernel/ids.ts";
import { isAuthorId, isThreadId } from "../../shared/kernel/ids.ts";
import { parseFile, parseSignature } from "../../shared/ticket/cells.ts";
import type { ChangedField, FieldChange } from "../../shared/ticket/field-history.ts";
import type { TicketType } from "../../shared/ticket/type.ts";
import { statusOf } from "../../shared/ticket/type.ts";
import { enHistory, type HistoryWords } from "../strings/en-history.ts";
import { ruHistory } from "../strings/ru-history.ts";
import type { Desk } from "./desk.ts";
import { fieldWords } from "./event-words.ts";
import { locale } from "./preferences.ts";
import { fieldValueWords } from "./ticket-cells.ts";
import { inLocale } from "./ticket-types.ts";
import { say, words } from "./words.ts";

/** Words of the past in the language that is spoken now. */
export const historyWords = (): HistoryWords => (locale() === "ru" ? ruHistory : enHistory);

/** A device by the end of its id: enough to tell a person's two apart. */
export const deviceTail = (device: DeviceId): string => device.slice(-4);

/** What the words of a change are made with. */
export type ChangeContext = { readonly desk: Pick<Desk, "directory" | "heads">; readonly type: TicketType };

/** The changed thing by its name. */
export function changedName(field: ChangedField, { type }: ChangeContext): string {
  const said = historyWords();
  const custom = (id: string): string => {
    const found = type.fields.find((one) => one.id === id);
    return found === undefined ? id : inLocale(found.name);
  };
  switch (field.kind) {
    case "text":
      return words().ticket[field.root];
    case "fact":
      return said.facts[field.name];
    case "field":
      return fieldWords(field.name);
    case "cell": {
      const { cell } = field;
      switch (cell.root) {
        case "fields":
          return custom(cell.id);
        case "rows":
          return cell.list === "checklist" ? said.cells.row : custom(cell.list);
        case "parts":
          return said.cells.part;
        case "time":
          return said.cells.time;
        case "files":
          return said.cells.file;
        case "visit":
          return said.cells[cell.part];
      }
    }
  }
}

/** A value of a change in words. */
export function changedValue(change: Pick<FieldChange, "field">, value: Json, context: ChangeContext): string {
  const said = historyWords();
  const { field } = change;
  if (value === null || value === "") return said.nothing;
  if (field.kind === "fact") return factWords(field.name, value, context);
  if (field.kind === "cell") {
    const { cell } = field;
    if ("part" in cell && cell.part === "live") return value === true ? said.cells.present : said.cells.removed;
    if (typeof value === "boolean") return value ? said.cells.yes : said.cells.no;
    if (cell.root === "files" && typeof value === "string") return parseFile(value)?.name ?? value;
    if (cell.root === "visit") {
      if (typeof value === "number") return say.moment(value);
      if (typeof value === "string") return parseSignature(value)?.name ?? value;
    }
    if (cell.root === "fields" && (typeof value === "string" || typeof value === "number")) {
      return fieldValueWords(cell.id, value, context);
    }
  }
  return nameOrText(value, context);
}

function factWords(name: Extract<ChangedField, { kind: "fact" }>["name"], value: Json, context: ChangeContext): string {
  if ((name === "respond" || name === "resolve") && typeof value === "number") return say.moment(value);
  if (name === "status" && typeof value === "string") {
    const status = statusOf(context.type, value);
    return status === undefined ? value : inLocale(status.name);
  }
  if (name === "priority" && (value === 0 || value === 1 || value === 2 || value === 3)) return words().priority[value];
  if (name === "state" && (value === "open" || value === "closed" || value === "snoozed")) return words().state[value];
  return nameOrText(value, context);
}

/** A thread's or a person's id by its name, anything else as it is written. */
function nameOrText(value: Json, { desk: { directory } }: ChangeContext): string {
  if (isThreadId(value) && value.startsWith("team.")) return directory.teamName(value);
  if (isAuthorId(value)) return directory.nameOf(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}
