import type { StampedItem } from "../../shared/items/stamp.ts";
import { isThreadId, itemRange, parseDocId, type ThreadId } from "../../shared/kernel/ids.ts";
import type { Head } from "../../shared/thread/head.ts";
import { readType } from "../arbiter/ticket-facts.ts";
import { isStampSignature, openStampKey } from "../identity/stamp-key.ts";
import { startAutomerge } from "../platform/automerge.ts";
import type { Store, StoreDatabase } from "../stores/store.ts";
import { DeliveryAudit, type DeliveryFault } from "./audit-deliveries.ts";
import { TellingAudit, type TellingFault } from "./audit-telling.ts";
import { auditThread, type AuditFault as ThreadFault } from "./audit-thread.ts";
import { auditTicket, type TicketFault } from "./audit-ticket.ts";

export type AuditFault = ThreadFault | TicketFault | TellingFault | DeliveryFault;

/** What an audit saw. `faults`: threads by fault, at most a hundred named each. */
export type AuditReport = {
  readonly threads: number;
  readonly tickets: number;
  readonly items: number;
  /** Documents with more than one living leaf: 0 from ordinary work. */
  readonly conflicts: number;
  /** Rows of `pend` whose items are stored: forgotten by the next write of their head. */
  readonly pendStored: number;
  /** Rows of `pend` that are not stored: a crash left them, the next start finishes them. */
  readonly pendLeft: number;
  /** Documents that are neither a thread's nor the desk's own. */
  readonly strangers: number;
  readonly faults: ReadonlyMap<AuditFault, readonly ThreadId[]>;
};

const KEYS = 5_000;
const NAMED = 100;

/** Reads every thread of a store; writes nothing but a missing stamp key. */
export async function auditStore(store: Store, now: number): Promise<AuditReport> {
  const database = await store.open("desk");
  const { keys } = await openStampKey(await store.open("desk-server"), now);
  const faults = new Map<AuditFault, ThreadId[]>();
  let items = 0;
  let pendStored = 0;
  let pendLeft = 0;
  const { threads, strangers } = await listThreads(database);
  const headOf = async (thread: ThreadId) => (await database.get(thread)) as unknown as Head | undefined; // the arbiter's own type
  const numbers = new Map<number, ThreadId>();
  let tickets = 0;
  const note = (fault: AuditFault, thread: ThreadId): void => {
    const named = faults.get(fault) ?? [];
    if (named.length < NAMED && !named.includes(thread)) named.push(thread);
    faults.set(fault, named);
  };

  /** What only tickets have: a number of their own, a content, and what lists show of it. */
  async function lookAtTicket(head: Head, own: readonly StampedItem[]): Promise<readonly TicketFault[]> {
    tickets += 1;
    const other = head.number === undefined ? undefined : numbers.get(head.number);
    if (head.number !== undefined) numbers.set(head.number, head._id);
    if (other !== undefined) note("number", other);
    const type = await readType({ headOf }, head.fields["type"]?.value);
    const typeHead = await headOf(type.id);
    const lastChange = own.findLast((item) => item.kind === "change");
    const isAsBefore = typeHead === undefined || typeHead.lastAt < (lastChange?.stamp.at ?? 0);
    await startAutomerge();
    const found = auditTicket({ head, items: own, type: { type, isAsBefore } });
    return head.number === undefined || other !== undefined ? ["number", ...found] : found;
  }

  const telling = new TellingAudit();
  const deliveries = new DeliveryAudit();
  for (const thread of threads) {
    const head = await headOf(thread);
    const stored = (await database.range(itemRange(thread))) as unknown as readonly StampedItem[];
    const ids = new Set(stored.map((item) => item._id));
    const left = (head?.pend ?? []).filter((item) => !ids.has(item._id));
    items += stored.length;
    pendLeft += left.length;
    pendStored += (head?.pend.length ?? 0) - left.length;
    const all = [...stored, ...left];
    const found = auditThread({
      head,
      items: all,
      isStampSignature: (text, signature) => isStampSignature(keys, text, signature),
    });
    for (const fault of found) note(fault, thread);
    if (head !== undefined && !found.includes("unstamped")) {
      telling.see(head, all);
      deliveries.see(head, all);
    }
    // Without a stamp or with a gap there is no order to take changes in.
    if (head?.kind !== "ticket" || found.includes("unstamped") || found.includes("gap-n")) continue;
    const byN = all.sort((a, b) => a.stamp.n - b.stamp.n);
    for (const fault of await lookAtTicket(head, byN)) note(fault, thread);
  }
  for (const [fault, thread] of telling.faults()) note(fault, thread);
  for await (const [fault, thread] of deliveries.faults(await store.open("desk-server"))) note(fault, thread);
  const conflicts = await database.conflicts();
  return { threads: threads.size, tickets, items, conflicts, pendStored, pendLeft, strangers, faults };
}

async function listThreads(database: StoreDatabase): Promise<{ threads: ReadonlySet<ThreadId>; strangers: number }> {
  const threads = new Set<ThreadId>();
  let strangers = 0;
  let start = "";
  for (;;) {
    const rows = await database.range({ start, end: "\uffff", limit: KEYS, keysOnly: true });
    for (const { _id } of rows) {
      const thread = isThreadId(_id) ? _id : parseDocId(_id)?.thread;
      if (thread !== undefined) threads.add(thread);
      else if (!_id.startsWith("-")) strangers += 1;
    }
    const last = rows.at(-1)?._id;
    if (last === undefined || rows.length < KEYS) return { threads, strangers };
    start = `${last}\u0000`;
  }
}

/** Whether the store is as it should be. */
export const isSound = (report: AuditReport): boolean =>
  report.faults.size === 0 && report.conflicts === 0 && report.strangers === 0;
