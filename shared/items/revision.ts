import { canonicalJson } from "../kernel/canonical.ts";
import { revisionHash } from "../kernel/hash.ts";
import type { Item } from "./registry.ts";
import type { Stamp, StampedItem } from "./stamp.ts";

/** Bytes that the device signs and hashes: canonical JSON without `sig` (and without what the server or the store adds). */
export function signedText(item: Item): string {
  const { sig: _sig, stamp: _stamp, _rev, _revisions, ...body } = item as Item & Record<string, unknown>; // fields of later hands
  return canonicalJson(body);
}

/** Hash of the device's revision: 32 hex digits. */
export const deviceHash = (item: Item): string => revisionHash(signedText(item));
/** `1-<hash>`: the revision under which a device writes its item. */
export const deviceRev = (item: Item): string => `1-${deviceHash(item)}`;

/** Bytes that the server signs: it vouches for this item with this stamp. `hash`: the item's, where it is at hand. */
export function stampText(item: Item, stamp: Stamp, hash: string = deviceHash(item)): string {
  const { sig: _sig, ...body } = stamp;
  return canonicalJson({ _id: item._id, hash, stamp: body });
}

const bareItem = (item: StampedItem): StampedItem => {
  const { _rev, _revisions, ...body } = item as StampedItem & Record<string, unknown>; // a stored document carries them
  return body;
};

/** A stamped item as the store and devices keep it. */
export type StoredItem = StampedItem & {
  readonly _rev: string;
  readonly _revisions: { readonly start: number; readonly ids: readonly string[] };
};

/** An item is written, shown and answered with the same document: it is made once. */
const madeBefore = new WeakMap<StampedItem, StoredItem>();

/**
 * The stored document of a stamped item: revision 2 whose parent is the device's revision 1. One that was given back
 * after a restore (CL27) descends from the same revision 1 with the generation 1 + `inc`, which is above that of every
 * earlier stamp of it: of two stamps the highest incarnation wins in every store, without anybody's choosing.
 */
export function storedItem(item: StampedItem, hash?: string): StoredItem {
  const known = madeBefore.get(item);
  if (known !== undefined) return known;
  const bare = bareItem(item);
  const device = hash ?? deviceHash(bare);
  const own = revisionHash(canonicalJson(bare));
  const start = bare.stamp.was === undefined ? 2 : bare.stamp.inc + 1;
  const between: string[] = [];
  for (let generation = start - 1; generation > 1; generation -= 1) {
    between.push(revisionHash(`${device}:${generation}`));
  }
  const stored = { ...bare, _rev: `${start}-${own}`, _revisions: { start, ids: [own, ...between, device] } };
  madeBefore.set(item, stored);
  return stored;
}
