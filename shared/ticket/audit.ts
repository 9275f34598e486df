import * as v from "valibot";
import type { Item } from "../items/registry.ts";
import { deviceHash, signedText, stampText } from "../items/revision.ts";
import type { StampedItem, Verdict, VerdictReason } from "../items/stamp.ts";
import { canonicalJson } from "../kernel/canonical.ts";
import type { Ms } from "../kernel/clock.ts";
import { sha256Hex } from "../kernel/hash.ts";
import type { AuthorId, DeviceId, ItemId } from "../kernel/ids.ts";
import { changeBytes } from "./attribution.ts";
import { extendLog, makeChangeLog, orderFault } from "./change-log.ts";
import { inspectChange } from "./chunk.ts";

/** One item of a thread as the audit shows it. */
export type AuditRow = {
  readonly n: number;
  readonly inc: number;
  readonly item: ItemId;
  readonly kind: Item["kind"];
  readonly author: AuthorId;
  readonly device: DeviceId;
  /** The device's clock, the difference that it knew of, and whether it was on line, all as it said. */
  readonly at: Ms;
  readonly offset?: number;
  readonly mode: "online" | "offline";
  /** The server's clock and decision. */
  readonly admittedAt: Ms;
  readonly verdict: Verdict;
  readonly reason?: VerdictReason;
  readonly epoch: number;
  readonly owner?: AuthorId | null;
  /** What the kind adds, as canonical JSON. */
  readonly body: string;
  /** Hash of the device's revision. */
  readonly hash: string;
  /** SHA-256 over the chain before and this item with its stamp: one row changed changes all that follow. */
  readonly chain: string;
};

const BASE_FIELDS: ReadonlySet<string> = new Set([
  "_id",
  "_rev",
  "_revisions",
  "id",
  "thread",
  "author",
  "device",
  "hlc",
  "at",
  "offset",
  "mode",
  "sig",
  "stamp",
  "kind",
]);

/** The audit of a thread: its admitted items in the order of `n`. */
export function auditRows(items: readonly StampedItem[]): readonly AuditRow[] {
  let chain = "";
  return items.map((item) => {
    const { stamp } = item;
    const hash = deviceHash(item);
    chain = sha256Hex(`${chain}${stampText(item, stamp, hash)}`);
    const body = Object.fromEntries(Object.entries(item).filter(([name]) => !BASE_FIELDS.has(name)));
    return {
      n: stamp.n,
      inc: stamp.inc,
      item: item.id,
      kind: item.kind,
      author: item.author,
      device: item.device,
      at: item.at,
      ...(item.offset === undefined ? {} : { offset: item.offset }),
      mode: item.mode,
      admittedAt: stamp.at,
      verdict: stamp.verdict,
      ...(stamp.reason === undefined ? {} : { reason: stamp.reason }),
      epoch: stamp.epoch,
      ...(stamp.owner === undefined ? {} : { owner: stamp.owner }),
      body: canonicalJson(body),
      hash,
      chain,
    };
  });
}

const COLUMNS = [
  "n",
  "inc",
  "item",
  "kind",
  "author",
  "device",
  "at",
  "offset",
  "mode",
  "admittedAt",
  "verdict",
  "reason",
  "epoch",
  "owner",
  "body",
  "hash",
  "chain",
] as const satisfies readonly (keyof AuditRow)[];
const TIMES: ReadonlySet<string> = new Set(["at", "admittedAt"]);

/** The audit as a table (RFC 4180, times in ISO 8601, UTC). Cells that a spreadsheet would run as a formula begin with `'`. */
export function auditCsv(rows: readonly AuditRow[]): string {
  const lines = rows.map((row) => COLUMNS.map((name) => csvCell(cellText(name, row[name]))).join(","));
  return `${[COLUMNS.join(","), ...lines].join("\r\n")}\r\n`;
}

function cellText(name: string, value: string | number | null | undefined): string {
  if (value === undefined || value === null) return "";
  return TIMES.has(name) && typeof value === "number" ? isoTime(value) : String(value);
}

/** A time that a calendar has no words for stays a number: a device's clock may say anything. */
function isoTime(at: Ms): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? String(at) : date.toISOString();
}

