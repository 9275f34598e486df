import * as v from "valibot";
import type { SourceRow } from "../../shared/systems/mapping.ts";
import type { ReadRows } from "./read-csv.ts";
import { SourceError } from "./source-error.ts";

/** `hook`: the inbound web hook's address (`https://x.bitrix24.ru/rest/1/secret/`), a secret. `entity`: what is pulled. */
export type Bitrix24Settings = { readonly hook: string; readonly entity: "contact" | "company" };

/** An answer of a list call: https://apidocs.bitrix24.com, `crm.contact.list`; 50 rows, `next` names where to go on. */
const answer = v.object({
  result: v.array(v.record(v.string(), v.unknown())),
  next: v.exactOptional(v.number()),
  total: v.exactOptional(v.number()),
});
const refusal = v.object({ error: v.string(), error_description: v.exactOptional(v.string()) });

const MOST_ROWS = 500_000;
const TIMEOUT_MS = 30_000;
const TRIES = 6;

/** The vendor lets two requests a second through on the average. */
const PACE_MS = 500;

const SELECT = {
  contact: ["ID", "NAME", "LAST_NAME", "SECOND_NAME", "POST", "COMPANY_ID", "EMAIL", "PHONE", "ADDRESS"],
  company: ["ID", "TITLE", "EMAIL", "PHONE", "WEB", "ADDRESS", "INDUSTRY"],
} as const;

type Parts = { readonly signal: AbortSignal; readonly pause: (ms: number) => Promise<void> };

/** Contacts or companies of a Bitrix24, page by page by id, within its limit of calls. Also whatever speaks so (a CRM of one's own). */
export async function readBitrix24({ hook, entity }: Bitrix24Settings, parts: Parts): Promise<ReadRows> {
  if (!/^https?:\/\/\S+\/$/.test(hook.endsWith("/") ? hook : `${hook}/`))
    throw new SourceError("config", "give the address of an inbound web hook");
  const rows: SourceRow[] = [];
  const columns = new Set<string>(entity === "contact" ? ["ID", "FULL_NAME"] : ["ID", "TITLE"]);
  for (let start: number | undefined = 0; start !== undefined; ) {
    const page: v.InferOutput<typeof answer> = await ask(
      `${hook.replace(/\/*$/, "/")}crm.${entity}.list.json`,
      { entity, start },
      parts,
    );
    for (const record of page.result) {
      if (rows.length >= MOST_ROWS) throw new SourceError("too-large", `more than ${MOST_ROWS} records`);
      const values = valuesOf(record);
      for (const column of Object.keys(values)) columns.add(column);
      rows.push({ line: rows.length + 1, values });
    }
    if (page.next !== undefined && page.next <= start) throw new SourceError("format", "the pages go in a circle");
    start = page.next;
    if (start !== undefined) await parts.pause(PACE_MS);
  }
  return { columns: [...columns], rows };
}

async function ask(
  url: string,
  { entity, start }: { readonly entity: Bitrix24Settings["entity"]; readonly start: number },
  { signal, pause }: Parts,
): Promise<v.InferOutput<typeof answer>> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ order: { ID: "ASC" }, select: SELECT[entity], start }),
      redirect: "error",
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    }).catch((error: unknown) => {
      throw new SourceError("unreachable", error instanceof Error ? error.message : "no answer");
    });
    const body: unknown = await response.json().catch(() => undefined);
    const read = v.safeParse(answer, body);
    if (response.ok && read.success) return read.output;
    const said = v.safeParse(refusal, body);
    const code = said.success ? said.output.error : "";
    const isBusy =
      code === "QUERY_LIMIT_EXCEEDED" ||
      code === "OPERATION_TIME_LIMIT" ||
      response.status === 503 ||
      response.status === 429;
    if (isBusy && attempt < TRIES) {
      await pause(PACE_MS * 2 ** attempt);
      continue;
    }
    const detail = said.success ? `${code}: ${said.output.error_description ?? ""}` : `HTTP ${response.status}`;
    if (response.status === 401 || response.status === 403) throw new SourceError("auth", detail);
    throw new SourceError(isBusy || response.status >= 500 ? "unreachable" : "format", detail);
  }
}

/** Texts as they are, the first of several addresses or numbers, and a full name in the order in which it is spoken. */
function valuesOf(record: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(record)) {
    if (typeof value === "string" || typeof value === "number") values[name] = String(value);
    const [first] = Array.isArray(value) ? value : [];
    if (typeof first === "object" && first !== null && "VALUE" in first) values[name] = String(first.VALUE);
  }
  const full = ["NAME", "SECOND_NAME", "LAST_NAME"].flatMap((name) => values[name] || []).join(" ");
  return full === "" ? values : { ...values, FULL_NAME: full };
}
