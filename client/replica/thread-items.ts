import type { StampedItem } from "../../shared/items/stamp.ts";
import type { ItemId } from "../../shared/kernel/ids.ts";

/** Items of one thread by `n`, each once: of two stamps of one item the one of the higher incarnation (CL27). */
export class ThreadItems {
  readonly #byId = new Map<ItemId, StampedItem>();
  /** Rebuilt when asked for after a change: listeners compare by identity. */
  #list: readonly StampedItem[] | undefined;

  /** Whether anything changed. */
  add(item: StampedItem): boolean {
    const other = this.#byId.get(item.id);
    if (other !== undefined && other.stamp.inc >= item.stamp.inc) return false;
    this.#byId.set(item.id, item);
    const list = this.#list;
    const last = list?.at(-1);
    // The usual case: the next item of a thread.
    const isNext = other === undefined && list !== undefined && (last === undefined || item.stamp.n > last.stamp.n);
    this.#list = isNext ? [...list, item] : undefined;
    return true;
  }

  has(id: ItemId): boolean {
    return this.#byId.has(id);
  }

  clear(): void {
    this.#byId.clear();
    this.#list = undefined;
  }

  list(): readonly StampedItem[] {
    this.#list ??= [...this.#byId.values()].sort((a, b) => a.stamp.n - b.stamp.n);
    return this.#list;
  }

  /** The largest `n` up to which every item is here. */
  unbrokenTo(): number {
    let n = 0;
    for (const { stamp } of this.list()) {
      if (stamp.n === n + 1) n += 1;
      else if (stamp.n > n + 1) break;
    }
    return n;
  }
}