function csvCell(text: string): string {
  const safe = /^[=+@\t\r-](?!\d+$)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const FORMAT = "otklik-audit";
const VERSION = 1;

/** The audit as JSON: the items with their stamps, whole, so that whoever has the server's public key can verify it. */
export function auditJson(items: readonly StampedItem[]): string {
  const rows = auditRows(items);
  const thread = items[0]?.thread ?? null;
  return `${JSON.stringify({ format: FORMAT, version: VERSION, thread, chain: rows.at(-1)?.chain ?? "", items }, null, 1)}\n`;
}

const exported = v.object({
  format: v.literal(FORMAT),
  version: v.literal(VERSION),
  chain: v.string(),
  items: v.array(
    v.looseObject({
      _id: v.string(),
      id: v.string(),
      thread: v.string(),
      kind: v.string(),
      stamp: v.looseObject({ n: v.number(), inc: v.number(), at: v.number(), epoch: v.number() }),
    }),
  ),
});

/** Reads an exported audit; nothing when it is none. What it says is for {@link verifyAudit} to judge. */
export function parseAudit(
  text: string,
): { readonly items: readonly StampedItem[]; readonly chain: string } | undefined {
  try {
    const read = v.safeParse(exported, JSON.parse(text));
    if (!read.success) return undefined;
    return { items: read.output.items as unknown as StampedItem[], chain: read.output.chain }; // judged by their signatures
  } catch {
    // Not JSON.
    return undefined;
  }
}

/**
 * `thread`: of another thread, or an id that does not fit. `gap`: a place is missing or stands twice. `stamp`: the server's
 * signature is missing or wrong. `signature`: the device's is wrong. `epoch`: it goes back. `change`: its Automerge change is
 * broken or stands on one that is not there. `chain`: the last hash is not the exported one. What a restore lost and a device
 * gave back (CL27) has the epoch that it had, and may stand before the change that it stands on.
 */
export type AuditFaultCode = "thread" | "gap" | "stamp" | "signature" | "epoch" | "change" | "chain";
export type AuditFault = { readonly code: AuditFaultCode; readonly n: number; readonly item?: ItemId };
export type AuditReport = {
  readonly isSound: boolean;
  readonly items: number;
  /** Items without a device's signature: what the server itself and users' chats write. */
  readonly unsigned: number;
  readonly chain: string;
  readonly faults: readonly AuditFault[];
};

/** How signatures are checked; keys are the caller's. */
export type AuditKeys = {
  /** The server's signature over the text of a stamp. */
  readonly verifyStamp: (text: string, sig: string) => boolean | Promise<boolean>;
  /** A device's signature over the text of its item; absent: not checked. */
  readonly verifyItem?: (device: DeviceId, text: string, sig: string) => boolean | Promise<boolean>;
};

/** Checks an audit: that nothing is missing, changed, added or moved. `chain`: the last hash as it was exported. */
export async function verifyAudit(
  items: readonly StampedItem[],
  keys: AuditKeys,
  chain?: string,
): Promise<AuditReport> {
  const faults: AuditFault[] = [];
  const log = makeChangeLog();
  let unsigned = 0;
  let epoch = 0;
  let waiting: StampedItem[] = [];
  for (const [i, item] of items.entries()) {
    const { stamp } = item;
    const fault = (code: AuditFaultCode): void => {
      faults.push({ code, n: stamp.n, item: item.id });
    };
    if (item.thread !== items[0]?.thread || item._id !== `${item.thread}:${item.id}`) fault("thread");
    if (stamp.n !== i + 1) fault("gap");
    if (stamp.sig === undefined || !(await keys.verifyStamp(stampText(item, stamp), stamp.sig))) fault("stamp");
    if (item.sig === undefined) unsigned += 1;
    else if (keys.verifyItem !== undefined && !(await keys.verifyItem(item.device, signedText(item), item.sig))) {
      fault("signature");
    }
    if (stamp.was === undefined) {
      if (stamp.epoch < epoch) fault("epoch");
      epoch = Math.max(epoch, stamp.epoch);
    }
    if (item.kind !== "change") continue;
    const change = orderOf(log, item);
    if (change === "waits") waiting.push(item);
    else if (change === "broken") fault("change");
    waiting = withoutThoseThatFollow(log, waiting);
  }
  for (const { id, stamp } of waiting) faults.push({ code: "change", n: stamp.n, item: id });
  const last = auditRows(items).at(-1)?.chain ?? "";
  if (chain !== undefined && chain !== last) faults.push({ code: "chain", n: items.length });
  return { isSound: faults.length === 0, items: items.length, unsigned, chain: last, faults };
}

function orderOf(log: ReturnType<typeof makeChangeLog>, item: StampedItem): "follows" | "waits" | "broken" {
  const bytes = changeBytes(item);
  const read = bytes === undefined ? undefined : inspectChange(bytes);
  if (read?.ok !== true) return "broken";
  if (log.places.has(read.change.hash)) return "follows";
  const fault = orderFault(log, read.change, item.device);
  if (fault !== undefined) return fault === "deps" && item.stamp.was !== undefined ? "waits" : "broken";
  extendLog(log, read.change);
  return "follows";
}

function withoutThoseThatFollow(log: ReturnType<typeof makeChangeLog>, waiting: StampedItem[]): StampedItem[] {
  const left = waiting.filter((item) => orderOf(log, item) !== "follows");
  return left.length === waiting.length ? left : withoutThoseThatFollow(log, left);
}
