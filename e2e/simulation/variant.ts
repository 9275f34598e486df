import { OUTBOX_RULES, type OutboxRules } from "../../shared/thread/outbox.ts";
import type { ArbiterRules } from "../../sync-server/arbiter/rules.ts";
import { PRODUCTION_ARBITER_RULES } from "../../sync-server/arbiter/rules.ts";
import { type ChooseView, PRODUCTION_VIEW } from "./local-share.ts";

/** The production code, or a copy of it with one line broken. */
export type Variant = {
  readonly name: string;
  readonly arbiter: ArbiterRules;
  readonly outbox: OutboxRules;
  readonly chooseView: ChooseView;
  /** `two-through`: the store's compare-and-swap takes any revision that it once knew. */
  readonly swaps: "sound" | "two-through";
};

/** Nothing broken. */
export const PRODUCTION: Variant = {
  name: "production",
  arbiter: PRODUCTION_ARBITER_RULES,
  outbox: OUTBOX_RULES,
  chooseView: PRODUCTION_VIEW,
  swaps: "sound",
};
