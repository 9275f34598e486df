import * as v from "valibot";
import type { FieldSet } from "../items/base.ts";
import type { Json } from "../kernel/canonical.ts";
import { LIMITS } from "../kernel/schema.ts";

/** What other systems tell the desk of (S45). */
export const SYNC_TARGETS = ["person", "company", "asset", "article"] as const;
export type SyncTarget = (typeof SYNC_TARGETS)[number];

/** How a text becomes a value. `company`, `person`: the record of the same source with this id or, failing that, this name. */
export const CONVERSIONS = ["text", "email", "phone", "number", "date", "flag", "company", "person"] as const;
export type Conversion = (typeof CONVERSIONS)[number];

const column = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const fieldName = v.pipe(v.string(), v.regex(/^[a-zA-Z][a-zA-Z0-9_.-]*$/), v.maxLength(LIMITS.fieldNameLength));

/** Which columns of a source make which fields of the desk. `key`: the column that names a row for ever. */
export const mappingSchema = v.strictObject({
  target: v.picklist(SYNC_TARGETS),
  key: column,
  fields: v.pipe(
    v.array(
      v.strictObject({
        from: column,
        to: fieldName,
        as: v.exactOptional(v.picklist(CONVERSIONS)),
        /** A row without it is refused. */
        required: v.exactOptional(v.boolean()),
      }),
    ),
    v.minLength(1),
    v.maxLength(60),
  ),
});
export type Mapping = v.InferOutput<typeof mappingSchema>;

/** A row as a source gives it: texts by column. `line`: where it stands, for people. */
export type SourceRow = { readonly line: number; readonly values: Readonly<Record<string, string>> };

/** Why a row is not taken, with the column that is to blame. */
export type RowFault = {
  readonly line: number;
  readonly key: string;
  readonly code:
    | "no-key"
    | "same-key"
    | "missing"
    | "not-email"
    | "not-phone"
    | "not-number"
    | "not-date"
    | "no-such"
    | "too-long";
  readonly column: string;
  readonly value: string;
};

/** A row in the desk's fields. `refs`: values that name another record and are looked up when all rows are there. */
export type MappedRow = {
  readonly key: string;
  readonly line: number;
  readonly set: FieldSet;
  readonly refs: readonly {
    readonly field: string;
    readonly target: "company" | "person";
    readonly value: string;
    readonly column: string;
  }[];
};

const EMAIL = /^[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+$/;
const YES: ReadonlySet<string> = new Set(["1", "true", "yes", "y", "да", "+", "x"]);
const MOST = 4_000;

/** A date as `YYYY-MM-DD` of `2026-11-22`, `22.11.2026` or an ISO time; nothing of anything else. */
export function readDate(text: string): string | undefined {
  const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text);
  const [year, month, day] =
    dotted === null
      ? (/^(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?$/.exec(text)?.slice(1) ?? [])
      : [dotted[3], dotted[2], dotted[1]];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const at = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const isReal = at.getUTCMonth() === Number(month) - 1 && at.getUTCDate() === Number(day);
  return isReal ? at.toISOString().slice(0, 10) : undefined;
}

/** A number in digits with its plus; nothing when it has fewer than five or more than fifteen digits. */
export function readPhone(text: string): string | undefined {
  const digits = text.replaceAll(/[^\d]/g, "");
  if (digits.length < 3 || digits.length > 15 || /[^\d\s()+\-./x#доб*]/i.test(text)) return undefined;
  return text.trim();
}

type Converted = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly code: RowFault["code"] };

function convert(text: string, as: Conversion): Converted {
  switch (as) {
    case "email":
      return EMAIL.test(text) ? { ok: true, value: text.toLowerCase() } : { ok: false, code: "not-email" };
    case "phone": {
      const phone = readPhone(text);
      return phone === undefined ? { ok: false, code: "not-phone" } : { ok: true, value: phone };
    }
    case "number": {
      const value = Number(text.replace(",", ".").replaceAll(/\s/g, ""));
      return Number.isFinite(value) ? { ok: true, value } : { ok: false, code: "not-number" };
    }
    case "date": {
      const date = readDate(text);
      return date === undefined ? { ok: false, code: "not-date" } : { ok: true, value: date };
    }
    case "flag":
      return { ok: true, value: YES.has(text.toLowerCase()) };
    default:
      return text.length > MOST ? { ok: false, code: "too-long" } : { ok: true, value: text };
  }
}

/** One row in the desk's fields, or why not. An empty cell clears nothing and sets nothing. */
export function mapRow(row: SourceRow, mapping: Mapping): MappedRow | RowFault {
  const key = (row.values[mapping.key] ?? "").trim();
  const fault = (code: RowFault["code"], from: string, value: string): RowFault => ({
    line: row.line,
    key,
    code,
    column: from,
    value: value.slice(0, 200),
  });
  if (key === "" || key.length > 200) return fault("no-key", mapping.key, key);
  const set: Record<string, Json> = {};
  const refs: MappedRow["refs"][number][] = [];
  for (const { from, to, as = "text", required } of mapping.fields) {
    const text = (row.values[from] ?? "").trim();
    if (text === "") {
      if (required === true) return fault("missing", from, "");
      continue;
    }
    if (as === "company" || as === "person") {
      refs.push({ field: to, target: as, value: text, column: from });
      continue;
    }
    const converted = convert(text, as);
    if (!converted.ok) return fault(converted.code, from, text);
    set[to] = converted.value;
  }
  return { key, line: row.line, set, refs };
}

/** All rows; the second one of a key is refused: which of the two is true nobody can know. */
export function mapRows(
  rows: readonly SourceRow[],
  mapping: Mapping,
): { readonly mapped: readonly MappedRow[]; readonly faults: readonly RowFault[] } {
  const mapped = new Map<string, MappedRow>();
  const faults: RowFault[] = [];
  for (const row of rows) {
    const result = mapRow(row, mapping);
    if ("code" in result) faults.push(result);
    else if (mapped.has(result.key)) {
      faults.push({ line: row.line, key: result.key, code: "same-key", column: mapping.key, value: result.key });
    } else mapped.set(result.key, result);
  }
  return { mapped: [...mapped.values()], faults };
}
