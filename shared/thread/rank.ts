import type { Item, ItemKind } from "../items/registry.ts";
import type { Hlc, Ms } from "../kernel/clock.ts";
import { compareHlc } from "../kernel/clock.ts";

const COMMANDS: ReadonlySet<ItemKind> = new Set([
  "claim",
  "takeover",
  "assign",
  "handover",
  "transfer",
  "release",
  "close",
  "snooze",
  "reopen",
  "status",
]);

/** Whether the item asks for ownership or a state: such a one gives its chain the rank (CL11). */
export const isCommand = (item: Item): boolean => COMMANDS.has(item.kind);

/**
 * CL11: the order in which a thread's collected items are decided, whatever order they came in (I7). Chains, those of one
 * device, by the clock of their first command, without one of their first item; clocks clamped to `now`; ties by device.
 * Each chain whole, in its own order.
 */
export function rankBatch<Ranked extends Item>(items: readonly Ranked[], now: Ms): readonly Ranked[] {
  const chains = new Map<string, Ranked[]>();
  for (const item of items) {
    const chain = chains.get(item.device);
    if (chain === undefined) chains.set(item.device, [item]);
    else chain.push(item);
  }
  const ranked = [...chains].map(([device, chain]) => {
    const ordered = chain.sort((a, b) => compareHlc(a.hlc, b.hlc) || compareText(a.id, b.id));
    const first = ordered.find(isCommand) ?? ordered[0];
    return { device, ordered, rank: clamped(first?.hlc ?? [now, 0], now) };
  });
  ranked.sort((a, b) => compareHlc(a.rank, b.rank) || compareText(a.device, b.device));
  return ranked.flatMap(({ ordered }) => ordered);
}

const clamped = (hlc: Hlc, now: Ms): Hlc => (hlc[0] > now ? [now, 0] : hlc);

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
