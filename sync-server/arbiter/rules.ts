import type { Item } from "../../shared/items/registry.ts";
import type { StampedItem } from "../../shared/items/stamp.ts";
import type { Ms } from "../../shared/kernel/clock.ts";
import { rankBatch } from "../../shared/thread/rank.ts";
import type { Rules } from "../../shared/thread/rules.ts";
import { PRODUCTION_RULES } from "../../shared/thread/rules.ts";

/**
 * The lines of the arbiter on which safety hangs, each by itself, so that the simulation can break one at a time. Nothing
 * else replaces them.
 */
export type ArbiterRules = {
  readonly decide: Rules;
  /** CL4: whether an item that was decided before is looked up. */
  readonly recallsDecided: boolean;
  /** CL15: when the device hears of it. */
  readonly acknowledges: "after-commit" | "before-commit";
  /** CL15: what a conflict means. `write-again`: the same decision is written over whatever came between. */
  readonly onConflict: "decide-again" | "write-again";
  /** CL21: the key by which a channel knows a repetition. */
  readonly deliveryKey: (item: StampedItem, attempt: number) => string;
  /** CL11: the order of a collected batch. */
  readonly rank: (items: readonly Item[], now: Ms) => readonly Item[];
  /** CL1: whether a row may leave ring or list. */
  readonly mayForget: (isStored: boolean) => boolean;
  /** CL15: what a restore does first with rows that a crash left in `pend`. */
  readonly restores: "sweep-first" | "refold-first";
};

/** The rules as they are. */
export const PRODUCTION_ARBITER_RULES: ArbiterRules = Object.freeze({
  decide: PRODUCTION_RULES,
  recallsDecided: true,
  acknowledges: "after-commit",
  onConflict: "decide-again",
  deliveryKey: (item: StampedItem) => item.id,
  rank: rankBatch,
  mayForget: (isStored: boolean) => isStored,
  restores: "sweep-first",
});
