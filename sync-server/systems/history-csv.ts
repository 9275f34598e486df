import * as v from "valibot";
import { type History, type HistoryMessage, historySchema } from "../../shared/systems/history.ts";
import type { HistoryFault, HistoryReader } from "./history-port.ts";
import { readCsv } from "./read-csv.ts";
import { SourceError } from "./source-error.ts";

/**
 * Dialogs and tickets as a table, a line a message, lines of one dialog in any order:
 *
 *   dialog_id, kind (dialog | ticket), at, by (user | agent | note | system), author_name, author_email, text   needed: dialog_id, at, by, text
 *   message_id, subject, status, closed_at, created_at, channel, team, assignee_email, tags (a; b), rating,
 *   user_id, user_name, user_email, user_phone                                                      of the dialog: its first line that has it
 *
 * Times: ISO 8601, or `22.11.2026 14:05` by UTC.
 */
const NEEDED = ["dialog_id", "at", "by", "text"];

/** Milliseconds since 1970; nothing when it is no time. */
export function readTime(text: string): number | undefined {
  const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?$/.exec(text.trim());
  if (dotted !== null) {
    const [day, month, year, hour = 0, minute = 0, second = 0] = dotted.slice(1).map((part) => Number(part ?? 0));
    return Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1, hour, minute, second);
  }
  const at = Date.parse(text.trim());
  return /^\d{4}-\d{2}-\d{2}/.test(text.trim()) && Number.isFinite(at) ? at : undefined;
}

type Values = Readonly<Record<string, string>>;
type Told = readonly { readonly line: number; readonly values: Values }[];

export const readHistoryCsv: HistoryReader = (bytes) => {
  const { columns, rows } = readCsv(bytes);
  const missing = NEEDED.filter((name) => !columns.includes(name));
  if (missing.length > 0) throw new SourceError("format", `columns are missing: ${missing.join(", ")}`);
  const dialogs = new Map<string, Told[number][]>();
  const faults: HistoryFault[] = [];
  for (const row of rows) {
    const id = (row.values["dialog_id"] ?? "").trim();
    const told = dialogs.get(id);
    if (id === "") faults.push({ line: row.line, key: "", code: "no-key" });
    else if (told === undefined) dialogs.set(id, [row]);
    else told.push(row);
  }
  const histories = [...dialogs].flatMap(([id, told]) => {
    const line = told[0]?.line ?? 0;
    const made = historyOf(id, told, faults);
    if (typeof made !== "string") return [{ line, history: made }];
    faults.push({ line, key: id, code: "broken", detail: made });
    return [];
  });
  return { histories, faults, files: new Map() };
};

/** The dialog, or the name of what is wrong with it. Lines that cannot be read are faults of their own. */
function historyOf(id: string, told: Told, faults: HistoryFault[]): History | string {
  const first = (name: string): string | undefined =>
    told.map(({ values }) => (values[name] ?? "").trim()).find((value) => value !== "");
  const messages = told.flatMap(({ line, values }, index): HistoryMessage[] => {
    const at = readTime(values["at"] ?? "");
    const by = (values["by"] ?? "").trim();
    if (at === undefined || !["user", "agent", "note", "system"].includes(by)) {
      faults.push({
        line,
        key: id,
        code: at === undefined ? "not-date" : "broken",
        detail: at === undefined ? "at" : "by",
      });
      return [];
    }
    const own = (values["message_id"] ?? "").trim();
    const name = (values["author_name"] ?? "").trim();
    const email = (values["author_email"] ?? "").trim();
    return [
      {
        id: own === "" ? `${id}:${index}` : own,
        at,
        by: by as HistoryMessage["by"], // one of the four
        text: values["text"] ?? "",
        ...(name === "" ? {} : { name }),
        ...(email === "" ? {} : { email }),
      },
    ];
  });
  if (messages.length === 0) return "at";
  // Not as arguments of one call: a table may have all its lines in one dialog.
  const begin = messages.reduce((earliest, { at }) => Math.min(earliest, at), Number.POSITIVE_INFINITY);
  const end = messages.reduce((latest, { at }) => Math.max(latest, at), Number.NEGATIVE_INFINITY);
  const [createdAt, closedAt] = [readTime(first("created_at") ?? ""), readTime(first("closed_at") ?? "")];
  const optional = (name: string, value: string | undefined): object => (value === undefined ? {} : { [name]: value });
  const tags = first("tags")
    ?.split(/[;,]/)
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");
  const rating = first("rating");
  const status = first("status");
  const isClosed = closedAt !== undefined || /^(?:closed|resolved|закрыт)/i.test(status ?? "");
  const history = {
    id,
    kind: first("kind") === "ticket" ? "ticket" : "dialog",
    createdAt: Math.min(createdAt ?? Number.POSITIVE_INFINITY, begin),
    ...(isClosed ? { closedAt: closedAt ?? end } : {}),
    ...optional("channel", first("channel")),
    ...optional("subject", first("subject")?.slice(0, 300)),
    ...optional("status", status),
    ...optional("team", first("team")),
    ...optional("assignee", first("assignee_email")),
    ...(tags === undefined ? {} : { tags }),
    ...(rating === undefined ? {} : { rating: Number(rating) }),
    user: {
      id: first("user_id") ?? first("user_email") ?? id,
      ...optional("name", first("user_name")),
      ...optional("email", first("user_email")),
      ...optional("phone", first("user_phone")),
    },
    messages,
  };
  const read = v.safeParse(historySchema, history);
  return read.success ? read.output : (v.getDotPath(read.issues[0]) ?? "row");
}
