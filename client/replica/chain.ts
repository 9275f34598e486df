import type { Base, Seen } from "../../shared/items/base.ts";
import type { ItemKind } from "../../shared/items/registry.ts";
import type { ItemId } from "../../shared/kernel/ids.ts";
import { isLost } from "../../shared/thread/restore.ts";
import type { ThreadView, Unsent } from "./port.ts";

/** What changes the owner, and with him the epoch (claims.md, Kinds). */
const CHANGES_EPOCH: ReadonlySet<ItemKind> = new Set([
  "claim",
  "takeover",
  "assign",
  "handover",
  "transfer",
  "release",
] satisfies ItemKind[]);

/**
 * The ownership that a command given now stands on (CL3): the own undecided command that made it, or what the head says. The
 * server never trusts more than this.
 */
export function baseOf(view: Pick<ThreadView, "head" | "unsent">): Base {
  const command = undecided(view).findLast(({ item }) => CHANGES_EPOCH.has(item.kind));
  if (command !== undefined) return { after: command.item.id };
  return { inc: view.head.inc, epoch: view.head.epoch };
}

/** What a reply written now stands on: of the same form (CL3). */
export const underOf = baseOf;

/**
 * The largest `n` up to which this device holds every item without a gap, under the head's incarnation (CL3). What a restore
 * undid does not count: its place may be another item's now.
 */
export function seenOf(view: Pick<ThreadView, "head" | "items">): Seen {
  const { head, items } = view;
  const known = { ...head, decided: [], pend: [] };
  let n = 0;
  for (const item of items) {
    if (item.stamp.n > n + 1) break;
    if (item.stamp.n === n + 1 && !isLost(known, item)) n += 1;
  }
  return { inc: head.inc, n: Math.min(n, head.n) };
}

/**
 * Own undecided items that must be decided before an item of this kind: a reply, close or snooze goes behind the reply before
 * it, so that it is held with it, or not decided without it (CL8, CL21). The replica adds them to what it writes.
 */
export function afterOf(unsent: readonly Unsent[], kind: ItemKind): readonly ItemId[] {
  // A change is merged into what its author saw: his own changes before it, and the ticket that they are of.
  if (kind === "change") {
    const before = undecided({ unsent }).findLast(({ item }) => item.kind === "change" || item.kind === "open");
    return before === undefined ? [] : [before.item.id];
  }
  if (kind !== "reply" && kind !== "close" && kind !== "snooze") return [];
  const reply = undecided({ unsent }).findLast(({ item }) => item.kind === "reply" || item.kind === "resend");
  return reply === undefined ? [] : [reply.item.id];
}

const undecided = ({ unsent }: Pick<ThreadView, "unsent">): readonly Unsent[] =>
  unsent.filter(({ state }) => state !== "refused");
