import type { Item } from "../../shared/items/registry.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import type { ItemId } from "../../shared/kernel/ids.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";

/** What became of something that was to leave by a channel, where it did not simply leave. */
export type Delivery = {
  /** `again`: it waits to be tried once more; `left`: somebody has left it as it is; `sent`: it left after all. */
  readonly state: "failed" | "unknown" | "again" | "left" | "sent";
  /** What it was when somebody decided of it. */
  readonly was: "failed" | "unknown";
  readonly code?: string;
  readonly detail?: string;
  readonly at: Ms;
  readonly tries: number;
};

/** By item, as the log of a thread tells it; own decisions count from the moment they are kept here. */
export function deliveriesOf(
  all: readonly (StampedItem | Item)[],
  refused: ReadonlySet<ItemId>,
): ReadonlyMap<ItemId, Delivery> {
  const found = new Map<ItemId, Delivery>();
  for (const item of all) {
    const stamp = "stamp" in item ? item.stamp : undefined;
    const at = stamp?.at ?? item.at + (item.offset ?? 0);
    if (item.kind === "delivery") {
      const before = found.get(item.of);
      found.set(item.of, {
        state: item.outcome,
        was: item.outcome === "sent" ? (before?.was ?? "unknown") : item.outcome,
        at,
        tries: before?.tries ?? 0,
        ...(item.code === undefined ? {} : { code: item.code }),
        ...(item.detail === undefined ? {} : { detail: item.detail }),
      });
    }
    if (item.kind !== "redeliver" || refused.has(item.id) || (stamp !== undefined && stamp.verdict !== "won")) continue;
    const before = found.get(item.of);
    // What is under way, or was decided already, nobody decides twice.
    if (before === undefined || (before.state !== "failed" && before.state !== "unknown")) continue;
    if (item.act === "leave") found.set(item.of, { ...before, state: "left", at });
    else found.set(item.of, { state: "again", was: before.was, at, tries: before.tries + 1 });
  }
  return found;
}

/** The same from the head, for what is not on this device yet. */
export function deliveryIn(head: DeviceHead, id: ItemId): Delivery | undefined {
  const row = head.undelivered?.find((one) => one.id === id);
  if (row === undefined) return undefined;
  return {
    state: row.outcome,
    was: row.outcome === "again" ? "failed" : row.outcome,
    at: row.at,
    tries: row.tries,
    ...(row.code === undefined ? {} : { code: row.code }),
    ...(row.detail === undefined ? {} : { detail: row.detail }),
  };
}

export const isSameDelivery = (a: Delivery | undefined, b: Delivery | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && a.state === b.state && a.at === b.at && a.tries === b.tries);
