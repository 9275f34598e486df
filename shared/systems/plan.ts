import type { FieldSet } from "../items/base.ts";
import { canonicalJson } from "../kernel/canonical.ts";
import { derivedThreadId, SYSTEM, type ThreadId } from "../kernel/ids.ts";
import type { DeviceHead } from "../thread/head.ts";
import type { MappedRow, RowFault, SyncTarget } from "./mapping.ts";

/** One thing to be written: a new thread, or fields of one that is there. */
export type SyncWrite = {
  readonly thread: ThreadId;
  readonly key: string;
  readonly line: number;
  readonly isNew: boolean;
  readonly set: FieldSet;
};

/** What a run would do; made before anything is written, and shown as the dry run. */
export type SyncPlan = {
  readonly writes: readonly SyncWrite[];
  /** Rows that change nothing. */
  readonly same: number;
  /** Fields that somebody of the desk has changed by hand: they stay as he left them, and are listed. */
  readonly kept: readonly { readonly thread: ThreadId; readonly line: number; readonly field: string }[];
  readonly faults: readonly RowFault[];
  /** Records that earlier runs brought and this one does not name; they stay. */
  readonly gone: readonly ThreadId[];
};

/** The thread of a source's record: the same for ever, so that running twice is running once. */
export const threadOfRecord = (target: SyncTarget, source: string, key: string): ThreadId =>
  derivedThreadId(target, `source:${source}:${key}`);

/** Marks whose record a thread is. */
export const SOURCE_FIELD = "source";

type Known = {
  readonly target: SyncTarget;
  /** Name of the source, for ever. */
  readonly source: string;
  readonly head: (thread: ThreadId) => DeviceHead | undefined;
  /** Threads of a kind by their name in lower case, for references. */
  readonly byName: (kind: "company" | "person", name: string) => ThreadId | undefined;
  /** Threads that this source has brought before. */
  readonly brought: Iterable<ThreadId>;
};

/**
 * Compares mapped rows with the desk (S45). Pure; the same rows on the state that the plan leaves plan nothing. A field is
 * the source's as long as nobody of the desk has changed it: then it is left as it is, and told.
 */
export function planSync(rows: readonly MappedRow[], known: Known): SyncPlan {
  const writes: SyncWrite[] = [];
  const kept: { thread: ThreadId; line: number; field: string }[] = [];
  const faults: RowFault[] = [];
  const named = new Set<ThreadId>();
  const shared = sharedEmails(rows);
  let same = 0;
  for (const row of rows) {
    const thread = threadOfRecord(known.target, known.source, row.key);
    named.add(thread);
    const resolved = resolveRefs(row, known);
    if ("code" in resolved) {
      faults.push(resolved);
      continue;
    }
    const head = known.head(thread);
    const whole: FieldSet = {
      ...resolved.set,
      ...identifiers(known.target, resolved.set, shared),
      [SOURCE_FIELD]: known.source,
    };
    const set: Record<string, FieldSet[string]> = {};
    for (const [field, value] of Object.entries(whole)) {
      const present = head?.fields[field];
      if (present !== undefined && canonicalJson(present.value) === canonicalJson(value)) continue;
      if (present !== undefined && present.by !== SYSTEM) kept.push({ thread, line: row.line, field });
      else set[field] = value;
    }
    if (Object.keys(set).length === 0) same += 1;
    else writes.push({ thread, key: row.key, line: row.line, isNew: head === undefined, set });
  }
  return { writes, same, kept, faults, gone: [...known.brought].filter((thread) => !named.has(thread)) };
}

/** Addresses that the source gives to several of its records: they name none of them. */
function sharedEmails(rows: readonly MappedRow[]): ReadonlySet<string> {
  const holders = new Map<string, string>();
  const shared = new Set<string>();
  for (const { key, set } of rows) {
    const { email } = set;
    if (typeof email !== "string") continue;
    const address = email.toLowerCase();
    if ((holders.get(address) ?? key) !== key) shared.add(address);
    holders.set(address, key);
  }
  return shared;
}

/**
 * A directory that the admin trusts vouches for what it says: persons are joined by it (S3). Not by an address that it gives to
 * several: it says itself that they are several.
 */
function identifiers(target: SyncTarget, set: FieldSet, shared: ReadonlySet<string>): FieldSet {
  if (target !== "person") return {};
  const { email } = set;
  return typeof email === "string" ? { "id.email": { value: email, verified: !shared.has(email.toLowerCase()) } } : {};
}

function resolveRefs(row: MappedRow, known: Known): { readonly set: FieldSet } | RowFault {
  const set: Record<string, FieldSet[string]> = { ...row.set };
  for (const { field, target, value, column } of row.refs) {
    const byKey = threadOfRecord(target, known.source, value);
    const found = known.head(byKey) === undefined ? known.byName(target, value.toLowerCase()) : byKey;
    if (found === undefined)
      return { line: row.line, key: row.key, code: "no-such", column, value: value.slice(0, 200) };
    set[field] = found;
  }
  return { set };
}
