import type { FileRef } from "../../shared/items/base.ts";
import type { AuthorId, ThreadId, ThreadKind } from "../../shared/kernel/ids.ts";
import { HISTORY_SOURCES } from "../../shared/protocol/systems.ts";
import { threadOfHistory } from "../../shared/systems/history.ts";
import { mapRows } from "../../shared/systems/mapping.ts";
import { planSync, SOURCE_FIELD } from "../../shared/systems/plan.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import { DEFAULT_TICKET_TYPE, statusOf } from "../../shared/ticket/type.ts";
import { firstContent } from "../reactions/first-content.ts";
import { HISTORY_READERS } from "./history-readers.ts";
import { readBitrix24 } from "./read-bitrix24.ts";
import { type ReadRows, readCsv } from "./read-csv.ts";
import { readLdap } from "./read-ldap.ts";
import { readMarkdown } from "./read-markdown.ts";
import { MOST_FAULTS, type RunCounts, type RunFault, type SourceDoc, sourceIdOf } from "./source-docs.ts";
import { SourceError } from "./source-error.ts";
import { type Written, writeHistory, writeRecord } from "./write-records.ts";

/** What a run stands on. */
export type RunParts = {
  readonly arbiter: Parameters<typeof writeRecord>[0]["arbiter"];
  readonly head: (thread: ThreadId) => DeviceHead | undefined;
  readonly heads: () => Iterable<DeviceHead>;
  readonly agentByEmail: (email: string) => AuthorId | undefined;
  /** Keeps a file that came with an import; the reference that an item names. */
  readonly keepFile: (name: string, bytes: Uint8Array) => Promise<FileRef>;
  readonly readFile: (sha: string) => Promise<Uint8Array | undefined>;
  readonly clock: () => number;
  readonly pause: (ms: number) => Promise<void>;
};

/** A run under way: what it counts is read by whoever shows it. */
export type Progress = { readonly counts: RunCounts; readonly faults: RunFault[] };

type Secrets = Readonly<Record<string, string | number | boolean>>;
type Ask = { readonly doc: SourceDoc; readonly secrets: Secrets; readonly signal: AbortSignal };

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** The rows of a source, read now. */
async function readRows(parts: RunParts, { doc, secrets, signal }: Ask): Promise<ReadRows> {
  const { settings } = doc;
  switch (doc.kind) {
    case "ldap":
      return readLdap(
        {
          url: textOf(settings["url"]),
          bindDn: textOf(settings["bindDn"]),
          password: textOf(secrets["password"]),
          baseDn: textOf(settings["baseDn"]),
          filter: textOf(settings["filter"]),
          attributes: textOf(settings["attributes"]),
          startTls: settings["startTls"] === true,
        },
        signal,
      );
    case "bitrix24": {
      const entity = settings["entity"] === "company" ? "company" : "contact";
      return readBitrix24({ hook: textOf(secrets["hook"]), entity }, { signal, pause: parts.pause });
    }
    case "markdown":
      return readMarkdown(await fileOf(parts, doc), doc.file?.name ?? "article.md");
    default:
      return readCsv(await fileOf(parts, doc));
  }
}

/** What a source says, for the one who sets it up: its rows, or its dialogs with their first lines. */
export async function readAny(parts: RunParts, ask: Ask): Promise<ReadRows> {
  const reader = HISTORY_READERS.get(ask.doc.kind);
  if (reader === undefined) return readRows(parts, ask);
  const { histories } = reader(await fileOf(parts, ask.doc));
  return {
    columns: ["id", "kind", "at", "user", "subject", "messages", "closed"],
    rows: histories.map(({ line, history }) => ({
      line,
      values: {
        id: history.id,
        kind: history.kind,
        at: new Date(history.createdAt).toISOString(),
        user: history.user.name ?? history.user.email ?? history.user.id,
        subject: history.subject ?? history.messages[0]?.text.slice(0, 120) ?? "",
        messages: String(history.messages.length),
        closed: history.closedAt === undefined ? "" : new Date(history.closedAt).toISOString(),
      },
    })),
  };
}

async function fileOf(parts: RunParts, { file }: SourceDoc): Promise<Uint8Array> {
  const bytes = file === undefined ? undefined : await parts.readFile(file.sha);
  if (bytes === undefined) throw new SourceError("no-file", "no file has been brought yet");
  return bytes;
}

function addFault(progress: Progress, fault: RunFault): void {
  progress.counts.refused += 1;
  if (progress.faults.length < MOST_FAULTS) progress.faults.push(fault);
}

/** Does it, or counts what it would do. Throws a SourceError when the source cannot be read. */
export async function runSource(
  parts: RunParts,
  ask: Ask & { readonly dry: boolean },
  progress: Progress,
): Promise<void> {
  if (HISTORY_SOURCES.has(ask.doc.kind)) return runHistory(parts, ask, progress);
  const { doc, dry, signal } = ask;
  const { mapping } = doc;
  if (mapping === undefined) throw new SourceError("mapping", "it is not said yet which column is what");
  const { rows } = await readRows(parts, ask);
  const { counts } = progress;
  counts.total = rows.length;
  const { mapped, faults } = mapRows(rows, mapping);
  const source = systemOf(doc);
  const names = namesOf(parts.heads());
  const plan = planSync(mapped, {
    target: mapping.target,
    source,
    head: parts.head,
    byName: (kind, name) => names.get(`${kind} ${name}`),
    brought: broughtBy(parts.heads(), { source, kind: mapping.target }),
  });
  for (const fault of [...faults, ...plan.faults]) addFault(progress, fault);
  counts.same = plan.same;
  counts.kept = plan.kept.length;
  counts.gone = plan.gone.length;
  counts.done = counts.same + counts.refused;
  for (const write of plan.writes) {
    if (signal.aborted) return;
    const written: Written = dry ? { ok: true, added: 1 } : await writeRecord(parts, write);
    counts.done += 1;
    if (!written.ok) addFault(progress, { line: write.line, key: write.key, code: written.code });
    else if (write.isNew) counts.created += 1;
    else counts.changed += 1;
  }
}

