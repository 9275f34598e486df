import type { Ms } from "../../shared/kernel/clock.ts";
import type { DeviceHead } from "../../shared/thread/head.ts";
import type { Effect } from "./reaction.ts";

/** Threads whose time has come are woken; the id follows from the sleep that ends. Pure. */
export function wakeDue(heads: Iterable<DeviceHead>, now: Ms): readonly Effect[] {
  const effects: Effect[] = [];
  for (const head of heads) {
    if (head.state !== "snoozed" || head.snoozedUntil === undefined || head.snoozedUntil > now) continue;
    const cause = `wake:${head._id}:${head.snoozedUntil}:${head.inc}.${head.v}`;
    effects.push({ kind: "wake", thread: head._id, cause, at: now, v: head.v });
  }
  return effects;
}
