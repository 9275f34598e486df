import type { Item } from "../items/registry.ts";
import type { Stamp } from "../items/stamp.ts";
import type { Ms } from "../kernel/clock.ts";
import type { AuthorId, DeviceId, ItemId } from "../kernel/ids.ts";
import { fromBase64url } from "./base64url.ts";
import { inspectChange } from "./chunk.ts";

/** Who wrote something, on which device, and when by both clocks. */
export type Attribution = {
  readonly item: ItemId;
  readonly author: AuthorId;
  readonly device: DeviceId;
  /** The device's clock as it was, never corrected. */
  readonly at: Ms;
  /** Server minus device at the device's last contact; absent when there was none. */
  readonly offset?: number;
  /** The server's place and clock; absent while the desk has not admitted it. */
  readonly n?: number;
  readonly admittedAt?: Ms;
};

/** An item as a thread shows it: admitted, or the device's own unsent one. */
export type AnyItem = Item & { readonly stamp?: Stamp };

/** Who wrote an item. */
export function attributionOf(item: AnyItem): Attribution {
  return {
    item: item.id,
    author: item.author,
    device: item.device,
    at: item.at,
    ...(item.offset === undefined ? {} : { offset: item.offset }),
    ...(item.stamp === undefined ? {} : { n: item.stamp.n, admittedAt: item.stamp.at }),
  };
}

/** Who wrote each change, by the change's hash. */
export function attributionsOf(items: readonly AnyItem[]): ReadonlyMap<string, Attribution> {
  const known = new Map<string, Attribution>();
  for (const item of items) {
    const bytes = changeBytes(item);
    const read = bytes === undefined ? undefined : inspectChange(bytes);
    if (read?.ok === true) known.set(read.change.hash, attributionOf(item));
  }
  return known;
}

/** The change that an item carries; nothing for any other item, or when it carries none that can be read. */
export const changeBytes = (item: AnyItem): Uint8Array | undefined =>
  item.kind === "change" ? fromBase64url(item.data) : undefined;
