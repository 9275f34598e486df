import Papa from "papaparse";
import type { SourceRow } from "../../shared/systems/mapping.ts";
import { SourceError } from "./source-error.ts";

/** What a reader found: columns in their order, and rows. */
export type ReadRows = { readonly columns: readonly string[]; readonly rows: readonly SourceRow[] };

const MOST_ROWS = 500_000;
/** More characters that no text has than this say that it was read in the wrong code page. */
const MOST_BROKEN = 0;

/** Text of a file of people: UTF-8 with or without a mark, UTF-16 with one, else windows-1251, as Russian Excel saves. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  const text = new TextDecoder("utf-8").decode(bytes);
  const broken = text.length - text.replaceAll("\uFFFD", "").length;
  return broken > MOST_BROKEN ? new TextDecoder("windows-1251").decode(bytes) : text;
}

/** CSV with a head line; comma, semicolon or tab, as it is. Lines count from 1, the head is the first (RFC 4180). */
export function readCsv(bytes: Uint8Array): ReadRows {
  const text = decodeText(bytes);
  if (text.includes("\0")) throw new SourceError("format", "this is no text");
  const parsed = Papa.parse<string[]>(text, { skipEmptyLines: "greedy" });
  const [head, ...lines] = parsed.data;
  if (head === undefined || head.every((cell) => cell.trim() === ""))
    throw new SourceError("format", "there is no head line");
  if (lines.length > MOST_ROWS) throw new SourceError("too-large", `more than ${MOST_ROWS} rows`);
  const columns = head.map((cell, index) => cell.trim() || `column ${index + 1}`);
  const repeated = columns.find((column, index) => columns.indexOf(column) !== index);
  if (repeated !== undefined) throw new SourceError("format", `two columns are called "${repeated}"`);
  const rows = lines.map((cells, index): SourceRow => {
    const values: Record<string, string> = {};
    for (const [at, column] of columns.entries()) values[column] = cells[at] ?? "";
    return { line: index + 2, values };
  });
  return { columns, rows };
}

/** Rows as CSV for Excel and everybody else: a mark in front, and no cell that a spreadsheet would take for a formula. */
export function writeCsv(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return `\uFEFF${Papa.unparse({ fields: [...columns], data: rows.map((row) => [...row]) }, { escapeFormulae: true })}\r\n`;
}
