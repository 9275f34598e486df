import type { Item } from "../../shared/items/registry.ts";
import { signedText } from "../../shared/items/revision.ts";
import type { ItemId } from "../../shared/kernel/ids.ts";
import { type DeviceKey, signText } from "../platform/device-key.ts";

/**
 * Signs own items beside the path of writing: "saved" waits for the disk alone, and an item is signed when it goes out. The
 * journal keeps items unsigned; the key never leaves the device, so what was unsigned at a crash is signed after it.
 */
export class Signatures {
  readonly #key: DeviceKey;
  readonly #made = new Map<ItemId, string>();
  /** Batches whose signatures are still being made; later ones wait for them, so that the order stays. */
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(key: DeviceKey) {
    this.#key = key;
  }

  /** Signs it soon. */
  begin(item: Item): void {
    this.#signed(item).catch(() => undefined); // asked for again when it is sent
  }

  /** Hands the items over signed, in the order of the calls; at once where all signatures are there. */
  whenSigned(items: readonly Item[], send: (signed: readonly Item[]) => void): void {
    if (this.#waiting === 0 && items.every((item) => item.sig !== undefined || this.#made.has(item.id))) {
      send(items.map((item) => this.#withMade(item)));
      return;
    }
    this.#waiting += 1;
    this.#last = this.#last
      .then(() => Promise.all(items.map((item) => this.#signed(item))))
      .then(send)
      .finally(() => {
        this.#waiting -= 1;
      })
      .catch(() => undefined); // the browser would not sign now: the batch stays unanswered and is sent again
  }

  /** Items that left the outbox. */
  forget(ids: readonly ItemId[]): void {
    for (const id of ids) this.#made.delete(id);
  }

  async #signed(item: Item): Promise<Item> {
    if (item.sig === undefined && !this.#made.has(item.id)) {
      this.#made.set(item.id, await signText(this.#key, signedText(item)));
    }
    return this.#withMade(item);
  }

  #withMade(item: Item): Item {
    const sig = item.sig ?? this.#made.get(item.id);
    return sig === undefined ? item : { ...item, sig };
  }
}
