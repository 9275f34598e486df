import { storedItem } from "../../../shared/items/revision.ts";
import type { StampedItem } from "../../../shared/items/stamp.ts";
import { revisionHash } from "../../../shared/kernel/hash.ts";
import { type ItemId, isThreadId, itemDocId, type ThreadId } from "../../../shared/kernel/ids.ts";
import type { VirtualDoc } from "../../../shared/protocol/desk-socket.ts";
import { compareVersions, type DeviceHead, type ViewVersion } from "../../../shared/thread/head.ts";
import { headRev, headRevisions, parseHeadRev } from "../../../shared/thread/head-revision.ts";

/**
 * Documents of the local database:
 *
 *   <thread>                 a head               <thread>~2, ~3 ...          after its thread left sight and came back:
 *   <thread>:<item>          a stamped item       <thread>:<item>~2           PouchDB never forgets a tombstone, and a
 *   pack.<thread>            items 1..n of one    pack.<thread>~2             revision below one never comes to life again
 *                            closed thread
 */
export type Life = number;

export type Revisions = { readonly start: number; readonly ids: readonly string[] };
/** A document as `bulkDocs` with `new_edits: false` takes it. */
export type LocalDoc = { readonly _id: string; readonly _rev: string; readonly _revisions: Revisions } & Readonly<
  Record<string, unknown>
>;

const inLife = (id: string, life: Life): string => (life <= 1 ? id : `${id}~${life}`);

export const headKey = (thread: ThreadId, life: Life): string => inLife(thread, life);
export const itemKey = (thread: ThreadId, item: ItemId, life: Life): string => inLife(itemDocId(thread, item), life);
export const packKey = (thread: ThreadId, life: Life): string => inLife(`pack.${thread}`, life);
/** Range of a thread's items, of all its lives: the dead ones are tombstones and do not show. */
export const itemKeys = (thread: ThreadId): { readonly startkey: string; readonly endkey: string } => ({
  startkey: `${thread}:`,
  endkey: `${thread}:\uffff`,
});

/** What a local id names; undefined when it is none of ours. */
export function readKey(key: string): { readonly thread: ThreadId; readonly is: "head" | "item" | "pack" } | undefined {
  const [id = ""] = key.split("~");
  if (isThreadId(id)) return { thread: id, is: "head" };
  if (id.startsWith("pack.")) {
    const thread = id.slice("pack.".length);
    return isThreadId(thread) ? { thread, is: "pack" } : undefined;
  }
  const thread = id.slice(0, Math.max(0, id.indexOf(":")));
  return isThreadId(thread) ? { thread, is: "item" } : undefined;
}

type AnyDoc = VirtualDoc | DeviceHead | StampedItem;
export const isStamped = (doc: AnyDoc): doc is StampedItem => "stamp" in doc;
export const isHead = (doc: AnyDoc): doc is DeviceHead => !("stamp" in doc);

/**
 * A head as a document that descends from the one that is here; undefined when that one is as new or newer (CL16). The
 * revision follows from (inc, v), so any number of ancestors can be named. A head of a later incarnation has no common
 * ancestor: it wins by its generation, and the old leaf goes with the next rotation.
 */
export function headDoc(head: DeviceHead, key: string, presentRev: string | undefined): LocalDoc | undefined {
  const present = presentRev === undefined ? undefined : parseHeadRev(presentRev);
  if (present !== undefined && compareVersions(present, head) >= 0) return undefined;
  const depth = present !== undefined && present.inc === head.inc ? head.v - present.v + 1 : 1;
  const view: ViewVersion = { inc: head.inc, v: head.v };
  return { ...bare(head), _id: key, _rev: headRev(view), _revisions: headRevisions(view, Math.min(depth, 900)) };
}

/** A stamped item as the server stores it: revision 2, child of the device's revision 1. */
export function itemDoc(
  item: StampedItem & { readonly _rev?: string; readonly _revisions?: Revisions },
  key: string,
): LocalDoc {
  const { _rev, _revisions } = item;
  if (_rev !== undefined && _revisions !== undefined) return { ...item, _id: key, _rev, _revisions };
  const stored = storedItem(item);
  return { ...stored, _id: key };
}

/** A document of our own making that follows the present one. */
export function ownDoc(key: string, presentRev: string | undefined, body: Readonly<Record<string, unknown>>): LocalDoc {
  const dash = presentRev?.indexOf("-") ?? 0;
  const generation = presentRev === undefined ? 1 : Number(presentRev.slice(0, dash)) + 1;
  const hash = revisionHash(`${presentRev ?? ""}>${key}>${JSON.stringify(body["n"] ?? null)}`);
  const ids = presentRev === undefined ? [hash] : [hash, presentRev.slice(dash + 1)];
  return { ...body, _id: key, _rev: `${generation}-${hash}`, _revisions: { start: generation, ids } };
}

/** The end of a document on this device; nobody else hears of it. */
export const tombstone = (key: string, presentRev: string): LocalDoc => ownDoc(key, presentRev, { _deleted: true });

/** A document without what a database adds. */
export function bare<Doc extends object>(doc: Doc): Omit<Doc, "_rev" | "_revisions"> {
  const { _rev, _revisions, ...rest } = doc as Doc & { _rev?: unknown; _revisions?: unknown };
  return rest;
}

/** A head read back from the local database. */
export function headOfDoc(doc: object, thread: ThreadId): DeviceHead {
  return { ...bare(doc), _id: thread } as DeviceHead; // written by `headDoc`
}

/** An item read back from the local database. */
export function itemOfDoc(doc: object): StampedItem {
  const item = bare(doc) as StampedItem; // written by `itemDoc`
  return { ...item, _id: itemDocId(item.thread, item.id) };
}

/** One item an id, by `n`: of two stamps the one of the higher incarnation (CL27). */
export function inOrder(items: Iterable<StampedItem>): readonly StampedItem[] {
  const byId = new Map<ItemId, StampedItem>();
  for (const item of items) {
    const other = byId.get(item.id);
    if (other === undefined || other.stamp.inc < item.stamp.inc) byId.set(item.id, item);
  }
  return [...byId.values()].sort((a, b) => a.stamp.n - b.stamp.n);
}

/** The largest `n` up to which every item is here, and the incarnation of the thread must be known to the caller. */
export function unbrokenTo(items: readonly StampedItem[]): number {
  let n = 0;
  for (const item of items) {
    if (item.stamp.n === n + 1) n += 1;
    else if (item.stamp.n > n + 1) break;
  }
  return n;
}
