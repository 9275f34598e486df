import { type Line, type Mark, ratioOf, verdictOf } from "./line.ts";

const COLUMNS = ["row", "what", "floor", "rival", "ours", "ratio", "target", "verdict"] as const;

/** The lines as a table for a terminal, with what could not be judged and further numbers below it. */
export function renderTable(lines: readonly Line[]): string {
  const rows = lines.map(cellsOf);
  const widths = COLUMNS.map((name, i) => Math.max(name.length, ...rows.map((cells) => (cells[i] ?? "").length)));
  const draw = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd();
  return [
    draw(COLUMNS),
    draw(widths.map((width) => "-".repeat(width))),
    ...lines.flatMap((line, i) => [draw(rows[i] ?? []), ...remarksOf(line).map((remark) => `      ${remark}`)]),
  ].join("\n");
}

function cellsOf(line: Line): readonly string[] {
  const ratio = ratioOf(line);
  const rivals = line.rivals.map((rival) => `${rival.name} ${rival.value === undefined ? "n/a" : number(rival.value)}`);
  return [
    line.row,
    line.what,
    line.floor === undefined ? "-" : markText(line.floor, line.unit),
    rivals.length === 0 ? "-" : rivals.join(", "),
    line.ours === undefined ? "-" : `${number(line.ours)} ${line.unit}`,
    ratio === undefined ? "-" : `${number(ratio)} x`,
    line.checks.map((check) => check.text).join("; ") || "-",
    verdictOf(line),
  ];
}

/** Every condition that was not met or not judged, then the notes. */
function remarksOf(line: Line): readonly string[] {
  const remarks: string[] = [];
  if (line.failed !== undefined) remarks.push(`failed: ${line.failed}`);
  for (const { text, met, why } of line.checks) {
    if (met === false) remarks.push(`short: ${text}`);
    if (met === "not judged") remarks.push(`not judged: ${text}${why === undefined ? "" : ` (${why})`}`);
  }
  for (const { name, value, note } of line.rivals) {
    if (value === undefined || note !== undefined) remarks.push(`${name}: ${note ?? "not measured"}`);
  }
  return [...remarks, ...line.notes];
}

const markText = (mark: Mark, unit: string): string =>
  mark.value === undefined ? `${mark.name} n/a` : `${mark.name} ${number(mark.value)} ${unit}`;

/** Three significant digits, no exponent. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(3, digits));
}
