import type { Item } from "../items/registry.ts";
import type { StampedItem } from "../items/stamp.ts";

/**
 * A thread as it is shown: admitted items by `n`, then the device's own unsent ones in the order of the journal. Of two
 * stamps of one item the highest incarnation is shown (CL27); an unsent item that was admitted meanwhile is not shown
 * twice.
 */
export function orderItems(stamped: readonly StampedItem[], unsent: readonly Item[]): readonly (StampedItem | Item)[] {
  const byId = new Map<string, StampedItem>();
  for (const item of stamped) {
    const other = byId.get(item.id);
    if (other === undefined || other.stamp.inc < item.stamp.inc) byId.set(item.id, item);
  }
  const admitted = [...byId.values()].sort((a, b) => a.stamp.n - b.stamp.n || b.stamp.inc - a.stamp.inc);
  return [...admitted, ...unsent.filter((item) => !byId.has(item.id))];
}
