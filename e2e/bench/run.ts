import { writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { failedLine, type Line, ratioOf, verdictOf } from "./measure/line.ts";
import { renderTable } from "./measure/table.ts";
import { ROWS } from "./rows/registry.ts";
import type { Row } from "./rows/row.ts";

/**
 * npm run bench [-- --row W4,W5] [-- --json file]
 *
 * Measures rows of the speed table against their floors and rivals, in turn in the same run, and judges the ratios. Exits
 * with 1 when a row is short of its target or could not be measured.
 */
const LIMIT_MS = 10 * 60_000;

const { values } = parseArgs({ options: { row: { type: "string" }, json: { type: "string" } } });
const asked = values.row?.split(",").map((id) => id.trim().toUpperCase());
const rows = ROWS.filter((row) => asked === undefined || asked.includes(row.id));
const unknown = asked?.filter((id) => !ROWS.some((row) => row.id === id)) ?? [];
if (rows.length === 0 || unknown.length > 0) {
  console.error(`No row ${unknown.join(", ")}: there are ${ROWS.map((row) => row.id).join(", ")}.`);
  process.exit(2);
}

// A row fails by what it waits for; what it had under way beside that must not take the other rows down.
process.on("unhandledRejection", (error) => console.error(error instanceof Error ? error.message : error));

const startedAt = performance.now();
const lines: Line[] = [];
for (const row of rows) {
  console.error(`${row.id}  ${row.what} ...`);
  lines.push(...(await measureBounded(row, LIMIT_MS - (performance.now() - startedAt))));
}
const seconds = (performance.now() - startedAt) / 1000;
const load = loadavg().map((value) => Number(value.toFixed(2)));

console.log(renderTable(lines));
const short = lines.filter((line) => verdictOf(line) !== "met");
console.log(
  `\n${lines.length - short.length} of ${lines.length} lines met their target in ${seconds.toFixed(0)} s; ` +
    `Node ${process.version}, ${availableParallelism()} cores, load ${load.join(" ")}.`,
);
if (short.length > 0) console.log(`Short: ${short.map((line) => `${line.row} (${line.what})`).join(", ")}.`);
if (values.json !== undefined) {
  const machine = { node: process.version, cores: availableParallelism(), load };
  const judged = lines.map((line) => ({ ...line, ratio: ratioOf(line), verdict: verdictOf(line) }));
  writeFileSync(values.json, `${JSON.stringify({ machine, seconds, lines: judged }, undefined, 2)}\n`);
}
// Whatever a failed row left open ends here.
process.exit(short.length > 0 ? 1 : 0);

/** A row that takes too long, or throws, is a failed line; the others are measured all the same. */
async function measureBounded(row: Row, leftMs: number): Promise<readonly Line[]> {
  const limit = Math.min(row.limitMs, leftMs);
  if (limit <= 0) return [failedLine(row.id, row.what, "no time was left for it")];
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly Line[]>((resolve) => {
    timer = setTimeout(() => {
      abort.abort();
      resolve([failedLine(row.id, row.what, `not done in ${Math.round(limit / 1000)} s`)]);
    }, limit);
  });
  try {
    return await Promise.race([row.measure(abort.signal), late]);
  } catch (error) {
    return [failedLine(row.id, row.what, error instanceof Error ? error.message : String(error))];
  } finally {
    clearTimeout(timer);
  }
}
