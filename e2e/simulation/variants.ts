import type { StampedItem } from "../../shared/items/stamp.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { Rules } from "../../shared/thread/rules.ts";
import type { ArbiterRules } from "../../sync-server/arbiter/rules.ts";
import { PRODUCTION, type Variant } from "./variant.ts";

/** A variant whose arbiter has one line of its own. */
const arbiter = (name: string, broken: Partial<ArbiterRules>): Variant => ({
  ...PRODUCTION,
  name,
  arbiter: { ...PRODUCTION.arbiter, ...broken },
});

/** A variant whose `decide` has one line of its own. */
const decide = (name: string, broken: Partial<Rules>): Variant =>
  arbiter(name, { decide: { ...PRODUCTION.arbiter.decide, ...broken } });

/** The broken variants of claims.md, each one line of production code; each must be caught. */
export const BROKEN: readonly Variant[] = [
  decide("last-write-wins ownership", { isFree: () => true }),
  arbiter("no idempotence", { recallsDecided: false }),
  arbiter("delivery without compare-and-swap", { onConflict: "write-again" }),
  arbiter("delivery not keyed by id", { deliveryKey: (item: StampedItem, attempt) => `${item.id}/${attempt}` }),
  arbiter("acknowledging before the commit", { acknowledges: "before-commit" }),
  { ...PRODUCTION, name: "clearing the outbox on send", outbox: { leavesWhen: "sent" } },
  {
    ...PRODUCTION,
    name: "views without the maximum",
    chooseView: <V extends DeviceHead>(_: V | undefined, b: V): V => b,
  },
  decide("dropping late replies", { lateReply: ({ reason: _reason, ...held }) => ({ ...held, verdict: "stale" }) }),
  { ...PRODUCTION, name: "a compare-and-swap that lets two through", swaps: "two-through" },
  decide("epoch raised by a snooze", { epochOfSnooze: (head) => head.epoch + 1 }),
  decide("no stale-reply shield", { shield: () => undefined }),
  arbiter("batch by arrival", { rank: (items) => items }),
  decide("a close that ignores seen", { hasSeenUser: () => true }),
  arbiter("re-fold before the sweep", { restores: "refold-first" }),
  arbiter("ring and list that forget rows not yet stored", { mayForget: () => true }),
];
