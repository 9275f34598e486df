import type { StampedItem } from "../../shared/items/stamp.ts";
import type { ItemId, ThreadId } from "../../shared/kernel/ids.ts";
import { itemRange, parseDocId } from "../../shared/kernel/ids.ts";
import { raiseInc } from "../../shared/thread/fold.ts";
import type { Head } from "../../shared/thread/head.ts";
import type { StoreDatabase, StoredDoc } from "../stores/store.ts";

/**
 * A head as it is in the store, with the revision to swap against. `known`: ids of all items decided up to this head
 * (CL4); absent until somebody needs it, because a long thread's ring does not tell.
 */
export type Stand = { readonly head: Head | undefined; readonly rev: string | undefined; known?: Set<ItemId> };

/** Reads a head. One of an earlier incarnation counts as raised to `inc` from here on (CL27). */
export async function readStand(database: StoreDatabase, thread: ThreadId, inc: number): Promise<Stand> {
  return standOf(await database.get(thread), inc);
}

/** The stand of a head's document. */
export function standOf(doc: StoredDoc | undefined, inc: number): Stand {
  if (doc === undefined) return { head: undefined, rev: undefined, known: new Set() };
  const { head, rev } = parseHead(doc);
  const isRaised = head.inc < inc;
  const present = isRaised ? { ...raiseInc(head, inc), decided: [] } : head;
  const known = knownFromRing(present);
  return { head: present, rev, ...(known === undefined ? {} : { known }) };
}

/** Ids of every item of a thread, from memory or by a walk over its keys. */
export async function knownIds(database: StoreDatabase, stand: Stand, thread: ThreadId): Promise<Set<ItemId>> {
  if (stand.known !== undefined) return stand.known;
  const known = new Set<ItemId>();
  for (const doc of await database.range({ ...itemRange(thread), keysOnly: true })) {
    const item = parseDocId(doc._id)?.item;
    if (item !== undefined) known.add(item);
  }
  for (const row of stand.head?.decided ?? []) known.add(row.id);
  for (const row of stand.head?.pend ?? []) known.add(row.id);
  stand.known = known;
  return known;
}

/** A head's document without the store's marks. Only the arbiter writes heads: their shape is trusted. */
export function parseHead(doc: StoredDoc): { readonly head: Head; readonly rev: string } {
  const { _rev, _revisions, ...head } = doc;
  return { head: head as unknown as Head, rev: _rev };
}

/** An item's document without the store's marks; only stamped items stand in the store. */
export function parseItem(doc: StoredDoc): StampedItem {
  const { _rev, _revisions, ...item } = doc;
  return item as unknown as StampedItem;
}

/** The ring of a short thread names all that was ever decided in it. */
function knownFromRing(head: Head): Set<ItemId> | undefined {
  const known = new Set<ItemId>();
  for (const row of head.decided) known.add(row.id);
  for (const row of head.pend) known.add(row.id);
  return known.size === head.n ? known : undefined;
}