function namesOf(heads: Iterable<DeviceHead>): ReadonlyMap<string, ThreadId> {
  const names = new Map<string, ThreadId>();
  for (const head of heads) {
    const name = head.fields["name"]?.value;
    if ((head.kind === "company" || head.kind === "person") && typeof name === "string") {
      const key = `${head.kind} ${name.toLowerCase()}`;
      if (!names.has(key)) names.set(key, head._id);
    }
  }
  return names;
}

function* broughtBy(
  heads: Iterable<DeviceHead>,
  { source, kind }: { readonly source: string; readonly kind: ThreadKind },
): Iterable<ThreadId> {
  for (const head of heads) if (head.kind === kind && head.fields[SOURCE_FIELD]?.value === source) yield head._id;
}

/** Sources that name the same system speak of the same records: a contact's company is the one that another source brought. */
const systemOf = (doc: SourceDoc): string => textOf(doc.settings["system"]).trim() || sourceIdOf(doc);

async function runHistory(parts: RunParts, ask: Ask & { readonly dry: boolean }, progress: Progress): Promise<void> {
  const { doc, dry, signal } = ask;
  const reader = HISTORY_READERS.get(doc.kind);
  if (reader === undefined) throw new SourceError("config", doc.kind);
  if (doc.team === undefined) throw new SourceError("mapping", "it is not said yet which team gets the dialogs");
  const { team } = doc;
  const read = reader(await fileOf(parts, doc));
  const { counts } = progress;
  counts.total = read.histories.length;
  counts.messages = 0;
  for (const { line, key, code, detail } of read.faults) {
    addFault(progress, { line, key, code, ...(detail === undefined ? {} : { column: detail }) });
  }
  const source = systemOf(doc);
  const teams = new Map<string, ThreadId>();
  for (const head of parts.heads()) {
    if (head.kind !== "team") continue;
    for (const name of ["title.ru", "title.en", "name"]) {
      const value = head.fields[name]?.value;
      if (typeof value === "string") teams.set(value.toLowerCase(), head._id);
    }
  }
  for (const { line, history } of read.histories) {
    if (signal.aborted) return;
    const isKnown = parts.head(threadOfHistory(source, history)) !== undefined;
    const files = dry ? new Map<string, readonly FileRef[]>() : await filesOf(parts, history.messages, read.files);
    const written: Written = dry
      ? { ok: true, added: isKnown ? 0 : 1 }
      : await writeHistory(parts, history, {
          source,
          team,
          teamOf: (name) => teams.get(name.toLowerCase()),
          agentOf: parts.agentByEmail,
          filesOf: (message) => files.get(message) ?? [],
          contentOf: (ticket, words) => firstContent({ ticket, type: DEFAULT_TICKET_TYPE, ...words }),
          statusOf: (name) => statusByName(name),
        });
    counts.done += 1;
    if (!written.ok) addFault(progress, { line, key: history.id, code: written.code });
    else {
      counts.messages += written.added === 0 ? 0 : history.messages.length;
      if (written.added === 0) counts.same += 1;
      else if (isKnown) counts.changed += 1;
      else counts.created += 1;
    }
  }
}

/** A status of the desk's first ticket type by its id or by one of its names. */
function statusByName(name: string): string | undefined {
  const wanted = name.trim().toLowerCase();
  if (statusOf(DEFAULT_TICKET_TYPE, wanted) !== undefined) return wanted;
  return DEFAULT_TICKET_TYPE.statuses.find(
    ({ name: words }) => words.ru.toLowerCase() === wanted || words.en.toLowerCase() === wanted,
  )?.id;
}

/** Attachments that came along with the export, by their path or the end of their address. */
async function filesOf(
  parts: RunParts,
  messages: readonly {
    readonly id: string;
    readonly files?: readonly { readonly name: string; readonly url?: string }[];
  }[],
  brought: ReadonlyMap<string, Uint8Array>,
): Promise<ReadonlyMap<string, readonly FileRef[]>> {
  const kept = new Map<string, readonly FileRef[]>();
  if (brought.size === 0) return kept;
  const byName = new Map([...brought].map(([path, bytes]) => [path.slice(path.lastIndexOf("/") + 1), bytes]));
  for (const { id, files } of messages) {
    const own: FileRef[] = [];
    for (const { name, url } of files ?? []) {
      const bytes = (url === undefined ? undefined : brought.get(url)) ?? byName.get(name);
      if (bytes !== undefined && bytes.byteLength > 0) own.push(await parts.keepFile(name, bytes));
    }
    if (own.length > 0) kept.set(id, own);
  }
  return kept;
}
