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

/** Bytes that the server signs: it vouches for this item with this stamp. */
export function stampText(item: Item, stamp: Stamp): string {
  const { sig: _sig, ...body } = stamp;
  return canonicalJson({ _id: item._id, hash: deviceHash(item), stamp: body });
}

const bareItem = (item: StampedItem): StampedItem => {
  const { _rev, _revisions, ...body } = item as StampedItem & Record<string, unknown>; // a stored document carries them
  return body as StampedItem;
};

/** The stored document of a stamped item: revision 2 whose parent is the device's revision 1. */
export function storedItem(item: StampedItem): StampedItem & {
  readonly _rev: string;
  readonly _revisions: { readonly start: 2; readonly ids: readonly [string, string] };
} {
  const bare = bareItem(item);
  const hash = revisionHash(canonicalJson(bare));
  return { ...bare, _rev: `2-${hash}`, _revisions: { start: 2, ids: [hash, deviceHash(bare)] } };
}
